"""What the mails of parcels say: one that left, one or all that arrived."""

from twofifty.compose.columns import flowed
from twofifty.compose.jsonld_parcel import parcel_markup
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader
from twofifty.compose.view_boxes import (
    MAX_PARCELS,
    all_shipped,
    box_view,
    contents,
    parcel_in,
    parcel_items,
    place_name,
    to_come,
    where_to,
)
from twofifty.compose.view_facts import arrival, first_window
from twofifty.compose.view_links import tracking_buttons
from twofifty.compose.view_subject import preheader
from twofifty.compose.view_whole import items_view
from twofifty.order.model import Order, Parcel
from twofifty.order.parcel import sendable

View = dict[str, object]


def shipment_view(letter: Letter, whose: Reader, limit: int) -> View:
    """A parcel that left: who brings it and when, what it holds, what is still to come."""
    order, parcel = letter.order, parcel_in(letter)
    inside = contents(parcel, order, whose, limit) if parcel else []
    rest = to_come(order, whose, limit)
    several = len(sendable(order)) > 1 or bool(rest)
    box = box_view(parcel, order, whose) if parcel else None
    return {
        "headline": whose.text("shipment_headline_part" if several else "shipment_headline"),
        "intro": whose.text("shipment_intro"),
        "preheader": preheader(letter, whose, *_told(parcel, order, whose)),
        "parcels": [box] if box else [],
        **parcel_items(inside, whose),
        "rest": items_view(rest, len(rest), "still_to_come", whose),
        "facts": where_to(order, whose),
        **tracking_buttons(box["url"] if box else None, letter, whose),
        "jsonld": parcel_markup(letter, parcel, whose, inside),
    }


def delivery_view(letter: Letter, whose: Reader, limit: int) -> View:
    """A parcel that arrived, or all of them; and what to do where it cannot be found."""
    order, parcel = letter.order, parcel_in(letter)
    inside = contents(parcel, order, whose, limit) if parcel else all_shipped(order, whose, limit)
    boxes = [parcel] if parcel else sendable(order)[:MAX_PARCELS]
    return {
        "headline": whose.text("delivery_headline" if parcel else "delivery_headline_all"),
        "intro": whose.text("delivery_intro"),
        "preheader": preheader(letter, whose, place_name(parcel, order, whose)),
        "parcels": [box_view(each, order, whose, state=parcel is None) for each in boxes],
        **parcel_items(inside, whose, "in_this_parcel" if parcel else "your_items"),
        "rest": None,
        "missing": whose.text("delivery_missing"),
        "missing_text": flowed(whose.text("delivery_missing")),
        "facts": where_to(order, whose),
        "jsonld": parcel_markup(letter, parcel, whose, inside),
    }


def _told(parcel: Parcel | None, order: Order, whose: Reader) -> tuple[str, str]:
    """For the preview line: which parcel, and when it comes."""
    if parcel is None:
        return "", first_window(order, whose)
    name = place_name(parcel, order, whose)
    return name, arrival(parcel.estimate, whose) or first_window(order, whose)
