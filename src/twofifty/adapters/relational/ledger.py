"""The durable intake: one transaction per arrival, shared with whatever else waits.

In it: the raw event, the order's new revision, the notice it owes, its message and its job; what
is news of a part of an order, and which orders are to be asked for; how far its log has been read.
"""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.errands import point_to
from twofifty.adapters.relational.orders import Orders, Told
from twofifty.adapters.relational.ports import Database, Writer
from twofifty.adapters.relational.state import Applied, Entry
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

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`."""
        body = self._codec.pack(arrival.body)
        told = tuple(Told(one, self._codec.pack(one.encoded)) for one in arrival.planned)
        return await self._writer.run(
            lambda db: self._accept(db, arrival, body, told), *_touched(arrival)
        )

    def _accept(
        self, db: Database, arrival: Arrival, body: bytes, told: tuple[Told, ...]
    ) -> Receipt:
        if arrival.position:
            row = {"source": arrival.source, "position": arrival.position}
            db.execute(Q["keep_position"], row)
        event = _insert_event(db, arrival, arrival.key, body)
        if event is None:
            return self._seen(db, arrival, body, told)
        return self._fresh(db, arrival, event, told)

    def _fresh(self, db: Database, arrival: Arrival, event: int, told: tuple[Told, ...]) -> Receipt:
        entry = Entry(event, arrival.received_at.timestamp(), arrival.strict)
        applied = [self._orders.apply(db, entry, one) for one in told]
        for news in arrival.amendments:
            applied += self._orders.amend(db, entry, news)
        applied += [point_to(db, entry, pointer) for pointer in arrival.pointers]
        return _finish(db, arrival, event, applied)

    def _seen(self, db: Database, arrival: Arrival, body: bytes, told: tuple[Told, ...]) -> Receipt:
        *kept, digest = db.execute(
            Q["event_by_key"], {"source": arrival.source, "key": arrival.key}
        ).fetchone()
        if digest != arrival.digest:
            return _conflict(db, arrival, body)
        first = _Seen(*kept)
        at = arrival.received_at.timestamp()
        if not arrival.again:
            db.execute(Q["repeat_event"], {"id": first.event, "at": at})
        seen = _last_reading(db, first)
        if readable_now(arrival, seen.outcome):
            again = _insert_event(db, arrival, f"{arrival.key}#again:{seen.event}", body)
            if again is not None:
                return self._read_after_all(db, arrival, (seen.event, again), told)
        for pointer in arrival.pointers:
            # The same few words may be news again: an id is all that some shops ever say.
            point_to(db, Entry(seen.event, at, arrival.strict), pointer)
        receipt = _receipt(db, seen.event, seen.order_row, (seen.outcome, None))
        return msgspec.structs.replace(receipt, duplicate=True)

    def _read_after_all(
        self,
        db: Database,
        arrival: Arrival,
        events: tuple[int, int],
        told: tuple[Told, ...],
    ) -> Receipt:
        """`events`: the one that could not be used, and the one with which it is read."""
        before, again = events
        db.execute(Q["read_again"], {"id": before, "again": again})
        receipt = self._fresh(db, arrival, again, told)
        order_row = _seen_at(db, again).order_row
        if order_row is not None:
            db.execute(Q["read_before"], {"id": before, "order_id": order_row})
        return receipt


def _touched(arrival: Arrival) -> tuple[tuple[str, str], ...]:
    """The orders that an arrival changes; nothing where more than those may change with it."""
    if arrival.amendments or arrival.pointers or arrival.position:
        return ()
    return tuple((one.order.source, one.order.id) for one in arrival.planned)


def _last_reading(db: Database, seen: _Seen) -> _Seen:
    while seen.again is not None:
        seen = _seen_at(db, seen.again)
    return seen


def _seen_at(db: Database, event: int) -> _Seen:
    return _Seen(*db.execute(Q["event_by_id"], {"id": event}).fetchone())


def _insert_event(db: Database, arrival: Arrival, key: str, body: bytes) -> int | None:
    row = db.execute(
        Q["insert_event"],
        {
            "source": arrival.source,
            "key": key,
            "digest": arrival.digest,
            "topic": arrival.topic,
            "received_at": arrival.received_at.timestamp(),
            "outcome": _usual(arrival),
            "reason": arrival.rejected or arrival.ignored,
            "body": body,
        },
    ).fetchone()
    return None if row is None else int(row[0])


def _usual(arrival: Arrival) -> str:
    """What mostly becomes of such an arrival: what it is kept with until it is known."""
    if arrival.pointers:
        return "waiting"
    if arrival.planned or arrival.amendments:
        return "applied"
    return "rejected" if arrival.rejected else "ignored"


def _conflict(db: Database, arrival: Arrival, body: bytes) -> Receipt:
    """The other content is kept under a key of its own, and what it said changes nothing."""
    reason = "this key came before with other content"
    key = f"{arrival.key}#{arrival.digest.hex()}"
    event = _insert_event(db, arrival, key, body)
    if event is not None:
        _close(db, event, Standing("conflict", reason), None)
        return Receipt(event_id=_public(event), conflict=reason, outcome="conflict")
    (event, *_) = db.execute(Q["event_by_key"], {"source": arrival.source, "key": key}).fetchone()
    db.execute(Q["repeat_event"], {"id": event, "at": arrival.received_at.timestamp()})
    return Receipt(_public(event), duplicate=True, conflict=reason, outcome="conflict")


def _finish(db: Database, arrival: Arrival, event: int, applied: list[Applied]) -> Receipt:
    if not applied:
        return Receipt(event_id=_public(event), outcome=_usual(arrival))
    shown = _telling(applied)
    order_row = next((one.order_row for one in (shown, *applied) if one.order_row), None)
    if (shown.standing.outcome, shown.standing.reason) == (_usual(arrival), None):
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
        return Receipt(event_id=_public(event), outcome=outcome)
    if order_id is None:
        (order_id,) = db.execute(Q["order_by_id"], {"id": order_row}).fetchone()
    messages = db.execute(Q["live_messages"], {"order_id": order_row}).fetchall()
    return Receipt(
        event_id=_public(event),
        order_id=order_id,
        messages=tuple(row[0] for row in messages),
        outcome=outcome,
    )


def _public(event: int) -> str:
    return f"e_{event}"
