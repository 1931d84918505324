"""What the delivery stage needs from the outside."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from twofifty.deliver.outcome import Outcome, Reply
from twofifty.notice.model import Kind, Status

Dot = Callable[[], Awaitable[bool]]
"""Awaited once, after the server asked for the message (354) and before the final dot is written.
True: the dot is journalled on disk, write it. False: the lease is lost, never write it."""


@runtime_checkable
class RoutedDot(Protocol):
    """A dot that journals with it which route it leaves by."""

    def leaves_by(self, route: str) -> None:
        """From now on that route has the message, as the route calls itself."""
        ...


class Envelope(msgspec.Struct, frozen=True):
    """One message as the wire needs it (RFC 5321 2.3.1).

    `data` is complete: CRLF line endings only, ends with CRLF, not yet dot-stuffed.
    `sender` and `recipient` are bare addr-specs; an empty `sender` is the null reverse-path.
    """

    message_id: str
    sender: str
    recipient: str
    data: bytes


class Channel(Protocol):
    """A way to the recipient. Implementations never raise for what the network does."""

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """Hands the message over, or says why not."""
        ...

    async def close(self) -> None:
        """Ends idle connections politely. Safe to call twice."""
        ...


class Lookup(Protocol):
    """Asks a next hop that can be asked what became of a message."""

    async def accepted(self, message_id: str) -> bool | None:
        """True: it has the message. False: it surely has not. None: not known yet."""
        ...


class Leased(msgspec.Struct, frozen=True):
    """A message that this worker may send, and nobody else while the lease lives.

    `seq` is the store's own handle. `order` is the canonical JSON as it stood at the lease.
    `raw` and `rfc_id` are the frozen bytes and their Message-ID (no angle brackets) where an
    earlier attempt froze them. `doubt`: an earlier dot went unanswered; ask before sending again.
    `channel`: `email`, `sms`, `push` or `webhook`; of the last three `recipient` is a phone number
    in E.164, a subscription or a customer. `blocked`: why nothing of its kind may go to that
    address, as `scope: cause`; empty if it may. `recent`: how many dots left for the address within
    the last hour. `approved`: a person released or asked for it. `doubt_route`: where an unanswered
    dot left, as the route calls itself, empty if that is not known; `dot_at`: when.
    `root`: the public id of the order's first message that may have left, the root of its thread;
    the message's own where it is the first; `root_subject` is that one's subject. `facts` are those
    of the notice (see `notice.owed`), `before` the order as the customer was told of it before.
    `order_id`: what its shop calls the order.
    """

    seq: int
    message_id: str
    attempt: int
    kind: Kind
    recipient: str
    source: str
    order: bytes
    queued_at: float
    root: str
    raw: bytes | None = None
    rfc_id: str | None = None
    doubt: bool = False
    doubts: int = 0
    facts: str = ""
    before: bytes | None = None
    root_subject: str | None = None
    channel: str = "email"
    blocked: str = ""
    recent: int = 0
    approved: bool = False
    doubt_route: str = ""
    dot_at: float | None = None
    order_id: str = ""


class Frozen(msgspec.Struct, frozen=True):
    """A composed message: from its first dot on these bytes never change. `inputs`: what it was
    composed from beside the order, JSON; `degraded`: why it is not the template that was wanted;
    `route`: which one the dot leaves by, empty where that is not known."""

    raw: bytes
    subject: str
    rfc_id: str
    template: str
    inputs: bytes = b""
    degraded: str = ""
    route: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """How an attempt is settled. `run_at`: when to look at it again (None: never, it is done).
    `doubt`: it is looked at again as a doubt. `code` is one word, `reason` a sentence. `route`: the
    one that took it, or where the doubt arose."""

    status: Status
    code: str
    reason: str
    reply: Reply | None = None
    run_at: float | None = None
    doubt: bool = False
    route: str = ""


class Reclaimed(msgspec.Struct, frozen=True):
    """What a sweep found of dead workers' leases: given back, in doubt, parked as poison."""

    queued: int = 0
    in_doubt: int = 0
    parked: int = 0


class Outbox(Protocol):
    """The durable queue as a worker needs it. `owner` names one run of one worker."""

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        """Takes up to `limit` due messages; the lease lives until `until` or the next beat.
        The attempt is counted on disk before this returns."""
        ...

    async def beat(self, owner: str, until: float) -> None:
        """Keeps everything that `owner` has leased until `until`."""
        ...

    async def dot(self, owner: str, item: Leased, frozen: Frozen) -> bool:
        """Journals that the final dot is about to leave, freezing the bytes with it.
        False: the lease is lost, the message was withdrawn, or its order is not any more what was
        leased with it (it is leased again then); the dot must not leave."""
        ...

    async def settle(
        self, owner: str, item: Leased, verdict: Verdict, frozen: Frozen | None
    ) -> bool:
        """Writes the outcome. False: somebody else has the message now, nothing was written."""
        ...

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        """Returns leases whose dot was not journalled, as if never taken; `owner` retires."""
        ...

    async def owners(self) -> Sequence[str]:
        """Whoever has something leased, alive or not."""
        ...

    async def acquit(self, owner: str, guilty: int) -> None:
        """Gives back what a dead `owner` had leased and not dotted, but for the message `guilty`
        (its `seq`, 0 for none): those did not bring it down, it counts as no crash of theirs."""
        ...

    async def sweep(self, now: float, settle: float) -> Reclaimed:
        """Takes back what dead workers had leased: without a dot at once, with one `settle`
        seconds after the dot as a doubt, a third crash without a dot for a person to see."""
        ...

    async def next_due(self) -> float | None:
        """When the next unleased message is due, seconds since the epoch."""
        ...


class BrakeState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether mail leaves. `stopped`: nothing is leased, by whom and why since when (seconds).
    `instance`: the fingerprint of the installation that this store belongs to, empty for a store
    that nobody has claimed."""

    stopped: bool = False
    actor: str = ""
    reason: str = ""
    at: float = 0.0
    instance: str = ""


class Brakes(Protocol):
    """The kill switch, and whose store it is: on disk, so that every process obeys."""

    async def state(self) -> BrakeState:
        """As it stands."""
        ...

    async def stop(self, actor: str, reason: str) -> None:
        """From now on no message is leased; what has its dot journalled is finished."""
        ...

    async def release(self, actor: str) -> None:
        """Work goes on where it stopped."""
        ...

    async def claim(self, instance: str, actor: str) -> None:
        """The store belongs to this installation from now on."""
        ...
