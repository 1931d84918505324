"""Parcels as a customer reads of them: who brings them, by which number, and when."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.compose.columns import wrap
from twofifty.compose.letter import Letter
from twofifty.compose.phrases import say
from twofifty.compose.reader import Reader
from twofifty.compose.view_facts import address_lines, cell
from twofifty.compose.view_whole import Said, cells_view, items_view, said_lines
from twofifty.notice.owed import ALL, parcel_of
from twofifty.order.model import Line, Order, Parcel, Window
from twofifty.order.parcel import left, sendable, stage

MAX_PARCELS: Final = 10
_ZERO: Final = Decimal(0)

View = dict[str, object]


def parcel_in(letter: Letter) -> Parcel | None:
    """The parcel that a mail is about; of an order with one, that one. None for all of several,
    none, or one that is gone."""
    parcels, wanted = sendable(letter.order), parcel_of(letter.facts)
    if len(parcels) == 1 and wanted in ("", ALL):
        return parcels[0]
    return next((parcel for parcel in parcels if parcel.id == wanted), None)


def parcel_items(said: Said, whose: Reader, heading: str = "in_this_parcel") -> View:
    """The lines in a parcel."""
    return {
        "items": items_view(said, len(said), heading, whose),
        "images": any(line["image"] for _, line in said),
    }


def where_to(order: Order, whose: Reader) -> View | None:
    """Where the goods go."""
    rows = address_lines(order.shipping_address, whose)
    return cells_view(cell(whose.text("shipping_address"), rows) if rows else None)


def boxes_view(order: Order, whose: Reader) -> list[View]:
    """The parcels that already left, with their state."""
    if not order.parcels:
        return []
    gone = [parcel for parcel in order.parcels if left(parcel)]
    return [box_view(parcel, order, whose, state=True) for parcel in gone[:MAX_PARCELS]]


def box_view(parcel: Parcel, order: Order, whose: Reader, *, state: bool = False) -> View:
    """One parcel. `state`: beside others, each with its own state and link; else the mail is about
    it, and its button has the link. `url`: where it can be tracked, None where that is unknown."""
    heading = parcel_name(parcel, order, whose)
    rows = [
        {"label": whose.text(label), "value": value}
        for label, value in _rows(parcel, whose, state=state)
        if value
    ]
    url = clean.url(parcel.tracking_url)
    said = [wrap(f"{row['label']}: {row['value']}", "    ") for row in rows]
    if url and state:
        said += [wrap(whose.text("track_parcel") + ":", "    "), [f"    {url}"]]
    text = "\n".join([heading, *(line for lines in said for line in lines)])
    return {"heading": heading, "rows": rows, "url": url, "link": state, "text": text}


def parcel_name(parcel: Parcel, order: Order, whose: Reader) -> str:
    """`Parcel`, or `Parcel 1 of 3` where there are several."""
    ids = [each.id for each in sendable(order)]
    count = len(ids)
    if count < 2 or parcel.id not in ids:
        return whose.text("parcel")
    number = whose.tongue.quantity
    place, of = number(Decimal(ids.index(parcel.id) + 1)), number(Decimal(count))
    return say(whose.tongue, "parcel_of", place=place, count=of)


def place_name(parcel: Parcel | None, order: Order, whose: Reader) -> str:
    """`Parcel 1 of 3`; empty where there is no other to tell it from."""
    return parcel_name(parcel, order, whose) if parcel and len(sendable(order)) > 1 else ""


def window_text(window: Window | None, whose: Reader) -> str:
    """`Wed 25 - Fri 27 Nov`, `by Fri 27 Nov` as the language says it; empty where unknown."""
    found = whose.window(window) if window is not None else None
    if found is None:
        return ""
    name, when = found
    if name == "delivery_expected":
        return when
    return say(whose.tongue, name, date=when)


def contents(parcel: Parcel, order: Order, whose: Reader, limit: int) -> Said:
    """The lines in a parcel, as many of each as it holds; where it does not say, those that are
    shipped if it is the only one, else none."""
    if parcel.lines:
        held = _added((parcel,))
        inside = [_of(line, held[line.id]) for line in order.lines if line.id in held]
        return said_lines(inside, whose, limit)
    if len(sendable(order)) > 1:
        return []
    return all_shipped(order, whose, limit)


def all_shipped(order: Order, whose: Reader, limit: int) -> Said:
    """All lines that come in parcels."""
    shipped = [_of(line, line.quantity) for line in order.lines if _is_shipped(line)]
    return said_lines(shipped, whose, limit)


def to_come(order: Order, whose: Reader, limit: int) -> Said:
    """The lines that are in no parcel that left; none where a parcel does not say what it holds."""
    gone = [parcel for parcel in order.parcels if left(parcel)]
    if any(not parcel.lines for parcel in gone):
        return []
    packed = _added(gone)
    rest = [
        _of(line, line.quantity - packed.get(line.id, _ZERO))
        for line in order.lines
        if _is_shipped(line) and packed.get(line.id, _ZERO) < line.quantity
    ]
    return said_lines(rest, whose, limit)


def _is_shipped(line: Line) -> bool:
    return not (line.digital or line.gift_card)


def _rows(parcel: Parcel, whose: Reader, *, state: bool) -> Iterator[tuple[str, str]]:
    if state:
        yield "page_status", whose.text(f"parcel_{stage(parcel)}")
    yield "carrier", clean.line(parcel.carrier or "", 80)
    yield "tracking_number", clean.line(parcel.tracking_number or "", 80)
    if stage(parcel) not in ("delivered", "returned"):
        yield "delivery_window", window_text(parcel.estimate, whose)


def _added(parcels: list[Parcel] | tuple[Parcel, ...]) -> dict[str, Decimal]:
    """How many of each line are in the parcels."""
    held: dict[str, Decimal] = {}
    for parcel in parcels:
        for each in parcel.lines:
            held[each.line_id] = held.get(each.line_id, _ZERO) + each.quantity
    return held


def _of(line: Line, quantity: Decimal) -> Line:
    """The line as it is in a parcel: so many of it, and no price."""
    return msgspec.structs.replace(
        line, quantity=quantity, unit_price=None, discount=None, total=None, stock=None
    )
