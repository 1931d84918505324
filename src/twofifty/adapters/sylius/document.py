"""Sylius' documents in one spelling, and the links (IRIs) in them.

API v2 writes JSON-LD in camel case, in which a related resource is an object or only its link
(`/api/v2/admin/orders/TOKEN`); the earlier API v1 wrote snake case, exports begin names with a
capital, and GraphQL puts what is listed into `edges` or a `collection`.
"""

import re

from twofifty.intake.node import Node

_DEEP = 12
_SNAKE = re.compile(r"(?<=[a-z])_([a-z])")


def camel(value: object, deep: int = _DEEP) -> object:
    """The same with `items_total` as `itemsTotal`, at most so deep. Codes and JSON-LD's own words
    (`@id`, `hydra:member`, `_links`, `en_US`) stay."""
    if not deep:
        return value
    if isinstance(value, list):
        return [camel(each, deep - 1) for each in value]
    if isinstance(value, dict):
        listed = _listed(value)
        if listed is not None:
            return camel(listed, deep - 1)
        return {_renamed(name): camel(each, deep - 1) for name, each in value.items()}
    return value


def _listed(value: dict[str, object]) -> list[object] | None:
    """What GraphQL lists, without the envelope of each."""
    edges, found = value.get("edges"), value.get("collection")
    if isinstance(edges, list):
        return [Node(each).raw("node") for each in edges]
    return found if isinstance(found, list) else None


def _renamed(name: str) -> str:
    if name == name.lower():
        return _SNAKE.sub(lambda found: found[1].upper(), name)
    return name[0].lower() + name[1:] if name.isalpha() and name != name.upper() else name


def last(link: str | None) -> str | None:
    """The end of a link, which is the code or the id of what it leads to."""
    return link.rstrip("/").rpartition("/")[2] or None if link else None


def code(node: Node, path: str) -> str | None:
    """The code of a related resource: stated, or the end of its link."""
    return node.text(f"{path}.code") or last(node.text(f"{path}.@id|{path}"))


def name(node: Node, path: str) -> str | None:
    """The name of a related resource: stated, or of its first translation."""
    named = (each.text("name") for _, each in node.at(path).pairs("translations"))
    return node.text(f"{path}.name") or next((each for each in named if each), None)
