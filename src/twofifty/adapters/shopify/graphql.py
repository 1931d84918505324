"""The GraphQL Admin API's documents under REST's names, so that one reader reads both.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Order
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from twofifty.intake.node import Node

_GLOBAL_ID = "gid://shopify/"
_CAPITAL = re.compile(r"(?<=[a-z0-9])[A-Z]")
_MOST_LEVELS = 5


def rest(document: object) -> object:
    """`document` in REST's shape: a GraphQL reply as the orders in its `data`, connections as
    lists, names in snake case, global ids as numbers. Every other document stays as it is."""
    data = document.get("data") if isinstance(document, dict) else None
    if isinstance(data, dict):
        plain = _plain(data)
        return list(_orders(plain, _MOST_LEVELS)) or plain
    return _plain(document) if _is_graphql(document) else document


def kind(body: Node) -> str:
    """What a resource is by its global id (`order`, `draft order`); '' where it has none."""
    found = body.raw("admin_graphql_api_id")
    if not isinstance(found, str) or not found.startswith(_GLOBAL_ID):
        return ""
    name = found.removeprefix(_GLOBAL_ID).partition("/")[0]
    return _snake(name).replace("_", " ")[:60]


def _is_graphql(document: object) -> bool:
    """A resource with a global id, alone, one level down or in a list there, or a connection."""
    if not isinstance(document, dict | list):
        return False
    inner = document.values() if isinstance(document, dict) else document
    places = [document, *(each[0] if isinstance(each, list) and each else each for each in inner)]
    found = [each for each in places if isinstance(each, dict)]
    return any(_number(each) or "edges" in each or "nodes" in each for each in found)


def _number(node: dict[str, object]) -> str | None:
    """The number at the end of a global id; None where the id is none."""
    own = node.get("id")
    if not isinstance(own, str) or not own.startswith(_GLOBAL_ID):
        return None
    return own.rpartition("/")[2].partition("?")[0]


def _plain(node: object) -> object:
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("nodes"), list):
        return _plain(node["nodes"])
    if isinstance(node.get("edges"), list):
        return [_plain(edge.at("node").value) for edge in Node(node).each("edges")]
    found = dict(_named(_snake(name), _plain(value)) for name, value in node.items())
    number = _number(node)
    return {**found, "id": number, "admin_graphql_api_id": node["id"]} if number else found


def _named(name: str, value: object) -> tuple[str, object]:
    """An amount alone (MoneyV2) as a set of amounts, where it is not in one already."""
    if isinstance(value, dict) and "amount" in value and not name.endswith("_money"):
        return f"{name}_set", {"shop_money": value, "presentment_money": value}
    return name, value


@lru_cache(maxsize=1024)
def _snake(name: str) -> str:
    return _CAPITAL.sub(lambda capital: f"_{capital[0]}", name).lower()


def _orders(node: object, levels: int) -> Iterator[object]:
    """The orders below, whatever was asked for around them."""
    if isinstance(node, dict) and kind(Node(node)) == "order" and "line_items" in node:
        yield node
    elif levels and isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _orders(each, levels - 1)
