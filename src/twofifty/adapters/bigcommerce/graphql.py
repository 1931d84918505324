"""An order of BigCommerce's GraphQL Storefront API with the names of V2.

https://developer.bigcommerce.com/docs/storefront/graphql/orders. Its lists are `edges` of `node`s,
or plain where a storefront made them so.
"""

from itertools import chain

from twofifty.adapters.bigcommerce.storefront import ADDRESS, STATUSES
from twofifty.intake.node import Node

_MONEY = {
    "total_inc_tax": "totalIncTax",
    "subtotal_inc_tax": "subTotal",
    "subtotal_ex_tax": "subTotal",
    "discount_amount": "discounts.nonCouponDiscountTotal",
    "shipping_cost_inc_tax": "shippingCostTotal",
    "shipping_cost_ex_tax": "shippingCostTotal",
    "handling_cost_inc_tax": "handlingCostTotal",
    "handling_cost_ex_tax": "handlingCostTotal",
    "wrapping_cost_inc_tax": "wrappingCostTotal",
    "wrapping_cost_ex_tax": "wrappingCostTotal",
    "total_tax": "taxTotal",
}
_ITEM = {
    "id": "entityId",
    "product_id": "productEntityId",
    "name": "name",
    "quantity": "quantity",
    "total_inc_tax": "subTotalListPrice.value|amount.value",
    "total_ex_tax": "subTotalListPrice.value|amount.value",
    "image_url": "image.url",
    "product_options": "productOptions",
}
_SHIPMENT = {
    "id": "entityId",
    "shipping_provider_display_name": "shippingProviderName",
    "tracking_number": "tracking.number",
    "tracking_link": "tracking.url",
}


def orders(node: Node) -> list[Node]:
    """The orders in an answer, of which there may be none; `allOrders` is B2B Edition's."""
    one = node.at("data.site.order|data.customer.order")
    return [one] if one else _nodes(node, "data.customer.orders") or _nodes(node, "data.allOrders")


def as_v2(node: Node) -> Node:
    """The order as the V2 API would send it, as far as it was asked for."""
    sent = _nodes(node, "consignments.shipping")
    items = chain.from_iterable(_nodes(each, "lineItems") for each in sent)
    loaded = chain.from_iterable(
        _nodes(each, "lineItems") for each in _nodes(node, "consignments.downloads")
    )
    gifts = _nodes(node, "consignments.email.giftCertificates")
    codes = [
        {"code": each.raw("couponCode"), "discount": each.raw("discountedAmount.value")}
        for each in node.each("discounts.couponDiscounts")
    ]
    paid = next(iter(_nodes(node, "payments")), Node(None))
    return Node(
        {name: node.raw(f"{path}.value") for name, path in _MONEY.items()}
        | {
            "id": node.raw("entityId"),
            "default_currency_code": node.raw("totalIncTax.currencyCode"),
            "date_created": node.raw("orderedAt.utc"),
            "date_modified": node.raw("updatedAt.utc"),
            "status_id": STATUSES.get((node.text("status.value") or "").lower()),
            "is_tax_inclusive_pricing": node.raw("isTaxIncluded"),
            "customer_message": node.raw("customerMessage"),
            "coupons": codes,
            "coupon_discount": node.total("discounts.couponDiscounts", "discountedAmount.value"),
            "billing_address": _renamed(node.at("billingAddress"), ADDRESS),
            "shipping_addresses": [_place(each) for each in sent],
            "payment_method": paid.raw("paymentMethodName"),
            "products": [_item(each, "physical") for each in items]
            + [_item(each, "digital") for each in loaded]
            + [_item(each, "giftcertificate") for each in gifts],
            "shipments": [
                _renamed(each, _SHIPMENT) for group in sent for each in _nodes(group, "shipments")
            ],
        }
    )


def _nodes(node: Node, path: str) -> list[Node]:
    """What stands in a list, however it is written."""
    listed = node.raw(f"{path}.edges|{path}.nodes|{path}")
    found = Node(listed).each() if isinstance(listed, list) else []
    return [each.at("node") if "node" in each else each for each in found]


def _renamed(node: Node, names: dict[str, str]) -> dict[str, object]:
    return {name: node.raw(path) for name, path in names.items()}


def _place(group: Node) -> dict[str, object]:
    costs = dict.fromkeys(("cost_inc_tax", "cost_ex_tax"), group.raw("shippingCost.value"))
    shipments = _nodes(group, "shipments")
    method = shipments[0].raw("shippingMethodName") if shipments else None
    return _renamed(group.at("shippingAddress"), ADDRESS) | costs | {"shipping_method": method}


def _item(item: Node, kind: str) -> dict[str, object]:
    once = 1 if kind == "giftcertificate" else None
    found = _renamed(item, _ITEM)
    return found | {"type": kind, "quantity": found["quantity"] or once}
