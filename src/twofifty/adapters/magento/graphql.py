"""An order of Magento's GraphQL API (`CustomerOrder`) with the names that REST has.

The same order has the same id in both: GraphQL's is REST's number in base64.
"""

import base64
import binascii
from decimal import Decimal
from itertools import chain, count

from twofifty.intake.node import Node

_CREDITS = {
    "gift_cards_amount": "total.total_giftcard.value",
    "customer_balance_amount": "total.total_store_credit.value",
    "reward_currency_amount": "total.total_reward_points.money.value",
}
_ORDER = {
    "increment_id": "number|order_number|increment_id",
    "created_at": "order_date|created_at",
    "updated_at": "order_status_change_date",
    "order_currency_code": "total.grand_total.currency|total.base_grand_total.currency",
    "grand_total": "total.grand_total.value",
    "subtotal": "total.subtotal_excl_tax.value|total.subtotal.value",
    "shipping_amount": "total.shipping_handling.amount_excluding_tax.value"
    "|total.total_shipping.value|total.shipping_handling.total_amount.value",
    "tax_amount": "total.total_tax.value",
    "shipping_description": "shipping_method|carrier",
    "billing_address": "billing_address",
    "shipping_address": "shipping_address",
    "coupon_code": "applied_coupons.0.code",
    **_CREDITS,
}
_ITEM = {
    "name": "product_name",
    "sku": "product_sku",
    "product_type": "product_type|__typename",
    "qty_ordered": "quantity_ordered|quantity",
    "qty_shipped": "quantity_shipped",
    "qty_canceled": "quantity_canceled",
    "qty_refunded": "quantity_refunded",
    "price": "prices.price.value|product_sale_price.value",
}


def number_of(node: Node, path: str) -> str | None:
    """The number in an id (`MQ==` is 1); an id that is none stays as it is. Raises Unreadable."""
    found = node.key(path)
    try:
        plain = base64.b64decode(found or "", validate=True)
    except (binascii.Error, ValueError):
        return found
    return plain.decode() if plain.isdigit() else found


def as_rest(node: Node, owner: Node) -> Node:
    """The order as REST would send it; `owner` is the customer who was asked for."""
    people = owner if owner else node.at("customer_info")
    listed = {"title": "title", "percent": "rate", "amount": "amount.value"}
    taxes = [_renamed(each, listed) for each in node.each("total.taxes")]
    return Node(
        _renamed(node, _ORDER)
        | {
            "entity_id": number_of(node, "id") or node.key("number|order_number"),
            "status": (node.text("status") or "").lower().replace(" ", "_"),
            "customer_firstname": people.raw("firstname"),
            "customer_lastname": people.raw("lastname"),
            "customer_email": node.raw("email") or owner.raw("email"),
            "total_paid": node.raw("total.grand_total.value") if _invoiced(node) else None,
            "discount_amount": _taken(node, "total.discounts"),
            "discount_description": ", ".join(filter(None, _labels(node, "total.discounts"))),
            "items": list(chain.from_iterable(map(_rows, node.each("items"), count(1)))),
            "payment": _payment(node.at("payment_methods.0")),
            "extension_attributes": {"applied_taxes": taxes},
            "shipments": [_shipment(each) for each in node.each("shipments")],
            "creditmemos": [_memo(each) for each in node.each("credit_memos")],
        }
    )


def _memo(memo: Node) -> dict[str, object]:
    return {"entity_id": number_of(memo, "id"), "grand_total": memo.raw("total.grand_total.value")}


def _renamed(node: Node, names: dict[str, str]) -> dict[str, object]:
    return {name: node.raw(path) for name, path in names.items()}


def _invoiced(node: Node) -> bool:
    """Whether everything was invoiced, which in Magento means paid."""
    items = node.each("items")
    done = [each.money("quantity_invoiced") for each in items]
    return all(done) and bool(done) and done == [each.money("quantity_ordered") for each in items]


def _labels(node: Node, path: str) -> list[str | None]:
    return [each.text("label") for each in node.each(path)]


def _taken(node: Node, path: str) -> Decimal | None:
    amounts = [each.money("amount.value") for each in node.each(path)]
    return sum((abs(each) for each in amounts if each), Decimal(0)) or None


def _payment(method: Node) -> dict[str, object]:
    return {
        "method": method.raw("type|name"),
        "additional_information": [method.raw("name")],
    }


def _rows(item: Node, place: int) -> list[dict[str, object]]:
    """An item, and the parts of a bundle; a part's price stands in the bundle's."""
    number = number_of(item, "id|uid") or str(place)
    price, row = item.money("prices.price.value|product_sale_price.value"), None
    if price is not None:
        row = item.money("prices.row_total.value")
        row = price * item.quantity("quantity_ordered") if row is None else row
    options = [*item.each("selected_options"), *item.each("entered_options")]
    whole = _renamed(item, _ITEM) | {
        "item_id": number,
        "row_total": row,
        "discount_amount": _taken(item, "discounts"),
        "product_options": {"options": [each.value for each in options]},
    }
    inside = [value for each in item.each("bundle_options") for value in each.each("values")]
    parts = [
        _renamed(each, _ITEM)
        | {"item_id": f"{number}-{number_of(each, 'id|uid')}", "parent_item_id": number}
        for each in inside
    ]
    return [whole, *parts]


def _shipment(shipment: Node) -> dict[str, object]:
    return {
        "entity_id": number_of(shipment, "id"),
        "increment_id": shipment.raw("number"),
        "tracks": [
            _renamed(each, {"title": "title|carrier", "track_number": "number"})
            for each in shipment.each("tracking")
        ],
        "items": [
            {"order_item_id": number_of(each, "order_item.id"), "qty": sent}
            for each in shipment.each("items")
            if (sent := each.raw("quantity_shipped"))
        ],
    }
