"""Bodies of Shopify's `orders/create` webhook: the REST Admin API's order resource, bare.

Money is a decimal string, and again as a `..._set` in shop and presentment currency. Prices
contain tax where `taxes_included`; `subtotal_price` is after all discounts, and gift cards do not
lower `total_price`.
"""

import hashlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from twofifty.clock import SystemClock
from twofifty.testing.samples.basket import CODE, Basket, Item, basket
from twofifty.testing.samples.catalogue import SHOP

Json = dict[str, Any]
BASE = 5_200_000_000_000
"""Ids are counted up from here."""


def shopify_webhook(i: int = 0, now: datetime | None = None, lines: int | None = None) -> bytes:
    """The body for order `i`, placed at `now`, by default the present. Paid by card."""
    bought = basket(i, lines)
    return msgspec.json.encode(_order(bought, now or SystemClock().now()))


def _order(bought: Basket, now: datetime) -> Json:
    market = bought.market
    placed = now.astimezone(ZoneInfo(market.time_zone)).replace(microsecond=0).isoformat()
    token = hashlib.sha256(f"order {bought.i}".encode()).hexdigest()[:32]
    return {
        "id": BASE + bought.i,
        "admin_graphql_api_id": f"gid://shopify/Order/{BASE + bought.i}",
        "buyer_accepts_marketing": bought.i % 2 == 0,
        "cancel_reason": None,
        "cancelled_at": None,
        "closed_at": None,
        "confirmed": True,
        "contact_email": bought.email,
        "created_at": placed,
        "currency": market.currency,
        "customer_locale": market.locale,
        "discount_codes": _codes(bought),
        "email": bought.email,
        "financial_status": "paid",
        "fulfillment_status": None,
        "name": f"#{1001 + bought.i}",
        "note": None,
        "note_attributes": [],
        "number": 1 + bought.i,
        "order_number": 1001 + bought.i,
        "order_status_url": f"{SHOP}/1/orders/{token}/authenticate?key=sample",
        "payment_gateway_names": ["shopify_payments"],
        "phone": None,
        "presentment_currency": market.currency,
        "processed_at": placed,
        "source_name": "web",
        "tags": "",
        "taxes_included": market.tax_included,
        "test": False,
        "token": token,
        "total_weight": 0,
        "updated_at": placed,
        **_totals(bought),
        "tax_lines": [_tax(bought, bought.tax)],
        "billing_address": _address(bought),
        "customer": _customer(bought, placed),
        "discount_applications": _applications(bought),
        "fulfillments": [],
        "line_items": [_line(bought, k, item) for k, item in enumerate(bought.items)],
        "refunds": [],
        "shipping_address": _address(bought),
        "shipping_lines": [_shipping(bought)],
    }


def _totals(bought: Basket) -> Json:
    goods = sum(item.gross for item in bought.items)
    taken = sum(item.discount + item.share for item in bought.items)
    amounts = {
        "subtotal_price": goods - taken,
        "total_discounts": taken,
        "total_line_items_price": goods,
        "total_price": bought.total,
        "total_tax": bought.tax,
        "current_subtotal_price": goods - taken,
        "current_total_discounts": taken,
        "current_total_price": bought.total,
        "current_total_tax": bought.tax,
    }
    totals: Json = {}
    for name, amount in amounts.items():
        totals |= _price(bought, name, amount)
    return totals | {
        "total_shipping_price_set": _set(bought, bought.shipping),
        "total_outstanding": bought.market.money(0),
        "total_tip_received": bought.market.money(0),
        "current_total_duties_set": None,
        "original_total_duties_set": None,
    }


def _line(bought: Basket, k: int, item: Item) -> Json:
    product = item.product
    title = product.german if bought.market.german else product.title
    return {
        "id": (BASE + bought.i) * 2 + k,
        "current_quantity": item.quantity,
        "fulfillable_quantity": item.quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": False,
        "grams": 0 if product.digital else 250,
        "name": f"{title} - {item.variant}" if item.variant else title,
        **_price(bought, "price", product.price),
        "product_exists": True,
        "product_id": product.id,
        "properties": [],
        "quantity": item.quantity,
        "requires_shipping": not product.digital,
        "sku": product.sku,
        "taxable": True,
        "title": title,
        **_price(bought, "total_discount", 0),
        "variant_id": product.id * 100,
        "variant_title": item.variant or None,
        "vendor": "Sample Shop",
        "tax_lines": [_tax(bought, item.tax)],
        "duties": [],
        "discount_allocations": _allocations(bought, item),
    }


def _codes(bought: Basket) -> list[Json]:
    amount = bought.market.money(bought.discount)
    return [{"code": CODE, "amount": amount, "type": "percentage"}] if bought.discount else []


def _applications(bought: Basket) -> list[Json]:
    """In the order in which allocations refer to them: the sale first, the code last."""
    common = {"value_type": "percentage", "target_type": "line_item"}
    sale = {"type": "automatic", "title": "Sale", "value": "20.0", "allocation_method": "each"}
    code = {"type": "discount_code", "code": CODE, "value": "10.0", "allocation_method": "across"}
    return [
        *([common | sale | {"target_selection": "entitled"}] if _has_sale(bought) else []),
        *([common | code | {"target_selection": "all"}] if bought.discount else []),
    ]


def _allocations(bought: Basket, item: Item) -> list[Json]:
    last = 1 if _has_sale(bought) else 0
    parts = ((item.discount, 0), (item.share, last))
    return [
        {
            "amount": bought.market.money(amount),
            "amount_set": _set(bought, amount),
            "discount_application_index": index,
        }
        for amount, index in parts
        if amount
    ]


def _has_sale(bought: Basket) -> bool:
    return any(item.discount for item in bought.items)


def _shipping(bought: Basket) -> Json:
    market = bought.market
    return {
        "id": (BASE + bought.i) * 3,
        "carrier_identifier": None,
        "code": market.shipping_title,
        **_price(bought, "price", bought.shipping),
        **_price(bought, "discounted_price", bought.shipping),
        "source": "shopify",
        "title": market.shipping_title,
        "tax_lines": [_tax(bought, bought.shipping_tax)],
        "discount_allocations": [],
    }


def _tax(bought: Basket, amount: int) -> Json:
    market = bought.market
    return {
        "channel_liable": False,
        **_price(bought, "price", amount),
        "rate": market.tax / 10_000,
        "title": market.tax_title,
    }


def _customer(bought: Basket, placed: str) -> Json:
    person = bought.market.person
    return {
        "id": 5001 + bought.i,
        "created_at": placed,
        "updated_at": placed,
        "email": bought.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": None,
        "state": "disabled",
        "verified_email": True,
        "tags": "",
        "currency": bought.market.currency,
        "default_address": _address(bought),
    }


def _address(bought: Basket) -> Json:
    market, person = bought.market, bought.market.person
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.name,
        "company": person.company or None,
        "address1": person.line1,
        "address2": person.line2 or None,
        "city": person.city,
        "province": person.region_name or None,
        "province_code": person.region or None,
        "zip": person.postal_code,
        "country": market.country_name,
        "country_code": market.country,
        "phone": person.phone,
    }


def _price(bought: Basket, name: str, amount: int) -> Json:
    return {name: bought.market.money(amount), f"{name}_set": _set(bought, amount)}


def _set(bought: Basket, amount: int) -> Json:
    money = {
        "amount": bought.market.money(amount),
        "currency_code": bought.market.currency,
    }
    return {"shop_money": money, "presentment_money": money}
