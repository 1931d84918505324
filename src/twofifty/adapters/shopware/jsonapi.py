"""JSON:API (https://jsonapi.org), which Shopware's Admin API answers unless it is asked for plain
JSON: its resources as the plain form has them, with what they relate to in its place."""

from twofifty.intake import loose
from twofifty.intake.node import Node

_MOST_LEVELS = 5
_Known = dict[tuple[str | None, str | None], Node]


def is_document(node: Node) -> bool:
    """Whether it is JSON:API."""
    found = node.raw("data")
    return _is_resource(found[0] if isinstance(found, list) else found)


def plain(node: Node) -> Node:
    """A document in plain form, its resources in the list `data`."""
    own = node.each("data") if isinstance(node.raw("data"), list) else [node.at("data")]
    every = [*node.each("included"), *own]
    flat = _Flat({(each.text("type"), each.text("id")): each for each in every})
    return Node({"data": [flat.resource(each, _MOST_LEVELS) for each in own]})


def _is_resource(value: object) -> bool:
    return isinstance(value, dict) and "attributes" in value and "type" in value


class _Flat:
    """Resources made plain, each once a level, so that circles end."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._made: dict[tuple[str | None, str | None, int], dict[str, object]] = {}

    def resource(self, node: Node, levels: int) -> dict[str, object]:
        """Its attributes, and below them what it relates to."""
        key = (node.text("type"), node.text("id"), levels)
        if key not in self._made or key[1] is None:
            related = {
                name: self._related(each.raw("data"), levels - 1)
                for name, each in node.pairs("relationships")
                if levels and "data" in each
            }
            attributes = loose.mapping(node.raw("attributes"))
            self._made[key] = {**attributes, **related, "id": node.raw("id"), "apiAlias": key[0]}
        return self._made[key]

    def _related(self, told: object, levels: int) -> object:
        if isinstance(told, list):
            found = [self._one(each, levels) for each in told]
            return [each for each in found if each is not None]
        return self._one(told, levels)

    def _one(self, told: object, levels: int) -> dict[str, object] | None:
        name = Node(told)
        known = self._known.get((name.text("type"), name.text("id")))
        return None if known is None else self.resource(known, levels)
