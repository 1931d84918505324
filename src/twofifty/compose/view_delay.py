"""What the mail of a delay says: when the goods were expected, and when they are now."""

from collections.abc import Sequence

from twofifty.compose.jsonld_parcel import parcel_markup
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader
from twofifty.compose.view_boxes import (
    box_view,
    contents,
    parcel_in,
    parcel_items,
    place_name,
    where_to,
    window_text,
)
from twofifty.compose.view_links import tracking_buttons
from twofifty.compose.view_subject import preheader
from twofifty.compose.view_whole import items_view, said_lines
from twofifty.notice.owed import parcel_of
from twofifty.order.model import Order, Parcel, Window

View = dict[str, object]


def delay_view(letter: Letter, whose: Reader, limit: int) -> View:
    """The new window beside the old one; the parcel or the order that it is about."""
    order = letter.order
    parcel = parcel_in(letter) if parcel_of(letter.facts) else None
    new, old = _windows(letter, parcel, whose)
    about = _order(order, whose, limit)
    if parcel is not None:
        about = _parcel(parcel, letter, whose, limit)
    inside = contents(parcel, order, whose, limit) if parcel else []
    return {
        "headline": whose.text("delay_headline"),
        "intro": _intro(new, old, whose),
        "preheader": preheader(letter, whose, place_name(parcel, order, whose), new),
        "windows": {"new": new, "old": old} if new or old else None,
        **about,
        "rest": None,
        "facts": where_to(order, whose),
        "jsonld": parcel_markup(letter, parcel, whose, inside),
    }


def _intro(new: str, old: str, whose: Reader) -> str:
    """It is later than the customer was told; nothing where no window was told."""
    if not old:
        return ""
    return whose.text("delay_intro" if new else "delay_intro_unknown")


def _parcel(parcel: Parcel, letter: Letter, whose: Reader, limit: int) -> View:
    box = box_view(parcel, letter.order, whose)
    return {
        "parcels": [box],
        **parcel_items(contents(parcel, letter.order, whose, limit), whose),
        **tracking_buttons(box["url"], letter, whose),
    }


def _order(order: Order, whose: Reader, limit: int) -> View:
    said = said_lines(order.lines, whose, limit)
    return {
        "parcels": [],
        "items": items_view(said, len(order.lines), "your_items", whose),
        "images": any(line["image"] for _, line in said),
    }


def _windows(letter: Letter, parcel: Parcel | None, whose: Reader) -> tuple[str, str]:
    """The new window and the old one; empty where unknown. A new one that says the same as the old
    one is none."""
    new = _expected(letter.order, parcel, whose)
    old = _expected(letter.before, parcel, whose) if letter.before is not None else ""
    return ("" if new == old else new), old


def _expected(order: Order, parcel: Parcel | None, whose: Reader) -> str:
    """When an order says that a parcel comes, else when all of it does."""
    ways = [way.estimate for way in order.shipping]
    if parcel is None:
        return _last(ways, whose)
    own = [each.estimate for each in order.parcels if each.id == parcel.id]
    return _last(own, whose) or _last(ways, whose)


def _last(windows: Sequence[Window | None], whose: Reader) -> str:
    """The one that ends last."""
    stated = [window for window in windows if window_text(window, whose)]
    return window_text(max(stated, key=_end, default=None), whose)


def _end(window: Window | None) -> str:
    return (window.latest or window.earliest or "") if window is not None else ""
