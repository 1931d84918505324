"""What carries work to workers on other machines: a broker between the store and them.

What travels are tickets, each the id of a job; the job itself is a row in the store, which is
claimed before anything is done. So a ticket that is lost, doubled, late or out of order does no
harm: it is published again, or finds nothing to claim.
"""

from collections.abc import Hashable, Sequence
from typing import Protocol

import msgspec


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """One job on its way. `job`: its row in the store. `priority`: 0 for what may wait, 1 for what
    a customer waits for (confirmations). `content`: the rendered message, compressed, where the
    broker carries that too; empty where only the id travels. `digest` is the SHA-256 of what
    `content` unpacks to, empty without it."""

    job: int
    priority: int = 1
    content: bytes = b""
    digest: bytes = b""


class Handed(msgspec.Struct, frozen=True):
    """A ticket as the broker handed it over. `tag`: by which it is answered for, good for this
    carrier's run only. `times`: how often it has been handed over by now, 1 the first time, as far
    as the broker counts."""

    ticket: Ticket
    tag: Hashable
    times: int = 1


class CarrierState(msgspec.Struct, frozen=True):
    """How a broker is. `ready`: tickets that wait; `taken`: handed over and not answered for;
    `dead`: put aside as undeliverable. None: the broker does not say."""

    connected: bool
    ready: int | None = None
    taken: int | None = None
    dead: int | None = None
    said: str = ""


class Carrier(Protocol):
    """A broker, for any number of publishers and takers on any number of machines. Connects and
    connects again by itself; what it cannot do for now raises BrokerError, never anything else."""

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        """The jobs whose tickets the broker has safely (for RabbitMQ: confirmed by a quorum), of a
        batch in one go. What is missing was refused or is unknown: publish it again later."""
        ...

    async def take(self, most: int, seconds: float) -> Sequence[Handed]:
        """Up to `most` tickets, the urgent ones first where the broker can; waits up to `seconds`
        for the first. A ticket stays this taker's while it lives and answers for it in the end."""
        ...

    async def done(self, handed: Sequence[Handed]) -> None:
        """The work is done, or was somebody else's: the broker may forget them."""
        ...

    async def back(self, handed: Sequence[Handed]) -> None:
        """Somebody should have them again soon."""
        ...

    async def refuse(self, handed: Sequence[Handed]) -> None:
        """They cannot be read: put aside among the dead letters, where people see them."""
        ...

    async def state(self) -> CarrierState:
        """How it is now. Never raises: what went wrong is said in `said`."""
        ...

    async def dead(self, most: int) -> Sequence[Handed]:
        """Dead letters, the oldest first, left where they are."""
        ...

    async def close(self) -> None:
        """Gives back what is taken, then closes."""
        ...
