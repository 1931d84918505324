"""What looking and acting need from a store."""

from collections.abc import Sequence
from typing import Protocol

from twofifty.notice.reach import ReachRule, Unreached
from twofifty.track.feedback import Feedback
from twofifty.track.model import (
    Conservation,
    EventView,
    Listing,
    MessageQuery,
    MessageView,
    Moment,
    OrderQuery,
    OrderView,
    Page,
    Refusal,
    Scope,
    Silence,
    Suppression,
    Taken,
    Tally,
    TaskView,
)
from twofifty.track.origin import Origin


class Archive(Protocol):
    """Reading. Never waits for writers."""

    async def orders(self, query: OrderQuery) -> Listing[OrderView]:
        """Orders, the newest first."""
        ...

    async def order(self, source: str, order_id: str) -> tuple[OrderView, bytes] | None:
        """One order with its messages, and its canonical JSON. `order_id`: id, else number."""
        ...

    async def timeline(self, source: str, order_id: str) -> tuple[Moment, ...] | None:
        """All that happened to an order and its messages, oldest first."""
        ...

    async def messages(self, query: MessageQuery) -> Listing[MessageView]:
        """Messages, the newest first."""
        ...

    async def message(self, message_id: str) -> MessageView | None:
        """One message."""
        ...

    async def of_job(self, job: int) -> MessageView | None:
        """The message that a ticket's job is about (see `queue.carrier.Ticket`)."""
        ...

    async def message_events(self, message_id: str) -> tuple[Moment, ...] | None:
        """Every move of a message, oldest first."""
        ...

    async def raw(self, message_id: str) -> bytes | None:
        """The exact bytes that went, or will go, over the wire; None: not composed yet."""
        ...

    async def events(self, outcome: str | None, page: Page) -> Listing[EventView]:
        """Arrivals, the newest first; `outcome` as in `EventView`."""
        ...

    async def event_body(self, event_id: str) -> bytes | None:
        """The raw body of an arrival."""
        ...

    async def conservation(self) -> Conservation:
        """The conservation law, counted now: it takes longer as a store grows."""
        ...

    async def counts(self) -> Conservation:
        """The same as it was a while ago, the longer the more there is to count: cheap enough to
        ask again and again."""
        ...


class Origins(Protocol):
    """Where messages come from."""

    async def origin(self, message_id: str) -> Origin | None:
        """One message's origin."""
        ...


class Audit(Protocol):
    """The conservation check, cheap enough to run every minute."""

    async def tally(self) -> Tally:
        """Everything counted now, and what does not balance."""
        ...


class Desk(Protocol):
    """Acting on a message, by a person or a program with a key. `actor` goes on record."""

    async def resend(
        self, message_id: str, to: str | None, actor: str
    ) -> MessageView | Refusal | None:
        """Another copy, composed from the order as it stands, to `to` or the same recipient.
        None: no such message. Of one in doubt no other copy follows than this."""
        ...

    async def cancel(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """Withdraws a message that has not left. Of one in doubt no further copy follows."""
        ...

    async def approve(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """Releases a held message."""
        ...

    async def reject(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        """Withdraws a held message for good."""
        ...


class Reports(Protocol):
    """What the world says became of messages: kept for ever, applied once, in any order."""

    async def take(self, origin: str, news: Sequence[Feedback], raw: bytes) -> Taken:
        """One transaction. `origin`: who says it (`postmark`, `inbound`); `raw`: as it came. News
        that comes again under its `event_id` (else content) does nothing. Of a message that is
        still being sent it waits until that is settled."""
        ...

    async def of(self, message_id: str) -> Sequence[Feedback] | None:
        """All news of a message, as they came."""
        ...

    async def silence(self) -> Silence:
        """How long nothing was heard."""
        ...


class Suppressions(Protocol):
    """Addresses that are not written to. Letter case of an address does not count."""

    async def listing(self, page: Page, address: str | None = None) -> Listing[Suppression]:
        """Those in force, the newest first."""
        ...

    async def add(self, suppressions: Sequence[Suppression]) -> int:
        """Adds, or widens what is there; how many are new. For imports too."""
        ...

    async def lift(self, address: str, actor: str, scope: Scope | None = None) -> int:
        """Ends what is in force for an address; how many."""
        ...


class Tasks(Protocol):
    """What a person should look at."""

    async def open(self, page: Page) -> Listing[TaskView]:
        """Open tasks, the newest first."""
        ...

    async def finish(self, task_id: str, how: str, actor: str) -> bool:
        """Closes one; False: no such open task."""
        ...


class Reach(Protocol):
    """Whether customers were reached, and by what."""

    async def unreached(
        self, rules: Sequence[ReachRule], now: float, limit: int
    ) -> Sequence[Unreached]:
        """Messages whose rule says that it is time for another channel."""
        ...

    async def escalate(
        self, one: Unreached, channel: str, recipient: str, run_at: float
    ) -> str | None:
        """Owes the same by another channel, once for ever; the new message's id. None: reached
        meanwhile, or owed already."""
        ...

    async def give_up(self, one: Unreached, reason: str) -> None:
        """No (further) channel can reach the customer: on record, and not looked at again."""
        ...
