"""Sample orders in the canonical shape, `twofifty.order/1`, ready for `POST /v1/orders`."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twofifty.clock import SystemClock
from twofifty.testing.samples.basket import CODE, Basket, Item, basket
from twofifty.testing.samples.catalogue import SHOP, Person

Json = dict[str, Any]


def sample_order(
    i: int = 0, *, lines: int | None = None, now: datetime | None = None, **changes: Any
) -> Json:
    """Order `i`, the same for the same `i` and `now`; placed at `now`, by default the present.

    `i` walks through markets (US, DE, GB, JP, AT), discounts, codes, downloads, gift cards (every
    fifth order) and an order paid later (every eleventh). The figures add up. `changes` replace
    top-level keys; a change to None leaves the key out.
    """
    bought = basket(i, lines)
    order = _order(bought, now or SystemClock().now()) | changes
    return {key: value for key, value in order.items() if value is not None}


def _order(bought: Basket, now: datetime) -> Json:
    market = bought.market
    placed = now.astimezone(ZoneInfo(market.time_zone)).replace(microsecond=0)
    address = _address(market.person, market.country)
    return {
        "source": "sample",
        "id": str(100_001 + bought.i),
        "number": f"#{1001 + bought.i}",
        "revision": 1,
        "placed_at": placed.isoformat(),
        "updated_at": placed.isoformat(),
        "state": {"payment": _payment_state(bought), "fulfillment": "unfulfilled"},
        "test": False,
        "locale": market.locale,
        "currency": market.currency,
        "time_zone": market.time_zone,
        "customer": _customer(bought),
        "shipping_address": address,
        "billing_address": address,
        "lines": [_line(bought, k, item) for k, item in enumerate(bought.items)],
        "totals": _totals(bought),
        "discounts": _discounts(bought),
        "taxes": [_tax(bought)],
        "shipping": [_shipping(bought, placed)],
        "payments": _payments(bought),
        "parcels": [],
        "links": {
            "status": f"{SHOP}/orders/{100_001 + bought.i}",
            "support": "mailto:help@shop.example.test",
        },
        "note": _note(bought),
        "attributes": {"channel": "web"},
    }


def _customer(bought: Basket) -> Json:
    person = bought.market.person
    return {
        "id": str(5001 + bought.i),
        "name": person.name,
        "email": bought.email,
        "phone": person.phone,
        "orders_count": 1 + bought.i % 6,
        "consent": {"marketing": bought.i % 2 == 0},
    }


def _address(person: Person, country: str) -> Json:
    fields = {
        "name": person.name,
        "company": person.company,
        "line1": person.line1,
        "line2": person.line2,
        "city": person.city,
        "region": person.region,
        "postal_code": person.postal_code,
        "country": country,
    }
    return {key: value for key, value in fields.items() if value}


def _line(bought: Basket, k: int, item: Item) -> Json:
    money = bought.market.money
    product = item.product
    line = {
        "id": f"{100_001 + bought.i}-{k + 1}",
        "product_id": str(product.id),
        "sku": product.sku,
        "title": product.german if bought.market.german else product.title,
        "variant": item.variant,
        "quantity": str(item.quantity),
        "unit_price": money(product.price),
        "discount": money(item.discount),
        "tax": money(item.tax),
        "total": money(item.total),
        "image_url": product.image_url,
        "url": product.url,
        "digital": product.digital,
    }
    return {key: value for key, value in line.items() if value != ""}


def _totals(bought: Basket) -> Json:
    money = bought.market.money
    card = _gift_card(bought)
    paid = _payment_state(bought) == "paid"
    return {
        "subtotal": money(bought.subtotal),
        "discount": money(bought.discount),
        "shipping": money(bought.shipping),
        "tax": money(bought.tax),
        "tax_included": bought.market.tax_included,
        "duties": money(0),
        "tip": money(0),
        "gift_card": money(card),
        "rounding": money(0),
        "total": money(bought.total - card),
        "paid": money(bought.total - card if paid else 0),
        "due": money(0 if paid else bought.total - card),
        "refunded": money(0),
    }


def _discounts(bought: Basket) -> list[Json]:
    """What was taken off the order; a line's own discount stands on the line."""
    code = {"code": CODE, "title": CODE, "amount": bought.market.money(bought.discount)}
    return [code] if bought.discount else []


def _tax(bought: Basket) -> Json:
    market = bought.market
    rate = f"0.{market.tax:04}".rstrip("0")
    return {"title": market.tax_title, "rate": rate, "amount": market.money(bought.tax)}


def _shipping(bought: Basket, placed: datetime) -> Json:
    market = bought.market
    return {
        "title": market.shipping_title,
        "carrier": market.carrier,
        "amount": market.money(bought.shipping),
        "estimate": {
            "from": (placed + timedelta(days=2)).date().isoformat(),
            "to": (placed + timedelta(days=4)).date().isoformat(),
        },
    }


def _payments(bought: Basket) -> list[Json]:
    money = bought.market.money
    card = _gift_card(bought)
    gift = {"method": "gift_card", "amount": money(card), "status": "paid"}
    state = _payment_state(bought)
    words = {"paid": ("card", "Visa •••• 4242"), "pending": ("bank_transfer", "Bank transfer")}
    method, title = words[state]
    rest = {"method": method, "title": title, "amount": money(bought.total - card), "status": state}
    return [*([gift | {"title": "•••• 8QX2"}] if card else []), rest]


def _gift_card(bought: Basket) -> int:
    return min(1000, bought.total // 2) if bought.i % 5 == 2 else 0


def _payment_state(bought: Basket) -> str:
    return "pending" if bought.i % 11 == 10 else "paid"


def _note(bought: Basket) -> str | None:
    notes = {True: "Bitte beim Nachbarn abgeben.", False: "Please leave it with the neighbours."}
    return notes[bought.market.german] if bought.i % 6 == 5 else None
