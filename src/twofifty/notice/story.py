"""What the messages of one order come to: which wait, and which notices are done with. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from twofifty.notice.correction import Sent
from twofifty.notice.lifecycle import UNSENT
from twofifty.notice.model import Kind
from twofifty.notice.owed import REFUSED, Pending, tells_all


class Message(Sent, Protocol):
    """A message with its notice's facts, as a store has it: flags are 0 and 1 or booleans,
    `created_at` is in seconds since the epoch. `dotted`: its final dot was journalled; `composed`:
    its bytes are frozen; `by_hand`: a person decided on it."""

    @property
    def id(self) -> str:
        """See above, as for all that follow."""
        ...

    @property
    def kind(self) -> Kind: ...

    @property
    def facts(self) -> str: ...

    @property
    def code(self) -> str | None: ...

    @property
    def created_at(self) -> float: ...

    @property
    def dotted(self) -> int: ...

    @property
    def composed(self) -> int: ...

    @property
    def by_hand(self) -> int: ...


def waits(message: Message) -> bool:
    """Whether it follows a confirmation and has not left."""
    unsent = message.status in UNSENT or (message.status == "sending" and not message.dotted)
    return message.kind != "confirmation" and unsent


def pending(messages: Iterable[Message]) -> tuple[Pending, ...]:
    """What is still to leave."""
    return tuple(_pending(one) for one in messages if waits(one))


def known(messages: Iterable[Message], email: str) -> frozenset[tuple[str, str]]:
    """The notices (kind, facts) that are done with; `email`: the customer's address, in lower
    case."""
    return frozenset((one.kind, one.facts) for one in messages if _counts(one, email))


def _counts(message: Message, email: str) -> bool:
    """Not where it was only superseded, nor where it failed for an address that the customer has no
    more, or where what failed was the mail and a later one can tell the same."""
    whole = tells_all(message.kind, message.facts)
    if message.status == "failed" and whole and message.code != REFUSED:
        return False
    if message.status in ("failed", "suppressed"):
        return message.recipient.lower() == email
    return message.status != "superseded"


def _pending(message: Message) -> Pending:
    return Pending(
        message_id=message.id,
        kind=message.kind,
        facts=message.facts,
        status=message.status,
        recipient=message.recipient,
        since=datetime.fromtimestamp(message.created_at, UTC),
        composed=bool(message.composed),
        resent=message.resent,
        by_hand=bool(message.by_hand),
        code=message.code,
    )
