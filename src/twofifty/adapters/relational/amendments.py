"""News of parts of orders, kept for ever: whose they are, and which arrivals wait for an order."""

from collections.abc import Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.relational.state import Entry
from twofifty.intake.standing import references
from twofifty.order.events import Amendment
from twofifty.order.model import Order

Q = sql.load("amend")

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(Amendment)


class Lying(msgspec.Struct, frozen=True):
    """An amendment that lies over an order, and the event that brought it. `waits`: nobody has
    known yet which order it is of."""

    row: int
    event: int
    waits: bool
    news: Amendment


def keep(db: Database, codec: Codec, entry: Entry, news: Amendment, *, waits: bool) -> None:
    """Keeps an amendment for ever."""
    row = {
        "event_id": entry.event,
        "source": news.source,
        "source_order_id": news.order_id,
        "reference": news.reference,
        "waits": waits,
        "body": codec.pack(_ENCODER.encode(news)),
    }
    db.execute(Q["insert_amendment"], row)


def orders_of(db: Database, news: Amendment) -> list[int]:
    """The rows of the orders that an amendment is of, the oldest first."""
    named = {"source": news.source, "source_order_id": news.order_id}
    paid = {"source": news.source, "reference": news.reference}
    rows = db.execute(Q["order_of_id"], named).fetchall() if news.order_id else []
    rows += db.execute(Q["orders_of_reference"], paid).fetchall() if news.reference else []
    return sorted({int(row) for (row,) in rows})


def refer(db: Database, order_row: int, order: Order) -> bool:
    """Notes by which payments the order is found; whether any of them is new. What was said once
    stays, so that it does not matter which of the order's revisions said it."""
    added = 0
    for reference in references(order):
        row = {"source": order.source, "reference": reference, "order_id": order_row}
        added += db.execute(Q["refer"], row).rowcount
    return added > 0


def lying_over(db: Database, codec: Codec, order_row: int) -> list[Lying]:
    """All amendments of an order, by its id and by its payments."""
    rows = db.execute(Q["by_id"], {"id": order_row}).fetchall()
    rows += db.execute(Q["by_reference"], {"id": order_row}).fetchall()
    return [
        Lying(row, event, bool(waits), _DECODER.decode(codec.unpack(body)))
        for row, event, waits, body in {row[0]: row for row in rows}.values()
    ]


def settle(db: Database, at: float, lying: Sequence[Lying], order_row: int) -> None:
    """The order of those that waited is here: their arrivals have done what they came for."""
    waiting = [one for one in lying if one.waits]
    for one in waiting:
        db.execute(Q["found"], {"id": one.row})
    for event in sorted({one.event for one in waiting}):
        note(db, event, order_row, (at, "applied", "it waited for this order"))
        end_wait(db, event, order_row)


def note(db: Database, event: int, order_row: int, what: tuple[float, str, str | None]) -> None:
    """Enters an arrival that brought no body into the order's history; `what`: when it did what,
    and why."""
    at, outcome, reason = what
    row = {"order_id": order_row, "event_id": event, "at": at, "outcome": outcome, "reason": reason}
    db.execute(Q["note_arrival"], row)


def end_wait(db: Database, event: int, order_row: int | None) -> None:
    """The arrival is applied, unless there is something else in it that waits."""
    if db.execute(Q["still_waits"], {"id": event}).fetchone() is None:
        db.execute(Q["end_wait"], {"id": event, "order_id": order_row})
