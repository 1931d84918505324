"""An order of BigCommerce's Storefront API (`/api/storefront/orders/ID`) with the names of V2.

https://developer.bigcommerce.com/docs/rest-storefront/orders. It is what a shop's own page sees of
the order that was just placed.
"""

from twofifty.intake.node import Node

_ORDER = {
    "id": "orderId",
    "customer_id": "customerId",
    "default_currency_code": "currency.code",
    "total_inc_tax": "orderAmount",
    "subtotal_inc_tax": "baseAmount",
    "subtotal_ex_tax": "baseAmount",
    "discount_amount": "discountAmount",
    "shipping_cost_inc_tax": "shippingCostTotal",
    "shipping_cost_ex_tax": "shippingCostTotal",
    "handling_cost_inc_tax": "handlingCostTotal",
    "handling_cost_ex_tax": "handlingCostTotal",
    "wrapping_cost_inc_tax": "giftWrappingCostTotal",
    "wrapping_cost_ex_tax": "giftWrappingCostTotal",
    "total_tax": "taxTotal",
    "is_tax_inclusive_pricing": "isTaxIncluded",
    "customer_message": "customerMessage",
}
_PREFIX = "order_status_"
STATUSES = {
    "incomplete": "0",
    "pending": "1",
    "shipped": "2",
    "partially_shipped": "3",
    "refunded": "4",
    "cancelled": "5",
    "declined": "6",
    "awaiting_payment": "7",
    "awaiting_pickup": "8",
    "awaiting_shipment": "9",
    "completed": "10",
    "awaiting_fulfillment": "11",
    "manual_verification_required": "12",
    "disputed": "13",
    "partially_refunded": "14",
}
ADDRESS = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "company",
    "street_1": "address1",
    "street_2": "address2",
    "city": "city",
    "state": "stateOrProvinceCode|stateOrProvince",
    "zip": "postalCode",
    "country_iso2": "countryCode",
    "phone": "phone",
    "email": "email",
}
_ITEM = {
    "id": "id",
    "product_id": "productId",
    "name": "name",
    "sku": "sku",
    "price_inc_tax": "listPrice|amount",
    "price_ex_tax": "listPrice|amount",
    "total_inc_tax": "extendedListPrice|amount",
    "total_ex_tax": "extendedListPrice|amount",
    "image_url": "imageUrl",
    "url": "url",
    "parent_order_product_id": "parentId",
    "product_options": "options",
}
_SENT = {
    **ADDRESS,
    "shipping_method": "shippingMethod",
    "cost_inc_tax": "costIncTax",
    "cost_ex_tax": "costExTax",
}
_FEE = {
    "display_name_customer": "customerDisplayName|displayName|name",
    "type": "type",
    "cost_inc_tax": "cost",
    "cost_ex_tax": "cost",
}
_CREDITS = ("giftcertificate", "storecredit")
_KINDS = {
    "physicalItems": "physical",
    "digitalItems": "digital",
    "giftCertificates": "giftcertificate",
    "customItems": "physical",
}


def as_v2(node: Node) -> Node:
    """The order as the V2 API would send it, as far as it says so."""
    codes = [
        {"code": each.raw("code"), "discount": each.raw("discountedAmount")}
        for each in node.each("coupons")
    ]
    paid = {each.text("providerId"): each for each in node.each("payments")}
    amounts = {name: each.raw("amount") for name, each in paid.items()}
    others = [each for name, each in paid.items() if name not in _CREDITS]
    return Node(
        _renamed(node, _ORDER)
        | {
            "status_id": STATUSES.get((node.text("status") or "").lower().removeprefix(_PREFIX)),
            "coupons": codes,
            "coupon_discount": node.total("coupons", "discountedAmount"),
            "fees": [_renamed(each, _FEE) for each in node.each("fees")],
            "shipping_addresses": [
                _renamed(each, _SENT) for each in node.each("consignments.shipping")
            ],
            "billing_address": _renamed(node.at("billingAddress"), ADDRESS),
            "payment_method": next((each.raw("description") for each in others), None),
            "payment_provider_id": next((each.raw("paymentId") for each in others), None),
            "gift_certificate_amount": amounts.get("giftcertificate"),
            "store_credit_amount": amounts.get("storecredit"),
            "products": [
                _item(each, kind)
                for name, kind in _KINDS.items()
                for each in node.each(f"lineItems.{name}")
            ],
        }
    )


def _renamed(node: Node, names: dict[str, str]) -> dict[str, object]:
    return {name: node.raw(path) for name, path in names.items()}


def _item(item: Node, kind: str) -> dict[str, object]:
    once = 1 if kind == "giftcertificate" else None
    return _renamed(item, _ITEM) | {"type": kind, "quantity": item.raw("quantity") or once}
