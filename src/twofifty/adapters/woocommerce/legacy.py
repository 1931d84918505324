"""Orders of the legacy API (v1 to v3, before WooCommerce 2.6) under the names of today."""

from twofifty.intake import loose

_NAMES = {
    "order_number": "number",
    "created_at": "date_created_gmt",
    "updated_at": "date_modified_gmt",
    "total_shipping": "shipping_total",
    "total_discount": "discount_total",
    "billing_address": "billing",
    "shipping_address": "shipping",
    "note": "customer_note",
}


def modern(order: dict[str, object]) -> dict[str, object]:
    """The order itself, or a legacy one with today's names. Its times are in UTC and say so; that
    it is paid is a word (`paid`), not a date."""
    if "billing_address" not in order:
        return order
    payment = loose.mapping(order.get("payment_details"))
    renamed = {_NAMES.get(name, name): value for name, value in order.items()}
    return {
        **renamed,
        "payment_method": payment.get("method_id"),
        "payment_method_title": payment.get("method_title"),
        "paid": payment.get("paid"),
    }
