"""Messages inside a transaction: creating one, moving one, and the history neither can forget."""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database
from twofifty.errors import StoreError
from twofifty.notice.lifecycle import may
from twofifty.notice.model import Kind, NoticeKey, Status, message_id
from twofifty.notice.recipient import is_canary
from twofifty.order.model import Order

Q = sql.load("message")


class Event(msgspec.Struct, frozen=True):
    """One entry of a message's history."""

    status: Status
    cause: str
    text: str = ""
    code: int | None = None
    enhanced: str | None = None
    attempt: int | None = None


class NewMessage(msgspec.Struct, frozen=True):
    """A message to be: `order_row` the order's row id, `text` for its history, `event` the row of
    the arrival that led to it, `run_at` when it leaves (None: now)."""

    key: NoticeKey
    recipient: str
    order_row: int
    status: Status
    cause: str
    text: str = ""
    code: str | None = None
    reason: str | None = None
    by_hand: bool = False
    resent: bool = False
    event: int | None = None
    run_at: float | None = None


def create(db: Database, new: NewMessage, at: float) -> str:
    """Writes the notice (once for ever), the next message of it, its first event and its job."""
    key = new.key
    notice_id, copies = db.execute(
        Q["claim_notice"],
        {
            "digest": key.digest(),
            "order_id": new.order_row,
            "kind": key.kind,
            "channel": key.channel,
            "recipient": key.recipient,
            "facts": key.facts,
            "at": at,
        },
    ).fetchone()
    identity = message_id(key, copies)
    row = {
        "id": identity,
        "notice_id": notice_id,
        "order_id": new.order_row,
        "kind": key.kind,
        "channel": key.channel,
        "recipient": new.recipient,
        "status": new.status,
        "code": new.code,
        "reason": new.reason,
        "by_hand": new.by_hand,
        "resent": new.resent,
        "at": at,
        "event_id": new.event,
        "reach": "none" if new.resent or is_canary(new.recipient) else None,
    }
    (seq,) = db.execute(Q["insert_message"], row).fetchone()
    record(db, seq, Event(new.status, new.cause, new.text), at)
    if new.status in ("queued", "scheduled"):
        run_at = at if new.run_at is None else new.run_at
        db.execute(Q["put_job"], {"message": seq, "run_at": run_at})
    return identity


def move(db: Database, identity: str, event: Event, at: float, run_at: float | None = None) -> None:
    """Moves a message, keeps its history and puts (due at `run_at`, or now) or drops its job.

    Raises StoreError for a move that the lifecycle table does not know.
    """
    seq, before = db.execute(Q["message_seq"], {"id": identity}).fetchone()
    if not may(before, event.status):
        raise StoreError(f"message {identity}: no way from {before} to {event.status}")
    waits = event.status == "queued"
    db.execute(
        Q["move_message"],
        {
            "seq": seq,
            "status": event.status,
            "code": None if waits else event.cause,
            "reason": None if waits else event.text,
            "at": at,
        },
    )
    record(db, seq, event, at)
    if waits:
        db.execute(Q["put_job"], {"message": seq, "run_at": at if run_at is None else run_at})
    else:
        db.execute(Q["drop_job"], {"message": seq})


def record(db: Database, seq: int, event: Event, at: float) -> None:
    """Appends to a message's history."""
    row = msgspec.structs.asdict(event)
    db.execute(Q["insert_message_event"], {"message": seq, "at": at, **row})


def key_of(order: Order, kind: Kind, recipient: str, facts: str = "") -> NoticeKey:
    """The key of a notice about an order; recipients differ by more than letter case."""
    return NoticeKey(order.source, order.id, kind, recipient.lower(), facts=facts)
