"""The mail itself in its ticket, for programmes that cannot reach the store (`carry = "content"`).

What travels is what is sent: the mail is composed before its ticket leaves, and frozen in the store
with it. A change of the order from then on makes a new message, as it does of one whose sending was
tried. A mail that may not be sent to its address now, that is a canary's, or that could not be
composed travels as its id alone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from twofifty import telemetry
from twofifty.deliver.ports import Frozen, Leased
from twofifty.flow.deliver import Maker
from twofifty.flow.mailing import of_canary
from twofifty.queue.carrier import Ticket


class Contents(Protocol):
    """The store as this needs it."""

    async def waiting(self, jobs: Sequence[int]) -> Sequence[Leased]:
        """Those of `jobs` that nobody has, as they would be leased now."""
        ...

    async def freeze(self, made: Sequence[tuple[int, Frozen]]) -> Sequence[int]:
        """Of the jobs and the mails made for them those whose bytes are frozen now; not those of
        which something has changed since they were seen, or that somebody has by now."""
        ...

    def packed(self, raw: bytes) -> bytes:
        """A mail as the store keeps it: compressed."""
        ...


class Enclosing:
    """Gives tickets their content: a `flow.relay.Fill`. `makers` by channel."""

    def __init__(self, contents: Contents, makers: Mapping[str, Maker]) -> None:
        self._contents = contents
        self._makers = makers

    async def __call__(self, tickets: Sequence[Ticket]) -> Sequence[Ticket]:
        """`tickets`, with the content that they may have. Raises StoreError."""
        items = await self._contents.waiting([ticket.job for ticket in tickets])
        kept = {item.seq: item.raw for item in items if item.raw and _may_travel(item)}
        made = [(item.seq, await self._made(item)) for item in items if not item.raw]
        fresh = [(job, frozen) for job, frozen in made if frozen is not None]
        frozen = set(await self._contents.freeze(fresh)) if fresh else set()
        raw = kept | {job: one.raw for job, one in fresh if job in frozen}
        return [self._filled(ticket, raw.get(ticket.job)) for ticket in tickets]

    def _filled(self, ticket: Ticket, raw: bytes | None) -> Ticket:
        if raw is None:
            return ticket
        digest = hashlib.sha256(raw).digest()
        return msgspec.structs.replace(ticket, content=self._contents.packed(raw), digest=digest)

    async def _made(self, item: Leased) -> Frozen | None:
        maker = self._makers.get(item.channel)
        if maker is None or not _may_travel(item):
            return None
        try:
            frozen, _ = await maker.made(item)
        except Exception as fault:  # noqa: BLE001
            # Whoever sends it says what is wrong with it; the others keep their content.
            telemetry.log().warning(
                "a mail travels without its content",
                action="relay.bare",
                message=item.message_id,
                fault=type(fault).__name__,
            )
            return None
        return frozen


def _may_travel(item: Leased) -> bool:
    return not (item.blocked or of_canary(item))
