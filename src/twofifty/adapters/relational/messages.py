"""Messages inside a transaction: creating one, moving one, and the history neither can forget."""

from collections.abc import Sequence
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database, Pages
from twofifty.errors import StoreError
from twofifty.notice.lifecycle import may
from twofifty.notice.model import Kind, NoticeKey, Status, message_id, message_id_of
from twofifty.notice.recipient import is_canary
from twofifty.order.model import Order

Q = sql.load("message")

_NOTICE = ("id", "digest", "order_id", "kind", "channel", "recipient", "facts", "created_at")
_MESSAGE = (
    *("seq", "id", "notice_id", "order_id", "kind", "channel", "recipient", "status", "code"),
    *("reason", "by_hand", "resent", "created_at", "updated_at", "event_id", "reach"),
)


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
    claim = {**_notice_row(new, new.key.digest()), "at": at}
    notice, copies = db.execute(Q["claim_notice"], claim).fetchone()
    identity = message_id(new.key, copies)
    row = _message_row(new, at) | {"id": identity, "notice_id": notice}
    (seq,) = db.execute(Q["insert_message"], row).fetchone()
    record(db, seq, Event(new.status, new.cause, new.text), at)
    if new.status in ("queued", "scheduled"):
        run_at = at if new.run_at is None else new.run_at
        db.execute(Q["put_job"], {"message": seq, "run_at": run_at})
    return identity


def create_first(db: Pages, messages: Sequence[tuple[NewMessage, float]]) -> list[str]:
    """As `create`, each at its time, by the page: where nobody has claimed any of the notices."""
    digests = [new.key.digest() for new, _ in messages]
    ids = [message_id_of(digest, 0) for digest in digests]
    notices, seqs = db.ids("notices", len(ids)), db.ids("messages", len(ids))
    rows = list(zip(messages, digests, ids, notices, seqs, strict=True))
    db.fill(
        "notices",
        _NOTICE,
        [
            (notice, *_notice_row(new, digest).values(), at)
            for (new, at), digest, _, notice, _ in rows
        ],
    )
    db.fill(
        "messages",
        _MESSAGE,
        [
            (seq, identity, notice, *_message_row(new, at).values())
            for (new, at), _, identity, notice, seq in rows
        ],
    )
    events = [(seq, at, new.status, new.cause, new.text) for (new, at), *_, seq in rows]
    db.fill("message_events", ("message", "at", "status", "cause", "text"), events)
    due = [
        (seq, at if new.run_at is None else new.run_at)
        for (new, at), *_, seq in rows
        if new.status in ("queued", "scheduled")
    ]
    db.fill("jobs", ("message", "run_at", "since"), [(seq, at, at) for seq, at in due])
    return ids


def _notice_row(new: NewMessage, digest: str) -> dict[str, Any]:
    key = new.key
    return {
        "digest": digest,
        "order_id": new.order_row,
        "kind": key.kind,
        "channel": key.channel,
        "recipient": key.recipient,
        "facts": key.facts,
    }


def _message_row(new: NewMessage, at: float) -> dict[str, Any]:
    return {
        "order_id": new.order_row,
        "kind": new.key.kind,
        "channel": new.key.channel,
        "recipient": new.recipient,
        "status": new.status,
        "code": new.code,
        "reason": new.reason,
        "by_hand": int(new.by_hand),
        "resent": int(new.resent),
        "created_at": at,
        "updated_at": at,
        "event_id": new.event,
        "reach": "none" if new.resent or is_canary(new.recipient) else None,
    }


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
