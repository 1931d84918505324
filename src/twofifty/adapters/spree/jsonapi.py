"""Documents of Spree's API v2 (https://jsonapi.org/format/1.0): every resource as one object, with
what it is related to inside it, as v1 and v3 write them."""

from collections.abc import Mapping

from twofifty.intake import loose
from twofifty.intake.node import Node

_DEEP = 3
_Known = Mapping[tuple[object, object], dict[str, object]]


def is_resource(node: Node) -> bool:
    """Whether the document is of this API."""
    first = node.at("data.0|data")
    return isinstance(first.raw("attributes"), dict) and "type" in first


def resources(node: Node) -> list[Node]:
    """The resources of a document. What `included` does not hold is known by its id alone."""
    known = {_name(each): loose.mapping(each.value) for each in node.each("included")}
    listed = node.each("data") if isinstance(node.raw("data"), list) else [node.at("data")]
    return [Node(_flat(loose.mapping(each.value), known, _DEEP)) for each in listed]


def _name(each: Node) -> tuple[object, object]:
    return each.text("type"), each.text("id")


def _flat(resource: Mapping[str, object], known: _Known, deep: int) -> dict[str, object]:
    node = Node(resource)
    flat = dict(loose.mapping(node.raw("attributes")))
    flat |= {"id": node.raw("id"), "type": node.raw("type")}
    if deep:
        flat |= {
            name: _related(each.raw("data"), known, deep - 1)
            for name, each in node.pairs("relationships")
        }
    return flat


def _related(data: object, known: _Known, deep: int) -> object:
    if isinstance(data, list):
        return [_related(each, known, deep) for each in data[:1_000]]
    if not isinstance(data, dict):
        return None
    return _flat(known.get(_name(Node(data)), data), known, deep)
