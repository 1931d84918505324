"""Acting on messages in memory."""

from collections.abc import Callable

from twofifty.adapters.memory.archive import message_view
from twofifty.adapters.memory.heard import folded
from twofifty.adapters.memory.reached import tidy
from twofifty.adapters.memory.rows import Draft, MessageRow, Rows, record
from twofifty.adapters.memory.suppress import finish_of_order
from twofifty.clock import Clock
from twofifty.notice.correction import why_again
from twofifty.notice.lifecycle import LEFT_BY, RESENDABLE, UNSENT, why_not_again
from twofifty.notice.model import Status
from twofifty.notice.reach import MAIL
from twofifty.notice.recipient import unusable
from twofifty.track.model import MessageView, Refusal
from twofifty.track.moments import Moved


class MemoryDesk:
    """`track.ports.Desk` in memory. `changed` is called after each action that did something."""

    def __init__(self, rows: Rows, clock: Clock, changed: Callable[[], None]) -> None:
        self._rows = rows
        self._clock = clock
        self._changed = changed

    async def resend(
        self, message_id: str, to: str | None, actor: str
    ) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        if to is not None and (fault := unusable(to)):
            return Refusal(422, fault)
        message = self._rows.messages.get(message_id)
        if message is None:
            return None
        if to is not None and message.channel != MAIL:
            return Refusal(422, "only mail can go to another address")
        if message.status not in RESENDABLE:
            return Refusal(409, why_not_again(message.status))
        if message.status == "in_doubt":
            self._leave(message, f"sent again by {actor}")
        recipient = to or message.recipient
        draft = Draft(message.order, message.kind, recipient, "queued", by_hand=True, resent=True)
        draft.facts, draft.channel = message.facts, message.channel
        if folded(recipient) != folded(message.recipient):
            finish_of_order(self._rows, message, (recipient, actor), self._clock.seconds())
        said = (why_again(actor), f"{message_id} sent again by {actor}")
        copy = self._rows.create(draft, said, self._clock.seconds())
        self._changed()
        return message_view(self._rows, copy)

    async def cancel(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        return self._move(message_id, UNSENT | {"sending"}, ("cancelled", f"cancelled by {actor}"))

    async def approve(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        return self._move(message_id, frozenset({"held"}), ("queued", f"approved by {actor}"))

    async def reject(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """See `track.ports.Desk`."""
        return self._move(message_id, frozenset({"held"}), ("cancelled", f"rejected by {actor}"))

    def _leave(self, message: MessageRow, said: str) -> None:
        self._rows.jobs.pop(message.seq, None)
        at, why = self._clock.seconds(), ("left", LEFT_BY.format(said), None, None, None)
        record(message, Moved(at, "in_doubt", *why, message.id))
        self._changed()

    def _move(
        self, message_id: str, allowed: frozenset[Status], what: tuple[Status, str]
    ) -> MessageView | Refusal | None:
        message, (to, said) = self._rows.messages.get(message_id), what
        if message is None:
            return None
        if message.status == "in_doubt" and to == "cancelled":
            self._leave(message, said)
            return message_view(self._rows, message)
        left = message.status == "sending" and message.dot_at is not None
        if message.status not in allowed or left:
            return Refusal(409, f"the message is {message.status}; this cannot be done any more")
        self._rows.move(message, to, ("by_hand", said), self._clock.seconds())
        message.by_hand = True
        tidy(self._rows, message.order, True, self._clock.seconds())
        self._changed()
        return message_view(self._rows, message)
