"""Arrivals of which nothing is known yet, by the page: the same rows as one at a time, with a few
statements for all of them.

Plain is what mostly comes: under a new key, one new order of which no news came before (or nothing
to keep but the arrival). Everything else goes its own way, in its turn.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.confirm import new_confirmation
from twofifty.adapters.relational.messages import NewMessage, create_first
from twofifty.adapters.relational.orders import APPLIED, written
from twofifty.adapters.relational.ports import Database, Pages
from twofifty.adapters.relational.state import (
    Applied,
    Bodies,
    Entry,
    Told,
    Where,
    order_row,
    revision_row,
)
from twofifty.intake.ports import Arrival, Receipt
from twofifty.intake.standing import references
from twofifty.notice.plan import Create, change

Q = sql.load("intake")

_AMONG = {
    "key": ("events_among",),
    "order": ("orders_among", "amended_among"),
    "payment": ("references_among",),
}

Mark = tuple[str, str, str]
"""What arrivals may have in common: `key`, `order` or `payment`, the source, and which."""


class Packed(msgspec.Struct, frozen=True):
    """An arrival with what is kept of it, compressed."""

    arrival: Arrival
    body: bytes
    told: tuple[Told, ...]


class _New(msgspec.Struct, frozen=True):
    """An order that a plain arrival brings, with the rows that it gets."""

    told: Told
    entry: Entry
    applied: Applied
    revision: int


def usual(arrival: Arrival) -> str:
    """What mostly becomes of such an arrival: what it is kept with until it is known."""
    if arrival.pointers:
        return "waiting"
    if arrival.planned or arrival.amendments:
        return "applied"
    return "rejected" if arrival.rejected else "ignored"


def event_row(packed: Packed, key: str) -> dict[str, Any]:
    """A row of `events`, all but its id and its order."""
    arrival = packed.arrival
    return {
        "source": arrival.source,
        "key": key,
        "digest": arrival.digest,
        "topic": arrival.topic,
        "received_at": arrival.received_at.timestamp(),
        "outcome": usual(arrival),
        "reason": arrival.rejected or arrival.ignored,
        "body": packed.body,
    }


def stretches(db: Database, items: Sequence[Packed]) -> Iterator[tuple[bool, list[Packed]]]:
    """`items` in their order, cut into stretches of plain ones (True) and of others."""
    marks = [_marks(item.arrival) for item in items]
    seen = _known(db, {mark for each in marks for mark in each})
    flagged: list[tuple[bool, Packed]] = []
    for item, mine in zip(items, marks, strict=True):
        flagged.append((_may_be_plain(item.arrival) and seen.isdisjoint(mine), item))
        seen.update(mine)
    for plain, stretch in groupby(flagged, key=itemgetter(0)):
        yield plain, [item for _, item in stretch]


def take(db: Pages, items: Sequence[Packed]) -> list[Receipt]:
    """Writes plain arrivals."""
    entries = _entries(db, items)
    new = _new(db, items, entries)
    _fill(db, "orders", [_order_row(one) for one in new])
    _fill(db, "events", _event_rows(items, entries, new))
    _fill(db, "revisions", [_revision_row(one) for one in new])
    _fill(db, "order_references", [row for one in new for row in _reference_rows(one)])
    owed = [(one, wanted) for one in new if (wanted := _wanted(one)) is not None]
    ids = create_first(db, [(_message(one, wanted), one.entry.at) for one, wanted in owed])
    messages = {one.entry.event: (identity,) for (one, _), identity in zip(owed, ids, strict=True)}
    return [
        _receipt(item.arrival, entry.event, messages.get(entry.event, ()))
        for item, entry in zip(items, entries, strict=True)
    ]


def _may_be_plain(arrival: Arrival) -> bool:
    more = arrival.amendments or arrival.pointers or arrival.position
    return len(arrival.planned) <= 1 and not more


def _marks(arrival: Arrival) -> list[Mark]:
    marks = [("key", arrival.source, arrival.key)]
    for planned in arrival.planned:
        order = planned.order
        marks.append(("order", order.source, order.id))
        marks += [("payment", order.source, one) for one in references(order)]
    for news in arrival.amendments:
        marks.append(("order", news.source, news.order_id or ""))
        marks.append(("payment", news.source, news.reference or ""))
    return marks


def _known(db: Database, marks: set[Mark]) -> set[Mark]:
    """Those of which there is a row."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for kind, source, name in marks:
        wanted.setdefault((kind, source), []).append(name)
    found: set[Mark] = set()
    for (kind, source), names in wanted.items():
        row = {"source": source, "wanted": msgspec.json.encode(names).decode()}
        for query in _AMONG[kind]:
            found.update((kind, source, name) for (name,) in db.execute(Q[query], row))
    return found


def _entries(db: Pages, items: Sequence[Packed]) -> list[Entry]:
    arrivals = [item.arrival for item in items]
    return [
        Entry(event, arrival.received_at.timestamp(), arrival.strict)
        for event, arrival in zip(db.ids("events", len(arrivals)), arrivals, strict=True)
    ]


def _new(db: Pages, items: Sequence[Packed], entries: Sequence[Entry]) -> list[_New]:
    told = [(one, entry) for item, entry in zip(items, entries, strict=True) for one in item.told]
    orders, revisions = db.ids("orders", len(told)), db.ids("revisions", len(told))
    return [
        _New(one, entry, Applied(order, APPLIED), revision)
        for (one, entry), order, revision in zip(told, orders, revisions, strict=True)
    ]


def _fill(db: Pages, table: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.fill(table, tuple(rows[0]), [tuple(row.values()) for row in rows])


def _order_row(new: _New) -> dict[str, Any]:
    ids = {"id": new.applied.order_row, "revision_id": new.revision}
    return ids | order_row(written(new.told, new.told.planned), new.entry.at)


def _event_rows(
    items: Sequence[Packed], entries: Sequence[Entry], new: Sequence[_New]
) -> list[dict[str, Any]]:
    orders = {one.entry.event: one.applied.order_row for one in new}
    return [
        {"id": entry.event, "order_id": orders.get(entry.event)} | event_row(item, item.arrival.key)
        for item, entry in zip(items, entries, strict=True)
    ]


def _revision_row(new: _New) -> dict[str, Any]:
    bodies = Bodies(new.told.packed)
    return {"id": new.revision} | revision_row(new.entry, new.applied, new.told.planned, bodies)


def _reference_rows(new: _New) -> list[dict[str, Any]]:
    order = new.told.planned.order
    return [
        {"source": order.source, "reference": one, "order_id": new.applied.order_row}
        for one in references(order)
    ]


def _wanted(new: _New) -> Create | None:
    wanted = change(None, new.told.planned.decision)
    return wanted if isinstance(wanted, Create) else None


def _message(new: _New, wanted: Create) -> NewMessage:
    where = Where(new.applied.order_row or 0, new.entry.at, new.entry.event)
    return new_confirmation(new.told.planned.order, wanted, where)


def _receipt(arrival: Arrival, event: int, messages: tuple[str, ...]) -> Receipt:
    order_id = arrival.planned[0].order.id if arrival.planned else None
    return Receipt(public(event), order_id=order_id, messages=messages, outcome=usual(arrival))


def public(event: int) -> str:
    """An event's row as people and programs know it."""
    return f"e_{event}"
