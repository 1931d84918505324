"""Bodies of WooCommerce's `order.created` webhook: the REST API's order, version 3.

All amounts of lines and shipping are without tax, whatever `prices_include_tax` says of the shop;
`total` is with tax. Times without an offset are the shop's local time, here UTC.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from twofifty.clock import SystemClock
from twofifty.testing.samples.basket import CODE, Basket, Item, basket, tax_in
from twofifty.testing.samples.catalogue import SHOP

Json = dict[str, Any]
RATE_ID = 3


def woocommerce_webhook(i: int = 0, now: datetime | None = None, lines: int | None = None) -> bytes:
    """The body for order `i`, placed at `now`, by default the present. Paid by card."""
    bought = basket(i, lines)
    return msgspec.json.encode(_order(bought, now or SystemClock().now()))


def _order(bought: Basket, now: datetime) -> Json:
    market, number = bought.market, 20_001 + bought.i
    placed = now.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    dates = {"created": placed, "modified": placed, "paid": placed, "completed": None}
    return {
        "id": number,
        "parent_id": 0,
        "status": "processing",
        "currency": market.currency,
        "version": "9.4.2",
        "prices_include_tax": market.tax_included,
        **{f"date_{name}": value for name, value in dates.items()},
        **{f"date_{name}_gmt": value for name, value in dates.items()},
        **_totals(bought),
        "customer_id": 501 + bought.i,
        "order_key": f"wc_order_sample{bought.i:06}",
        "billing": _address(bought) | {"email": bought.email, "phone": market.person.phone},
        "shipping": _address(bought) | {"phone": ""},
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "transaction_id": f"ch_sample{bought.i:06}",
        "customer_ip_address": "127.0.0.1",
        "customer_user_agent": "Sample/1.0",
        "created_via": "checkout",
        "customer_note": "",
        "cart_hash": "",
        "number": str(number),
        "meta_data": [],
        "line_items": [_line(bought, k, item) for k, item in enumerate(bought.items)],
        "tax_lines": [_tax(bought)],
        "shipping_lines": [_shipping(bought)],
        "fee_lines": [],
        "coupon_lines": _coupons(bought),
        "refunds": [],
        "payment_url": f"{SHOP}/checkout/order-pay/{number}/",
        "is_editable": False,
        "needs_payment": False,
        "needs_processing": True,
        "currency_symbol": market.symbol,
    }


def _totals(bought: Basket) -> Json:
    money = bought.market.money
    goods_tax = sum(item.tax for item in bought.items)
    total = sum(_net(bought, item) for item in bought.items)
    return {
        "discount_total": money(_discount(bought)),
        "discount_tax": money(_discount_tax(bought)),
        "shipping_total": money(_shipping_net(bought)),
        "shipping_tax": money(bought.shipping_tax),
        "cart_tax": money(goods_tax),
        "total": money(total + _shipping_net(bought) + bought.tax),
        "total_tax": money(bought.tax),
    }


def _line(bought: Basket, k: int, item: Item) -> Json:
    market, product = bought.market, item.product
    net, before = _net(bought, item), _before(bought, item)
    return {
        "id": (20_001 + bought.i) * 20 + k,
        "name": product.german if market.german else product.title,
        "product_id": product.id,
        "variation_id": product.id * 10 if item.variant else 0,
        "quantity": item.quantity,
        "tax_class": "",
        "subtotal": market.money(before),
        "subtotal_tax": market.money(tax_in(item.gross, market)),
        "total": market.money(net),
        "total_tax": market.money(item.tax),
        "taxes": [_line_tax(bought, item.tax)],
        "meta_data": _choices(k, item),
        "sku": product.sku,
        "price": float(market.money(net)) / item.quantity,
        "image": {"id": str(product.id), "src": product.image_url},
        "parent_name": (product.german if market.german else product.title)
        if item.variant
        else None,
    }


def _choices(k: int, item: Item) -> list[Json]:
    choice = {
        "id": 9001 + k,
        "key": "pa_variant",
        "value": item.variant.lower(),
        "display_key": "Variant",
        "display_value": item.variant,
    }
    return [choice] if item.variant else []


def _shipping(bought: Basket) -> Json:
    money = bought.market.money
    return {
        "id": (20_001 + bought.i) * 20 + 18,
        "method_title": bought.market.shipping_title,
        "method_id": "flat_rate" if bought.shipping else "free_shipping",
        "instance_id": "1",
        "total": money(_shipping_net(bought)),
        "total_tax": money(bought.shipping_tax),
        "taxes": [_line_tax(bought, bought.shipping_tax)],
        "meta_data": [],
    }


def _tax(bought: Basket) -> Json:
    market = bought.market
    return {
        "id": (20_001 + bought.i) * 20 + 19,
        "rate_code": f"{market.country}-{market.tax_title.upper()}-1",
        "rate_id": RATE_ID,
        "label": market.tax_title,
        "compound": False,
        "tax_total": market.money(bought.tax - bought.shipping_tax),
        "shipping_tax_total": market.money(bought.shipping_tax),
        "rate_percent": market.tax / 100,
        "meta_data": [],
    }


def _line_tax(bought: Basket, amount: int) -> Json:
    money = bought.market.money(amount)
    return {"id": RATE_ID, "total": money, "subtotal": money}


def _coupons(bought: Basket) -> list[Json]:
    money = bought.market.money
    coupon = {
        "id": (20_001 + bought.i) * 20 + 17,
        "code": CODE.lower(),
        "discount": money(_discount(bought)),
        "discount_tax": money(_discount_tax(bought)),
        "meta_data": [],
    }
    return [coupon] if _discount(bought) else []


def _address(bought: Basket) -> Json:
    market, person = bought.market, bought.market.person
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "address_1": person.line1,
        "address_2": person.line2,
        "city": person.city,
        "state": person.region,
        "postcode": person.postal_code,
        "country": market.country,
    }


def _before(bought: Basket, item: Item) -> int:
    """A line without tax and before discounts."""
    included = tax_in(item.gross, bought.market) if bought.market.tax_included else 0
    return item.gross - included


def _net(bought: Basket, item: Item) -> int:
    """A line without tax and after all discounts."""
    return item.net - (item.tax if bought.market.tax_included else 0)


def _shipping_net(bought: Basket) -> int:
    return bought.shipping - (bought.shipping_tax if bought.market.tax_included else 0)


def _discount(bought: Basket) -> int:
    return sum(_before(bought, item) - _net(bought, item) for item in bought.items)


def _discount_tax(bought: Basket) -> int:
    return sum(tax_in(item.gross, bought.market) - item.tax for item in bought.items)
