"""The durable intake: one transaction per arrival, shared with whatever else waits.

In it: the raw event, the order's new revision, the notice it owes, its message and its job.
"""

import sqlite3
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.sqlite.codec import Codec
from twofifty.adapters.sqlite.messages import Event, NewMessage, create, key_of, move
from twofifty.adapters.sqlite.writer import Writer
from twofifty.intake.ports import Arrival, Planned, Receipt
from twofifty.intake.standing import Known, Standing, readable_now, standing
from twofifty.notice.plan import Change, Create, Move, Replace, Told, change, latest
from twofifty.notice.policy import said
from twofifty.order.model import Order

Q = sql.load("intake")


class _Applied(msgspec.Struct, frozen=True):
    """What one order of an arrival came to."""

    order_row: int
    standing: Standing


class SqliteLedger:
    """`intake.ports.Ledger` on SQLite."""

    def __init__(self, writer: Writer, codec: Codec) -> None:
        self._writer = writer
        self._codec = codec

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`."""
        body = self._codec.pack(arrival.body)
        packed = tuple(self._codec.pack(planned.encoded) for planned in arrival.planned)
        return await self._writer.run(lambda db: _accept(db, arrival, body, packed))


def _accept(
    db: sqlite3.Connection, arrival: Arrival, body: bytes, packed: tuple[bytes, ...]
) -> Receipt:
    event = _insert_event(db, arrival, arrival.key, body)
    if event is None:
        return _seen(db, arrival, body, packed)
    return _fresh(db, arrival, event, packed)


def _fresh(
    db: sqlite3.Connection, arrival: Arrival, event: int, packed: tuple[bytes, ...]
) -> Receipt:
    applied = [
        _apply(db, arrival, planned, event, blob)
        for planned, blob in zip(arrival.planned, packed, strict=True)
    ]
    return _finish(db, arrival, event, applied)


def _insert_event(db: sqlite3.Connection, arrival: Arrival, key: str, body: bytes) -> int | None:
    outcome = "rejected" if arrival.rejected else "ignored"
    row = db.execute(
        Q["insert_event"],
        {
            "source": arrival.source,
            "key": key,
            "digest": arrival.digest,
            "topic": arrival.topic,
            "received_at": arrival.received_at.timestamp(),
            "outcome": outcome,
            "reason": arrival.rejected or arrival.ignored,
            "body": body,
        },
    ).fetchone()
    return None if row is None else int(row[0])


def _seen(
    db: sqlite3.Connection, arrival: Arrival, body: bytes, packed: tuple[bytes, ...]
) -> Receipt:
    event, digest, outcome, order_row = db.execute(
        Q["event_by_key"], {"source": arrival.source, "key": arrival.key}
    ).fetchone()
    if digest != arrival.digest:
        return _conflict(db, arrival, body)
    at = arrival.received_at.timestamp()
    (repeats,) = db.execute(Q["repeat_event"], {"id": event, "at": at}).fetchone()
    if readable_now(arrival, outcome):
        again = _insert_event(db, arrival, f"{arrival.key}#again:{repeats}", body)
        if again is not None:
            return _fresh(db, arrival, again, packed)
    return _receipt(db, event, order_row, outcome, duplicate=True)


def _conflict(db: sqlite3.Connection, arrival: Arrival, body: bytes) -> Receipt:
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


def _finish(
    db: sqlite3.Connection, arrival: Arrival, event: int, applied: list[_Applied]
) -> Receipt:
    if not applied:
        outcome = "rejected" if arrival.rejected else "ignored"
        return Receipt(event_id=_public(event), outcome=outcome)
    shown = next((one for one in applied if one.standing.outcome == "applied"), applied[0])
    _close(db, event, shown.standing, shown.order_row)
    receipt = _receipt(db, event, shown.order_row, shown.standing.outcome, duplicate=False)
    if shown.standing.outcome == "conflict":
        return msgspec.structs.replace(receipt, conflict=shown.standing.reason)
    return receipt


def _close(db: sqlite3.Connection, event: int, found: Standing, order_row: int | None) -> None:
    row = {
        "id": event,
        "outcome": found.outcome,
        "reason": found.reason,
        "order_id": order_row,
    }
    db.execute(Q["finish_event"], row)


def _receipt(
    db: sqlite3.Connection, event: int, order_row: int | None, outcome: str, *, duplicate: bool
) -> Receipt:
    if order_row is None:
        return Receipt(event_id=_public(event), duplicate=duplicate, outcome=outcome)
    (order_id,) = db.execute(Q["order_by_id"], {"id": order_row}).fetchone()
    messages = db.execute(Q["live_messages"], {"order_id": order_row}).fetchall()
    return Receipt(
        event_id=_public(event),
        duplicate=duplicate,
        order_id=order_id,
        messages=tuple(row[0] for row in messages),
        outcome=outcome,
    )


def _apply(
    db: sqlite3.Connection, arrival: Arrival, planned: Planned, event: int, blob: bytes
) -> _Applied:
    order = planned.order
    at = arrival.received_at.timestamp()
    row = db.execute(
        Q["order_state"], {"source": order.source, "source_order_id": order.id}
    ).fetchone()
    known = None if row is None else Known(row[1], row[2], row[3])
    found = standing(planned, known, strict=arrival.strict)
    if found.outcome == "applied":
        order_row = _written(db, planned, at, None if row is None else row[0])
        return _advance(db, planned, _Applied(order_row, found), (event, at, blob))
    applied = _Applied(row[0], found)
    if found.outcome == "unchanged" and order.revision is not None:
        db.execute(Q["note_revision"], {"id": applied.order_row, "revision": order.revision})
    _insert_revision(db, planned, applied, (event, at, None))
    return applied


def _written(db: sqlite3.Connection, planned: Planned, at: float, order_row: int | None) -> int:
    if order_row is None:
        return int(db.execute(Q["insert_order"], _order_row(planned, at)).fetchone()[0])
    db.execute(Q["update_order"], _order_row(planned, at))
    return order_row


def _advance(
    db: sqlite3.Connection,
    planned: Planned,
    applied: _Applied,
    entry: tuple[int, float, bytes],
) -> _Applied:
    revision_id = _insert_revision(db, planned, applied, entry)
    db.execute(Q["point_order"], {"id": applied.order_row, "revision_id": revision_id})
    rows = db.execute(Q["told"], {"order_id": applied.order_row}).fetchall()
    told = latest([_told(row) for row in rows])
    _carry_out(db, planned, applied.order_row, (change(told, planned.decision), entry[1]))
    return applied


def _told(row: tuple[Any, ...]) -> Told:
    identity, status, recipient, *marks, code = row
    dotted, composed, by_hand, resent = (bool(mark) for mark in marks)
    return Told(identity, status, recipient, dotted, composed, by_hand, resent, code)


def _insert_revision(
    db: sqlite3.Connection,
    planned: Planned,
    applied: _Applied,
    entry: tuple[int, float, bytes | None],
) -> int:
    event, at, blob = entry
    row = {
        "order_id": applied.order_row,
        "event_id": event,
        "at": at,
        "revision": planned.order.revision,
        "outcome": applied.standing.outcome,
        "body": blob,
        **_plan_row(planned),
    }
    if applied.standing.reason:
        row["reason"] = applied.standing.reason
    return int(db.execute(Q["insert_revision"], row).fetchone()[0])


def _carry_out(
    db: sqlite3.Connection, planned: Planned, order_row: int, what: tuple[Change, float]
) -> None:
    wanted, at = what
    if isinstance(wanted, Replace):
        _carry_out(db, planned, order_row, (wanted.superseded, at))
        _carry_out(db, planned, order_row, (wanted.create, at))
    elif isinstance(wanted, Move):
        cause = wanted.code or "planned"
        move(db, wanted.message_id, Event(wanted.status, cause, wanted.reason or ""), at)
    elif isinstance(wanted, Create):
        create(db, _new_message(planned.order, wanted, order_row), at)


def _new_message(order: Order, wanted: Create, order_row: int) -> NewMessage:
    return NewMessage(
        key=key_of(order.source, order.id, "confirmation", wanted.recipient),
        recipient=wanted.recipient,
        order_row=order_row,
        status=wanted.status,
        cause=wanted.code or "planned",
        text=wanted.reason or "the order is confirmable",
        code=wanted.code,
        reason=wanted.reason,
        by_hand=wanted.by_hand,
    )


def _order_row(planned: Planned, at: float) -> dict[str, Any]:
    order = planned.order
    return {
        "source": order.source,
        "source_order_id": order.id,
        "number": order.number,
        "email": order.customer.email,
        "customer": order.customer.name,
        "currency": order.currency,
        "total": str(order.totals.total),
        "payment": order.state.payment,
        "placed_at": order.placed_at.timestamp() if order.placed_at else None,
        "at": at,
        "revision": order.revision,
        "facts": planned.facts,
        "difference": None if planned.difference == "0" else planned.difference,
        **_plan_row(planned),
    }


def _plan_row(planned: Planned) -> dict[str, str | None]:
    plan, code, reason = said(planned.decision)
    return {"plan": plan, "code": code, "reason": reason}


def _public(event: int) -> str:
    return f"e_{event}"
