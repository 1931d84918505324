"""The durable intake: one transaction per arrival, shared with whatever else waits.

In it: the raw event, the order's new revision, the notice it owes, its message and its job; what
is news of a part of an order, and which orders are to be asked for; how far its log has been read.
"""

from collections.abc import Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.errands import point_to
from twofifty.adapters.relational.fresh import (
    Packed,
    event_row,
    public,
    stretches,
    take,
    usual,
)
from twofifty.adapters.relational.orders import Orders
from twofifty.adapters.relational.ports import Database, Pages, Writer
from twofifty.adapters.relational.state import Applied, Entry, Told
from twofifty.intake.ports import Arrival, Receipt
from twofifty.intake.standing import Plan, Standing, readable_now

Q = sql.load("intake")


class _Seen(msgspec.Struct, frozen=True):
    """An event that was kept before."""

    event: int
    outcome: str
    order_row: int | None
    again: int | None


class SqlLedger:
    """`intake.ports.Ledger` on SQL."""

    def __init__(self, writer: Writer, codec: Codec, plan: Plan) -> None:
        self._writer = writer
        self._codec = codec
        self._orders = Orders(codec, plan)
        self._bulk = self._accept_all

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`."""
        told = tuple(Told(one, self._codec.pack(one.encoded)) for one in arrival.planned)
        packed = Packed(arrival, self._codec.pack(arrival.body), told)
        return await self._writer.run_bulk(self._bulk, packed, *_touched(arrival))

    def _accept_all(self, db: Pages, items: Sequence[Packed]) -> list[Receipt]:
        """What waits together; what comes alone has no need of pages."""
        if len(items) == 1:
            return [self._accept(db, items[0])]
        receipts: list[Receipt] = []
        for plain, stretch in stretches(db, items):
            receipts += take(db, stretch) if plain else [self._accept(db, one) for one in stretch]
        return receipts

    def _accept(self, db: Database, packed: Packed) -> Receipt:
        arrival = packed.arrival
        if arrival.position:
            row = {"source": arrival.source, "position": arrival.position}
            db.execute(Q["keep_position"], row)
        event = _insert_event(db, packed, arrival.key)
        return self._seen(db, packed) if event is None else self._fresh(db, packed, event)

    def _fresh(self, db: Database, packed: Packed, event: int) -> Receipt:
        arrival = packed.arrival
        entry = Entry(event, arrival.received_at.timestamp(), arrival.strict)
        applied = [self._orders.apply(db, entry, one) for one in packed.told]
        for news in arrival.amendments:
            applied += self._orders.amend(db, entry, news)
        applied += [point_to(db, entry, pointer) for pointer in arrival.pointers]
        return _finish(db, arrival, event, applied)

    def _seen(self, db: Database, packed: Packed) -> Receipt:
        arrival = packed.arrival
        *kept, digest = db.execute(
            Q["event_by_key"], {"source": arrival.source, "key": arrival.key}
        ).fetchone()
        if digest != arrival.digest:
            return _conflict(db, packed)
        first = _Seen(*kept)
        at = arrival.received_at.timestamp()
        if not arrival.again:
            db.execute(Q["repeat_event"], {"id": first.event, "at": at})
        seen = _last_reading(db, first)
        if readable_now(arrival, seen.outcome):
            again = _insert_event(db, packed, f"{arrival.key}#again:{seen.event}")
            if again is not None:
                return self._read_after_all(db, packed, (seen.event, again))
        for pointer in arrival.pointers:
            # The same few words may be news again: an id is all that some shops ever say.
            point_to(db, Entry(seen.event, at, arrival.strict), pointer)
        receipt = _receipt(db, seen.event, seen.order_row, (seen.outcome, None))
        return msgspec.structs.replace(receipt, duplicate=True)

    def _read_after_all(self, db: Database, packed: Packed, events: tuple[int, int]) -> Receipt:
        """`events`: the one that could not be used, and the one with which it is read."""
        before, again = events
        db.execute(Q["read_again"], {"id": before, "again": again})
        receipt = self._fresh(db, packed, again)
        order_row = _seen_at(db, again).order_row
        if order_row is not None:
            db.execute(Q["read_before"], {"id": before, "order_id": order_row})
        return receipt


def _touched(arrival: Arrival) -> tuple[tuple[str, str], ...]:
    """The orders that an arrival changes, its key where it brings none; nothing where more than
    those may change with it."""
    if arrival.amendments or arrival.pointers or arrival.position:
        return ()
    if not arrival.planned:
        return ((arrival.source, f"key {arrival.key}"),)
    return tuple((one.order.source, one.order.id) for one in arrival.planned)


def _last_reading(db: Database, seen: _Seen) -> _Seen:
    while seen.again is not None:
        seen = _seen_at(db, seen.again)
    return seen


def _seen_at(db: Database, event: int) -> _Seen:
    return _Seen(*db.execute(Q["event_by_id"], {"id": event}).fetchone())


def _insert_event(db: Database, packed: Packed, key: str) -> int | None:
    row = db.execute(Q["insert_event"], event_row(packed, key)).fetchone()
    return None if row is None else int(row[0])


def _conflict(db: Database, packed: Packed) -> Receipt:
    """The other content is kept under a key of its own, and what it said changes nothing."""
    arrival = packed.arrival
    reason = "this key came before with other content"
    key = f"{arrival.key}#{arrival.digest.hex()}"
    event = _insert_event(db, packed, key)
    if event is not None:
        _close(db, event, Standing("conflict", reason), None)
        return Receipt(event_id=public(event), conflict=reason, outcome="conflict")
    (event, *_) = db.execute(Q["event_by_key"], {"source": arrival.source, "key": key}).fetchone()
    db.execute(Q["repeat_event"], {"id": event, "at": arrival.received_at.timestamp()})
    return Receipt(public(event), duplicate=True, conflict=reason, outcome="conflict")


def _finish(db: Database, arrival: Arrival, event: int, applied: list[Applied]) -> Receipt:
    if not applied:
        return Receipt(event_id=public(event), outcome=usual(arrival))
    shown = _telling(applied)
    order_row = next((one.order_row for one in (shown, *applied) if one.order_row), None)
    if (shown.standing.outcome, shown.standing.reason) == (usual(arrival), None):
        db.execute(Q["link_event"], {"id": event, "order_id": order_row})
    else:
        _close(db, event, shown.standing, order_row)
    receipt = _receipt(db, event, order_row, (shown.standing.outcome, shown.order_id))
    if shown.standing.outcome == "conflict":
        return msgspec.structs.replace(receipt, conflict=shown.standing.reason)
    return receipt


def _telling(applied: list[Applied]) -> Applied:
    """What an arrival of several news came to: that something waits, else that something is new."""
    for outcome in ("waiting", "applied"):
        for one in applied:
            if one.standing.outcome == outcome:
                return one
    return applied[0]


def _close(db: Database, event: int, found: Standing, order_row: int | None) -> None:
    row = {
        "id": event,
        "outcome": found.outcome,
        "reason": found.reason,
        "order_id": order_row,
    }
    db.execute(Q["finish_event"], row)


def _receipt(
    db: Database, event: int, order_row: int | None, known: tuple[str, str | None]
) -> Receipt:
    """`known`: the outcome, and the order's id where that is at hand."""
    outcome, order_id = known
    if order_row is None:
        return Receipt(event_id=public(event), outcome=outcome)
    if order_id is None:
        (order_id,) = db.execute(Q["order_by_id"], {"id": order_row}).fetchone()
    messages = db.execute(Q["live_messages"], {"order_id": order_row}).fetchall()
    return Receipt(
        event_id=public(event),
        order_id=order_id,
        messages=tuple(row[0] for row in messages),
        outcome=outcome,
    )
