"""What looking and acting need from a store."""

from typing import Protocol

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
    Tally,
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
        """The conservation law, counted now."""
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
