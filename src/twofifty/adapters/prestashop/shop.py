"""PrestaShop's webservice, asked for JSON (https://devdocs.prestashop-project.org/9/webservice/).

`api_url` is the shop's, as `https://shop.example.com/api`; `api_key` a webservice key that may view
(GET) the resources below. An order has numbers in place of almost everything, so each page of
orders is followed by one list of each resource that they name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.shop import Access, Ask, Dialogue, Page, Registered, basic, document, path

_PAGE = 10
# Times are the shop's own, up to twelve hours behind UTC.
_BEHIND = timedelta(hours=12)
_END = "2200-01-01 00:00:00"
_CLOCK = "%Y-%m-%d %H:%M:%S"
_SECOND = timedelta(seconds=1)
# Name in the document, resource, and the field of the order that has its number.
_ONE = (
    ("customer", "customers", "id_customer"),
    ("currency", "currencies", "id_currency"),
    ("language", "languages", "id_lang"),
    ("order_state", "order_states", "current_state"),
    ("carrier", "carriers", "id_carrier"),
    ("address_delivery", "addresses", "id_address_delivery"),
    ("address_invoice", "addresses", "id_address_invoice"),
)
# Resource, and the fields by which it names the order and the order names it.
_MANY = (
    ("order_details", "id_order", "id"),
    ("order_carriers", "id_order", "id"),
    ("order_cart_rules", "id_order", "id"),
    ("order_slip", "id_order", "id"),
    ("order_payments", "order_reference", "reference"),
)
# Rows are many, and each has fifty fields.
_DISPLAY = {
    "order_details": "[id,id_order,product_id,product_quantity,product_name,product_reference,"
    "unit_price_tax_incl,total_price_tax_incl,download_hash]"
}
_PLACES = (("country", "countries", "id_country"), ("state", "states", "id_state"))


class PrestaShopShop:
    """A Shop: see `intake.shop`. PrestaShop has no webhooks to register."""

    topics: tuple[str, ...] = ()
    signs_with: Literal["ours"] = "ours"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """The order and what it names; `#` before an id says that it is an order's reference."""
        field = "reference" if order_id.startswith("#") else "id"
        found = yield from _listed(access, "orders", field, {order_id.removeprefix("#")})
        whole = yield from _whole(access, found[:1])
        return whole[0] if whole else None

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is when the last order of the page before changed, and its id: an order that
        changes meanwhile moves to the end, and an offset would skip what moves up. Those of the
        same second come first, then those after it."""
        begin, found = f"{since.astimezone(UTC) - _BEHIND:{_CLOCK}}", list[Node]()
        if " " in cursor:
            at, _, last = cursor.rpartition(" ")
            found = yield from _window(access, at, at, {"filter[id]": f">[{last}]"})
            begin = f"{datetime.strptime(at, _CLOCK).replace(tzinfo=UTC) + _SECOND:{_CLOCK}}"
        if len(found) < _PAGE:
            found += (yield from _window(access, begin, _END, {}))[: _PAGE - len(found)]
        documents = yield from _whole(access, found)
        if len(found) < _PAGE:
            return Page(tuple(documents))
        end = found[-1]
        return Page(tuple(documents), f"{end.needed_key('date_upd')} {end.needed_key('id')}")

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: webhooks are a module's, and configured there."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing to register."""
        yield from ()
        return (secret,)


def _window(access: Access, begin: str, end: str, also: Mapping[str, str]) -> Dialogue[list[Node]]:
    """The first orders that changed from `begin` to `end`, both within, by the shop's clock."""
    asked = {
        "filter[date_upd]": f"[{begin},{end}]",
        "date": "1",
        "sort": "[date_upd_ASC,id_ASC]",
        "limit": f"0,{_PAGE}",
    }
    return (yield from _asked(access, "orders", {**asked, **also}))


def _whole(access: Access, orders: list[Node]) -> Dialogue[list[bytes]]:
    """Each order with what it names. Raises Unreadable."""
    if not orders:
        return []
    single = yield from _singles(access, orders)
    parts: dict[tuple[str, str], list[object]] = {}
    for resource, field, own in _MANY:
        for each in (yield from _listed(access, resource, field, _keys(orders, own))):
            parts.setdefault((resource, each.key(field) or ""), []).append(each.value)
    return [_joined(each, single, parts) for each in orders]


def _singles(access: Access, orders: list[Node]) -> Dialogue[dict[str, dict[str, Node]]]:
    """By resource and id: what the orders name once, and what their addresses name."""
    found: dict[str, dict[str, Node]] = {}
    for resource in dict.fromkeys(resource for _, resource, _ in _ONE):
        fields = [field for _, other, field in _ONE if other == resource]
        found[resource] = yield from _known(access, resource, _keys(orders, *fields))
    addresses = list(found["addresses"].values())
    for name, resource, field in _PLACES:
        found[name] = yield from _known(access, resource, _keys(addresses, field))
    return found


def _keys(nodes: list[Node], *fields: str) -> set[str]:
    return {key for each in nodes for field in fields if (key := each.key(field))}


def _joined(
    order: Node,
    single: Mapping[str, Mapping[str, Node]],
    parts: Mapping[tuple[str, str], list[object]],
) -> bytes:
    """The document that `source.py` reads."""
    said: dict[str, object] = {"order": order.value}
    for name, resource, field in _ONE:
        found = single[resource].get(order.key(field) or "", Node(None))
        said[name] = _placed(found, single) if resource == "addresses" else found.value
    for resource, _, own in _MANY:
        said[_name(resource)] = parts.get((resource, order.key(own) or ""), [])
    said["carriers"] = [each.value for each in single["carriers"].values()]
    return document(said)


def _placed(address: Node, single: Mapping[str, Mapping[str, Node]]) -> dict[str, object]:
    """An address with its country's code and its state's name."""
    country = single["country"].get(address.key("id_country") or "", Node(None))
    state = single["state"].get(address.key("id_state") or "", Node(None))
    said = {name: each.value for name, each in address.pairs("")}
    return said | {"country": country.raw("iso_code"), "state": state.raw("name")}


def _name(resource: str) -> str:
    """The webservice calls the list of credit slips by the name of one."""
    return "order_slips" if resource == "order_slip" else resource


def _known(access: Access, resource: str, ids: set[str]) -> Dialogue[dict[str, Node]]:
    found = yield from _listed(access, resource, "id", ids)
    return {key: each for each in found if (key := each.key("id"))}


def _listed(access: Access, resource: str, field: str, values: set[str]) -> Dialogue[list[Node]]:
    """The resources whose field has one of these values; 0 is none."""
    known = sorted(values - {"0"})
    if not known:
        return []
    return (yield from _asked(access, resource, {f"filter[{field}]": f"[{'|'.join(known)}]"}))


def _asked(access: Access, resource: str, asked: Mapping[str, str]) -> Dialogue[list[Node]]:
    """A list; for nothing found the webservice answers with an empty list in place of an object."""
    shown = _DISPLAY.get(resource, "full")
    where = path(resource, display=shown, output_format="JSON", **asked)
    headers = {**basic(access.key, ""), "accept": "application/json", "output-format": "JSON"}
    reply = yield Ask(where, headers=headers)
    if reply.status == 404:
        return []
    found = Node(strict.reply(reply.body)).raw(f"{_name(resource)}|{resource}")
    return (
        [Node(each) for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    )
