"""From a mail that came back, or a provider's request, to what is known of our messages.

read -> whose is it? -> keep and apply, in one transaction -> count
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import Final

import msgspec

from twofifty import telemetry
from twofifty.errors import StoreFull
from twofifty.flow.feeds import FeedDoor
from twofifty.intake.ports import Hook
from twofifty.track import verp
from twofifty.track.addressed import addressed
from twofifty.track.bounce.news import feedback
from twofifty.track.bounce.read import read
from twofifty.track.bounce.report import Recipient, Report
from twofifty.track.feedback import Feedback
from twofifty.track.model import Taken
from twofifty.track.ports import Reports

ORIGIN: Final = "inbound"
LARGE: Final = 16_384
"""Bytes of a mail that is read beside the event loop."""

KEPT: Final = 1_048_576
"""Bytes of a mail that are kept whose return path we signed; the rest is a customer's pictures."""

STRANGE_KEPT: Final = 65_536
"""Bytes of any other mail that are kept, for anybody can send one: also of a bounce that names a
message in its text only."""


class Addresses(msgspec.Struct, frozen=True):
    """Where bounces come to. `plain`: addresses without a token, in lower case; `secrets`: all that
    tokens may be signed with."""

    plain: Collection[str]
    secrets: Sequence[bytes]


class Hearing:
    """Takes in what the world says of our messages. Raises StoreError where it cannot be kept.
    `low`: whether the disk is so full that no mail is taken."""

    def __init__(
        self,
        reports: Reports,
        addresses: Addresses,
        door: FeedDoor,
        *,
        reads: Callable[[bytes], Report] = read,
        low: Callable[[], bool] = lambda: False,
    ) -> None:
        self._reports = reports
        self._addresses = addresses
        self._door = door
        self._reads = reads
        self._low = low

    def expects(self, recipient: str) -> bool:
        """Whether mail to that address is for us: a return path that we made, or a plain one."""
        known = recipient.lower() in self._addresses.plain
        return known or verp.message_of(recipient, self._addresses.secrets) is not None

    async def mail(self, raw: bytes, recipient: str | None = None) -> Taken:
        """One mail, as it came to `recipient`; None: to whom its header says. It is on disk when
        this returns. Whatever it is, nothing of it is lost: what says nothing of a message of ours
        is kept too, though of a stranger's only the beginning. The same mail again does nothing.
        Raises StoreFull before it is read where the disk is nearly full."""
        if self._low():
            raise StoreFull("the disk that holds the store is nearly full")
        said = await self._understood(raw)
        news = self._news(said, raw, recipient)
        return await self._take(ORIGIN, news, raw[: self._room(said, raw, recipient)])

    async def events(self, provider: str, hook: Hook) -> Taken:
        """A provider's request to `/events/{provider}`. Raises BadInput and ShopBusy likewise."""
        news = await self._door.hear(provider, hook)
        return await self._take(provider, news, hook.body) if news else Taken()

    def _room(self, said: Report, raw: bytes, recipient: str | None) -> int:
        """How much of a mail is kept."""
        ours = said.cls != "none" and self._signed_id(self._places(raw, recipient))
        return KEPT if ours else STRANGE_KEPT

    def _places(self, raw: bytes, recipient: str | None) -> Sequence[str]:
        return addressed(raw) if recipient is None else (recipient,)

    def _signed_id(self, places: Sequence[str]) -> str | None:
        """The message that a return path among `places` names."""
        found = (verp.message_of(place, self._addresses.secrets) for place in places)
        return next((message_id for message_id in found if message_id), None)

    async def _understood(self, raw: bytes) -> Report:
        try:
            if len(raw) < LARGE:
                return self._reads(raw)
            return await asyncio.to_thread(self._reads, raw)
        except Exception as fault:  # noqa: BLE001
            # Whatever it stumbled over: the mail is kept, and nobody has to send it again.
            telemetry.log().error(
                "a mail that came in could not be read, and is kept",
                action="inbound.fault",
                fault=type(fault).__name__,
                where=telemetry.where(fault),
            )
            return Report("none")

    def _news(self, said: Report, raw: bytes, recipient: str | None) -> Sequence[Feedback]:
        places = self._places(raw, recipient)
        own_id = self._signed_id(places)
        if own_id is None:
            return feedback(said) or (_inbound(said, raw, places),)
        news = feedback(_naming(said)) or (_inbound(said, raw, places),)
        return [_signed(one, own_id) for one in news]

    async def _take(self, origin: str, news: Sequence[Feedback], raw: bytes) -> Taken:
        taken = await self._reports.take(origin, news, raw)
        for one in news:
            telemetry.FEEDBACK.labels(origin, one.type).inc()
        return taken


def _naming(said: Report) -> Report:
    """A report that names nobody, for its return path does: whoever the message went to."""
    if said.recipients:
        return said
    return msgspec.structs.replace(said, recipients=(Recipient("", said.cls),))


def _signed(news: Feedback, own_id: str) -> Feedback:
    """News of the message that the return path names: that is signed, and what stands in the mail
    is only what somebody wrote there. It is other news than the same mail would be that came to a
    plain address and named no message."""
    event_id = f"{news.event_id}.{own_id}"
    return msgspec.structs.replace(news, own_id=own_id, event_id=event_id)


def _inbound(said: Report, raw: bytes, places: Sequence[str]) -> Feedback:
    """A mail that is none of the kinds that the reader knows: somebody wrote."""
    return Feedback(
        type="inbound",
        recipient=next(iter(places), ""),
        at=said.reported_at,
        event_id=said.fingerprint or hashlib.sha256(raw).hexdigest()[:32],
    )
