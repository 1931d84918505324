"""Canary orders: made up here, sent to our own door like a shop's, confirmed, and mailed to nobody.

Whatever stands between a shop's webhook and the next hop is tried with each: the door and its
signature, the adapter, the store, the policy, the worker, the template.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from twofifty import telemetry
from twofifty.errors import ShopError
from twofifty.flow.ask import Line
from twofifty.flow.board import Board, Canaried
from twofifty.intake.ports import Scheme
from twofifty.intake.shop import Ask, Reply
from twofifty.track.model import MessageView
from twofifty.track.ports import Archive

LATE_SECONDS = 120.0
_POLL_SECONDS = 0.1
_ENDED = ("failed", "held", "suppressed", "cancelled", "superseded", "bounced")
# What stands in a kind's sample in place of an id, and of the present.
_ID = b"250250250"
_MOMENT = datetime(2026, 1, 1)  # noqa: DTZ001 - the samples say the zone
_FORMS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


class Sample(msgspec.Struct, frozen=True):
    """A kind's payload of one paid order, to an address under `canary.invalid`. Its id, 250250250,
    and its time, the beginning of 2026 in UTC, are replaced wherever they stand."""

    body: msgspec.Raw
    headers: dict[str, str] = {}

    def made(self, number: int, now: datetime) -> bytes:
        """The payload of another order that is placed now."""
        body = bytes(self.body).replace(_ID, str(number).encode())
        for form in _FORMS:
            body = body.replace(f"{_MOMENT:{form}}".encode(), f"{now:{form}}".encode())
        return body.replace(b"1767225600", str(int(now.timestamp())).encode())


class Perch(msgspec.Struct, frozen=True):
    """A source that canary orders are sent to: `door` is our own address of its hook, `url` the
    one that its shop knows and may sign."""

    name: str
    door: str
    url: str
    scheme: Scheme
    secret: str
    sample: Sample


class _Late(Exception):
    """What a canary order came to instead of a confirmation."""


class Canary:
    """Sends canary orders to one source."""

    def __init__(self, perch: Perch, line: Line, archive: Archive, board: Board) -> None:
        self._perch = perch
        self._line = line
        self._archive = archive
        self._board = board
        self._clock = board.clock

    async def run(self, minutes: float) -> None:
        """Until cancelled."""
        while True:
            await self.send()
            await asyncio.sleep(minutes * 60.0)

    async def send(self) -> Canaried:
        """One canary order, until it is confirmed or late."""
        began = self._clock.now()
        try:
            message = await self._sent(await self._posted(began))
        except _Late as late:
            self._say(str(late))
            return self._noted(Canaried(began))
        seconds = (message - began).total_seconds()
        telemetry.CANARY_SECONDS.labels(self._perch.name).set(seconds)
        telemetry.CANARY_SUCCESS.labels(self._perch.name).set(message.timestamp())
        self._say(None)
        return self._noted(Canaried(began, round(seconds, 3)))

    async def _posted(self, now: datetime) -> str:
        """The id of the message that is owed for it. Raises _Late: there will be none."""
        perch = self._perch
        body = perch.sample.made(int(now.timestamp() * 1_000), now)
        signed = perch.scheme.signed(body, perch.secret, url=perch.url, at=now)
        headers = {"content-type": "application/json", **perch.sample.headers, **signed}
        try:
            reply = await self._line.send(Ask(perch.door, "POST", headers, body))
        except ShopError as fault:
            raise _Late(f"our own door did not answer a canary order: {fault}") from None
        told = _told(reply)
        if reply.status != 200:
            raise _Late(f"our own door answered a canary order with {reply.status}: {told.title}")
        if not told.messages:
            why = told.reason or told.ignored or told.outcome
            raise _Late(f"no confirmation is owed for a canary order: {why}")
        return told.messages[0]

    async def _sent(self, message_id: str) -> datetime:
        """When the message was sent. Raises _Late."""
        until = self._clock.seconds() + LATE_SECONDS
        message: MessageView | None = None
        while self._clock.seconds() < until:
            message = await self._archive.message(message_id)
            if message is not None and message.sent_at is not None:
                return message.sent_at
            if message is not None and message.status in _ENDED:
                raise _Late(f"a canary order's confirmation is {message.status}: {message.reason}")
            await asyncio.sleep(_POLL_SECONDS)
        state = "not there" if message is None else message.status
        raise _Late(f"a canary order's confirmation is {state} after {LATE_SECONDS:g} s")

    def _noted(self, canary: Canaried) -> Canaried:
        self._board.states[self._perch.name].canary = canary
        return canary

    def _say(self, words: str | None) -> None:
        """Once per change."""
        if not self._board.fault(self._perch.name, "canary", words):
            return
        if words is not None:
            telemetry.log().error(
                "a canary order was not confirmed in time",
                action="canary.late",
                source=self._perch.name,
                reason=words,
            )
        else:
            telemetry.log().info(
                "canary orders are confirmed again",
                action="canary.confirmed",
                source=self._perch.name,
            )


class _Told(msgspec.Struct):
    """What the door says (see `flow.receive`)."""

    messages: Sequence[str] = ()
    outcome: str = ""
    title: str = ""
    ignored: str = ""
    reason: str = ""


def _told(reply: Reply) -> _Told:
    try:
        return msgspec.json.decode(reply.body, type=_Told)
    except msgspec.DecodeError:
        return _Told(title="no JSON")
