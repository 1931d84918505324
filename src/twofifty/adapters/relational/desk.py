"""What a person or a program with a key may do with a message: resend, cancel, approve, reject."""

from collections.abc import Callable
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.archive import SqlArchive
from twofifty.adapters.relational.beside import AS_IT_WAS, tidy
from twofifty.adapters.relational.messages import Event, NewMessage, create, move, record
from twofifty.adapters.relational.ports import Database, Writer
from twofifty.adapters.relational.suppress import folded
from twofifty.clock import Clock
from twofifty.notice.correction import why_again
from twofifty.notice.lifecycle import LEFT_BY, RESENDABLE, UNSENT, why_not_again
from twofifty.notice.model import Kind, NoticeKey, Status
from twofifty.notice.reach import MAIL
from twofifty.notice.recipient import unusable
from twofifty.track.model import MessageView, Refusal

Q = sql.load("desk")
M = sql.load("message")
T = sql.load("tasks")


class _Found(msgspec.Struct, frozen=True):
    seq: int
    status: Status
    kind: Kind
    recipient: str
    order_row: int
    source: str
    order_id: str
    dotted: bool
    facts: str
    channel: str


_Act = Callable[[Database, str, _Found, float], str | Refusal]


class SqlDesk:
    """`track.ports.Desk` on SQL. `changed` is called after each action that did something."""

    def __init__(
        self, writer: Writer, archive: SqlArchive, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._writer = writer
        self._archive = archive
        self._clock = clock
        self._changed = changed

    async def resend(
        self, message_id: str, to: str | None, actor: str
    ) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        if to is not None and (fault := unusable(to)):
            return Refusal(422, fault)
        return await self._act(message_id, _resending(to, actor))

    async def cancel(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        return await self._act(
            message_id, _moving(UNSENT | {"sending"}, "cancelled", f"cancelled by {actor}")
        )

    async def approve(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        return await self._act(
            message_id, _moving(frozenset({"held"}), "queued", f"approved by {actor}")
        )

    async def reject(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        return await self._act(
            message_id, _moving(frozenset({"held"}), "cancelled", f"rejected by {actor}")
        )

    async def _act(self, message_id: str, act: _Act) -> MessageView | Refusal | None:
        now = self._clock.seconds()
        done = await self._writer.run(lambda db: _on_message(db, message_id, act, now))
        if done is None or isinstance(done, Refusal):
            return done
        self._changed()
        return await self._archive.message(done)


def _on_message(db: Database, message_id: str, act: _Act, now: float) -> str | Refusal | None:
    row = db.execute(Q["message_for_action"], {"id": message_id}).fetchone()
    return None if row is None else act(db, message_id, _found(row), now)


def _found(row: tuple[Any, ...]) -> _Found:
    seq, status, kind, recipient, order_row, source, order_id, dot_at, *what = row
    named = (seq, status, kind, recipient, order_row, source, order_id)
    return _Found(*named, dot_at is not None, *what)


def _moving(allowed: frozenset[Status], to: Status, said: str) -> _Act:
    def act(db: Database, message_id: str, found: _Found, now: float) -> str | Refusal:
        if found.status == "in_doubt" and to == "cancelled":
            _leave(db, found, said, now)
            return message_id
        if found.status not in allowed or (found.status == "sending" and found.dotted):
            return Refusal(409, f"the message is {found.status}; this cannot be done any more")
        move(db, message_id, Event(to, "by_hand", said), now)
        db.execute(Q["mark_by_hand"], {"seq": found.seq})
        tidy(db, found.order_row, AS_IT_WAS, now)
        return message_id

    return act


def _leave(db: Database, found: _Found, said: str, now: float) -> None:
    """A person has decided about a doubt: no copy follows by itself."""
    db.execute(M["drop_job"], {"message": found.seq})
    record(db, found.seq, Event("in_doubt", "left", LEFT_BY.format(said)), now)


def _mended(db: Database, found: _Found, what: tuple[str, str], now: float) -> None:
    """Whoever sends it to another address has found the right one."""
    to, actor = what
    if folded(to) != folded(found.recipient):
        row = {"address": folded(found.recipient), "order_id": found.order_row}
        done = {"how": f"sent to {to}", "actor": actor, "now": now}
        db.execute(T["finish_of_order"], row | done)


def _resending(to: str | None, actor: str) -> _Act:
    def act(db: Database, message_id: str, found: _Found, now: float) -> str | Refusal:
        if to is not None and found.channel != MAIL:
            return Refusal(422, "only mail can go to another address")
        if found.status not in RESENDABLE:
            return Refusal(409, why_not_again(found.status))
        if found.status == "in_doubt":
            _leave(db, found, f"sent again by {actor}", now)
        recipient = to or found.recipient
        if to is not None:
            _mended(db, found, (to, actor), now)
        return create(
            db,
            NewMessage(
                key=NoticeKey(
                    source=found.source,
                    order_id=found.order_id,
                    kind=found.kind,
                    recipient=recipient.lower(),
                    channel=found.channel,
                    facts=found.facts,
                ),
                recipient=recipient,
                order_row=found.order_row,
                status="queued",
                cause=why_again(actor),
                text=f"{message_id} sent again by {actor}",
                by_hand=True,
                resent=True,
            ),
            now,
        )

    return act
