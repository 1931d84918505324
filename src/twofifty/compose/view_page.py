"""The view model of an order's page: what a customer sees of an order, in the customer's language.

As in a mail's view model every value is clean and what the order does not say is empty. Pictures
are shown from `https` only.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from babel.dates import format_time

from twofifty.compose import bidi, clean
from twofifty.compose.brand import Brand, support_text
from twofifty.compose.dates import local_day
from twofifty.compose.reader import Reader, reader
from twofifty.compose.tongue import Tongue, Tongues
from twofifty.compose.view_boxes import contents, parcel_name, window_text
from twofifty.compose.view_facts import first_window
from twofifty.compose.view_history import Happened, Told, headline, history, is_over, progress
from twofifty.compose.view_lines import MAX_LINES
from twofifty.compose.view_subject import order_number
from twofifty.compose.view_totals import totals_view
from twofifty.compose.view_whole import facts_view, items_view, note_view, said_lines
from twofifty.order.model import Line, Order, Parcel
from twofifty.order.parcel import Stage, left, sendable, stage

View = dict[str, object]

_MAX_PARCELS: Final = 50
_ENDED: Final = ("delivered", "returned")
_TONES: Final[dict[Stage, str]] = {
    "pending": "calm",
    "in_transit": "busy",
    "out_for_delivery": "busy",
    "ready_for_pickup": "look",
    "delivered": "good",
    "delayed": "look",
    "failed": "bad",
    "returned": "calm",
    "cancelled": "calm",
}


class Front(msgspec.Struct, frozen=True):
    """How the pages of a source look and speak."""

    brand: Brand
    tongues: Tongues


class Story(msgspec.Struct, frozen=True):
    """What the store knows beside the order: when it came, and the mails that left."""

    since: datetime
    told: tuple[Told, ...] = ()


def page_view(order: Order, story: Story, brand: Brand, tongue: Tongue) -> View:
    """The whole page but for what can be done on it."""
    whose = reader(order, brand, tongue)
    said = [
        (stated, {**line, "image": secure(line["image"]), "several": stated.quantity != 1})
        for stated, line in said_lines(list(map(_uncoded, order.lines)), whose, MAX_LINES)
    ]
    return {
        "number": order_number(order),
        "title": _title(order, whose),
        "test": whose.text("test_note") if order.test else "",
        "status": whose.text(headline(order)),
        "expected": _expected(order, whose),
        "progress": [
            {"text": whose.text(step.name), "state": step.state} for step in progress(order)
        ],
        "history": [_happened(one, whose) for one in history(order, story.told, story.since)],
        "parcels": [_parcel(parcel, order, whose) for parcel in sendable(order)[:_MAX_PARCELS]],
        "items": items_view(said, len(order.lines), "your_items", whose),
        "pictures": any(line["image"] for _, line in said),
        "totals": totals_view(order, whose),
        "facts": facts_view(_undated(order), whose),
        "note": note_view(order),
        "shop_page": clean.url(order.links.status),
    }


def support(order: Order | None, brand: Brand) -> View | None:
    """Where to ask: of the order, else of the shop; None where neither says."""
    stated = clean.contact(order.links.support) if order is not None else None
    url = stated or clean.contact(brand.support_url)
    return {"url": url, "text": clean.cut(support_text(url), 80)} if url else None


def secure(url: object) -> str | None:
    """An image's URL if it may be shown on the page."""
    return url if isinstance(url, str) and url.startswith("https://") else None


def masked(email: str, tongue: Tongue) -> str:
    """An e-mail address that its owner knows again and that nobody else can use:
    `k•••@example.com`."""
    local, _, domain = clean.line(email, 254).rpartition("@")
    shown = f"{local[:1] if len(local) > 1 else ''}•••@{domain}"
    return bidi.isolate(shown, tongue.direction)


def _uncoded(line: Line) -> Line:
    """Without the shop's own code, unless it is the line's only name."""
    coded = line.sku is not None and clean.line(line.title)
    return msgspec.structs.replace(line, sku=None) if coded else line


def _undated(order: Order) -> Order:
    """Without what was first expected, once parcels tell better or nothing comes any more."""
    told = any(parcel.estimate for parcel in sendable(order))
    if not told and not is_over(order):
        return order
    ways = tuple(msgspec.structs.replace(way, estimate=None) for way in order.shipping)
    return msgspec.structs.replace(order, shipping=ways)


def _title(order: Order, whose: Reader) -> str:
    number = bidi.isolate(order_number(order), whose.tongue.direction)
    return whose.tongue.texts.say("subject", number=number)


def _expected(order: Order, whose: Reader) -> str:
    """When the goods are expected that have not arrived, in a few words; empty if unknown."""
    parcels = sendable(order)
    open_ = [parcel for parcel in parcels if stage(parcel) not in _ENDED]
    if is_over(order) or (parcels and not open_):
        return ""
    told = (window_text(parcel.estimate, whose) for parcel in open_)
    found = next(filter(None, told), "")
    return whose.tongue.texts.say("arrives", window=found) if found else first_window(order, whose)


def _happened(one: Happened, whose: Reader) -> View:
    """`when` is in the customer's time zone; the time of day is said only where that is known."""
    amount = whose.money(one.amount) if one.amount is not None else ""
    shown = {"text": whose.text(one.name), "amount": amount, "when": "", "at": ""}
    if one.at is not None:
        shown |= {"when": " · ".join(_moment(one.at, whose)), "at": one.at.isoformat()}
    return dict(shown)


def _moment(at: datetime, whose: Reader) -> Iterable[str]:
    yield whose.tongue.long_day(local_day(at, whose.where))
    if whose.where is None:
        return
    try:
        local = at.astimezone(whose.where)
    except OverflowError:
        return
    yield format_time(local.time(), "short", locale=whose.tongue.locale)


def _parcel(parcel: Parcel, order: Order, whose: Reader) -> View:
    where = stage(parcel)
    ended = where in _ENDED or (is_over(order) and not left(parcel))
    inside = contents(parcel, order, whose, MAX_LINES)
    facts = (
        ("carrier", clean.line(parcel.carrier or "", 80)),
        ("tracking_number", clean.line(parcel.tracking_number or "", 80)),
        ("delivery_window", "" if ended else window_text(parcel.estimate, whose)),
    )
    return {
        "title": parcel_name(parcel, order, whose),
        "stage": whose.text(f"parcel_{where}"),
        "tone": _TONES[where],
        "facts": [{"label": whose.text(name), "value": value} for name, value in facts if value],
        "contents": [{"quantity": line["quantity"], "title": line["title"]} for _, line in inside],
        "url": clean.url(parcel.tracking_url),
    }
