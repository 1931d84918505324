"""Sylius' documents in one spelling, and the links (IRIs) in them.

API v2 writes JSON-LD in camel case, in which a related resource is an object or only its link
(`/api/v2/admin/orders/TOKEN`); the earlier API v1 wrote snake case.
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
        return {_renamed(name): camel(each, deep - 1) for name, each in value.items()}
    return value


def _renamed(name: str) -> str:
    return _SNAKE.sub(lambda found: found[1].upper(), name) if name == name.lower() else name


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
