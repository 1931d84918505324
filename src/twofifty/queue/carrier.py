"""What carries work to workers on other machines: a broker between the store and them.

What travels are tickets, each the id of a job; the job itself is a row in the store, which is
claimed before anything is done. So a ticket that is lost, doubled, late or out of order does no
harm: it is published again, or finds nothing to claim.

    Carrier     a broker: publish, take, answer for what was taken
    Dispatch    the store's side: what is to be published, and claiming what was handed over

How a ticket is written for every broker alike: `twofifty.queue.envelope`.
"""

from collections.abc import Hashable, Sequence
from typing import Protocol, TypeVar

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
    """How a broker is. `ready`: tickets that wait; `urgent`: those of them with a priority over 0;
    `taken`: handed over and not answered for; `dead`: put aside as undeliverable. None: the broker
    does not say."""

    connected: bool
    ready: int | None = None
    urgent: int | None = None
    taken: int | None = None
    dead: int | None = None
    said: str = ""


class Carrier(Protocol):
    """A broker, for any number of publishers and takers on any number of machines. Connects and
    connects again by itself; what it cannot do for now raises BrokerError, never anything else."""

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        """The jobs whose tickets the broker has safely (for RabbitMQ: confirmed by a quorum), of a
        batch in one go. What is missing was refused or is unknown: publish it again later. Raises
        BrokerError where none of them left."""
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
        """Dead letters, the oldest first, left where they are. What is no ticket has the job 0.
        Raises BrokerError."""
        ...

    async def clear_dead(self) -> None:
        """Deletes all dead letters; their jobs are in the store. Raises BrokerError."""
        ...

    async def close(self) -> None:
        """Gives back what is taken, then closes."""
        ...


T = TypeVar("T", covariant=True)

REST_AT_MOST = 5.0
"""Seconds until what did not leave is published again, at most."""


class Dispatch(Protocol[T]):
    """The store as a broker's relay and takers need it. `now` and `until` are seconds since the
    epoch. A job is published, then claimed; published in vain for long, it is due again."""

    async def due(self, limit: int, until: float) -> Sequence[Ticket]:
        """Up to `limit` jobs that are to be done now, that nobody has and that are not on their
        way: from now on they are, until `until`. Nothing while all mail is stopped. Suspects (see
        `Outbox.sweep`) are never among them: those are leased."""
        ...

    async def missed(self, jobs: Sequence[int], until: float) -> None:
        """Their tickets did not leave: they are due again at `until`, within `REST_AT_MOST`."""
        ...

    async def lost(self, until: float, urgent: bool) -> int:
        """The broker has none of the urgent tickets (or of those that can wait) any more that were
        to be on their way until `until` at most: they are due again at once. How many there are."""
        ...

    async def next_due(self) -> float | None:
        """When the next ticket is due, None without any."""
        ...

    async def overlooked(self, since: float) -> bool:
        """Whether something waits that no ticket brings: a suspect that is due, or what was due
        before `since` and is not on its way."""
        ...

    async def claim(self, owner: str, jobs: Sequence[int], until: float) -> Sequence[T]:
        """Leases those of `jobs` that are due and that nobody has, as `Leases.lease` does. The rest
        is not on its way any more: where it is still to be done, it will be due again."""
        ...
