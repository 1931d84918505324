"""Salesforce B2C Commerce (https://developer.salesforce.com/docs/commerce/b2c-commerce).

It has no webhooks: its orders are listed by their change, or a cartridge of the shop posts them, as
the APIs have them (SCAPI, OCAPI), as the XML export has them, or only their number. An order that
was edited is another order: the one that it replaces is not told again, and was not cancelled.
"""

from collections.abc import Mapping
from typing import ClassVar

from twofifty.adapters.salesforce_commerce import export
from twofifty.adapters.salesforce_commerce.named import camel
from twofifty.adapters.salesforce_commerce.order import read_order
from twofifty.intake import loose, signature
from twofifty.intake.carried import ENVELOPES, unfolded
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.wrapping import opened
from twofifty.order.events import Ignored, News, OrderEvent, Pointer

_ENVELOPES = (*ENVELOPES, "hits", "orders", "order")
_SHAPES = {
    "basketId": "a basket",
    "fault|title": "an error of the API",
    "customerId|customerNo|login": "a customer",
    "productItems": "a basket, or an order without a number",
    "couponCode|giftCertificateCode": "a coupon or a gift certificate",
    "brand|masterProduct|variants": "a product",
}


class SalesforceCommerce(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(
        signature.Token("x-webhook-token", query="token"),
        signature.Basic(),
    )
    options: ClassVar[Mapping[str, str]] = {
        "organization": "the organization id, such as f_ecom_abcd_prd",
        "site": "the site's id, such as RefArch",
        "api": '"scapi" (the default), or "ocapi"',
        "username": "the user name of basic authentication",
    }

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`; an export is XML."""
        if not body.lstrip().startswith(b"<"):
            return super().read(topic, body, stated)
        document = export.tree(body)
        return loose.usable(document, lambda: self.news(Node(document), topic, stated))

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        whole = camel(unfolded(node.value, _is_itself))
        found = list(opened(whole, _ENVELOPES, _is_itself))
        orders = [each for each in found if "orderNo" in each]
        current = [each for each in orders if (each.text("status") or "").lower() != "replaced"]
        if current:
            return tuple(_one(each, stated) for each in current)
        if orders:
            return Ignored("an order that another one replaced, which tells itself")
        reason = next((what for each in found if (what := _shape(each))), None)
        return Ignored(reason) if reason else no_order(node, topic, "order")


def _shape(node: Node) -> str | None:
    """What a document without an order's number is."""
    return next((what for path, what in _SHAPES.items() if node.raw(path) is not None), None)


def _is_itself(node: Node) -> bool:
    """An order or a basket, also with the names of OCAPI and of the export."""
    names = ("orderNo", "order_no", "order-no", "productItems", "product_items")
    return any(name in node for name in names)


def _one(node: Node, stated: Stated) -> News:
    """One order; what a search selected may lack its lines or amounts: then it points to itself,
    with what it has. An export may be written as JSON."""
    exported = "productLineitems" in node and "productItems" not in node
    told = Node(export.order(node)) if exported else node
    items = told.each("productItems")
    readable = all("quantity" in each for each in items)
    if not readable or told.raw("orderTotal") is None or told.raw("currency") is None:
        order_id = node.needed_key("orderNo")
        return Pointer(type="order.updated", source=stated.name, order_id=order_id)
    order = read_order(told, stated)
    if order.state.cancelled_at:
        return OrderEvent(type="order.cancelled", order=order)
    if "productItems" in told or order.lines:
        return OrderEvent(type="order.updated", order=order)
    return Pointer(type="order.updated", source=order.source, order_id=order.id, order=order)
