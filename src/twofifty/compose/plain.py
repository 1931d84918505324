"""The last resort: a plain mail that needs no template, catalog, locale or view model.

Whatever went wrong elsewhere, the customer learns the news, what the order holds and what it costs.
English, for there may be no catalog; figures as the order has them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.compose.letter import Letter
from twofifty.notice.model import Kind
from twofifty.notice.owed import parcel_of
from twofifty.order.model import Line, Order, Parcel

_MAX_LINES: Final = 100
_MAX_PARCELS: Final = 10
_WORDS: Final = 12_000
# What each kind is news of: the end of the subject, and the first line.
_NEWS: Final[Mapping[Kind, tuple[str, str]]] = {
    "confirmation": ("confirmed", "Thank you for your order{shop}."),
    "update": ("changed", "Your order{shop} has changed. This is how it stands now."),
    "cancellation": ("cancelled", "Your order{shop} has been cancelled."),
    "refund": ("refunded", "We have made a refund for your order{shop}."),
    "shipment": ("sent", "Your order{shop} is on its way."),
    "delay": ("delayed", "We are sorry: your order{shop} will arrive later than we told you."),
    "delivery": ("delivered", "Your order{shop} has been delivered."),
}
# The same of one parcel among several.
_NEWS_OF_ONE: Final[Mapping[Kind, tuple[str, str]]] = {
    "shipment": ("sent in part", "A parcel of your order{shop} is on its way."),
    "delay": ("delayed", "We are sorry: a parcel of your order{shop} will arrive later."),
    "delivery": ("delivered in part", "A parcel of your order{shop} has been delivered."),
}
_OTHER: Final = ("", "This is about your order{shop}.")
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


def receipt(letter: Letter, shop_name: str) -> Receipt:
    """The plain mail of a letter."""
    order = letter.order
    number = clean.line(order.number or order.id, 60)
    shop = clean.line(shop_name, 100)
    parcels, word, news = _news(letter)
    rows = [
        news.replace("{shop}", f" at {shop}" if shop else ""),
        *_words(letter),
        f"Order: {number}",
        *(_parcel(parcel) for parcel in parcels[:_MAX_PARCELS]),
        *(_line(line, order.currency) for line in order.lines[:_MAX_LINES]),
        *_rest(order),
        *_sums(order),
        *_page(letter),
    ]
    kept = [row for row in rows if row]
    return Receipt(_subject(letter, number, word), "\n\n".join(kept) + "\n", _html(kept))


def _news(letter: Letter) -> tuple[Sequence[Parcel], str, str]:
    """The parcels that a mail is about, the end of its subject, and its first line."""
    parcels = letter.order.parcels
    about = [parcel for parcel in parcels if parcel.id == parcel_of(letter.facts)]
    if about and len(parcels) > 1 and letter.kind in _NEWS_OF_ONE:
        return about, *_NEWS_OF_ONE[letter.kind]
    return parcels, *_NEWS.get(letter.kind, _OTHER)


def _subject(letter: Letter, number: str, word: str) -> str:
    """The thread's own, where there is one."""
    if letter.root_subject:
        return f"Re: {letter.root_subject.removeprefix('Re: ')}"
    return f"Order {number} {word}".rstrip()


def _words(letter: Letter) -> list[str]:
    return [clean.line(row, _WORDS) for row in letter.words[:_WORDS].splitlines()]


def _parcel(parcel: Parcel) -> str:
    stated = (clean.line(text or "", 80) for text in (parcel.carrier, parcel.tracking_number))
    said = " ".join(text for text in (*stated, clean.url(parcel.tracking_url)) if text)
    return f"Parcel: {said}" if said else ""


def _page(letter: Letter) -> list[str]:
    url = clean.url(letter.page_url) or clean.url(letter.order.links.status)
    return [f"See your order: {url}"] if url else []


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
        ("Refunded", totals.refunded),
    )
    return [
        f"{name}: {_figure(amount)} {order.currency}"
        for name, amount in stated
        if amount is not None
    ]


def _figure(amount: Decimal) -> str:
    return f"{amount:f}" if abs(amount.adjusted()) < 40 else f"{amount!s:.60}"


def _negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.copy_negate()


def _html(rows: list[str]) -> str:
    body = "\n".join(f"<p>{escape(row)}</p>" for row in rows)
    return f"{_HEAD}{body}\n</body></html>\n"
