"""The last resort: a plain receipt that needs no template, catalog, locale or view model.

Whatever went wrong elsewhere, the customer learns that the order arrived, what it holds and what
it costs. English, for there may be no catalog; figures as the order has them.
"""

from decimal import Decimal
from html import escape
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.order.model import Line, Order

_MAX_LINES: Final = 100
_HEAD: Final = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark"></head>\n'
    '<body style="max-width:560px;margin:24px auto;padding:0 16px;font:16px/1.5 sans-serif;'
    'overflow-wrap:anywhere">\n'
)


class Receipt(msgspec.Struct, frozen=True):
    """Subject and both parts of a mail."""

    subject: str
    text: str
    html: str


def receipt(order: Order, shop_name: str) -> Receipt:
    """The receipt of an order."""
    number = clean.line(order.number or order.id, 60)
    shop = clean.line(shop_name, 100)
    rows = [
        f"Thank you for your order at {shop}." if shop else "Thank you for your order.",
        f"Order: {number}",
        *(_line(line, order.currency) for line in order.lines[:_MAX_LINES]),
        *_rest(order),
        *_sums(order),
    ]
    return Receipt(f"Order {number} confirmed", "\n\n".join(rows) + "\n", _html(rows))


def _line(line: Line, currency: str) -> str:
    named = f"{_figure(line.quantity)} x {clean.line(line.title, 200)}"
    variant = f", {clean.line(line.variant, 100)}" if line.variant else ""
    total = f": {_figure(line.total)} {currency}" if line.total is not None else ""
    return named + variant + total


def _rest(order: Order) -> list[str]:
    left = len(order.lines) - _MAX_LINES
    return [f"and {left} more"] if left > 0 else []


def _sums(order: Order) -> list[str]:
    totals = order.totals
    stated = (
        ("Subtotal", totals.subtotal),
        ("Discount", _negative(totals.discount)),
        ("Shipping", totals.shipping),
        ("Tax", totals.tax),
        ("Gift card", _negative(totals.gift_card)),
        ("Total", totals.total),
    )
    sums = [
        f"{name}: {_figure(amount)} {order.currency}"
        for name, amount in stated
        if amount is not None
    ]
    status = clean.url(order.links.status)
    return [*sums, f"See your order: {status}"] if status else sums


def _figure(amount: Decimal) -> str:
    return f"{amount:f}" if abs(amount.adjusted()) < 40 else f"{amount!s:.60}"


def _negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.copy_negate()


def _html(rows: list[str]) -> str:
    body = "\n".join(f"<p>{escape(row)}</p>" for row in rows)
    return f"{_HEAD}{body}\n</body></html>\n"
