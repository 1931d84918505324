"""Asking a shop's API: runs a dialogue politely, with patience that has an end.

A reply of 429 or 503 is waited out as long as it asks for, if that is short; faults of the network
and of the server are repeated where repeating cannot do harm; everything longer is the caller's to
try again later. No key, and nothing that a shop answered, reaches a log or an error but its status.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import msgspec

from twofifty.clock import Clock
from twofifty.errors import BadInput, ShopBusy, ShopError
from twofifty.intake.loose import Unreadable
from twofifty.intake.shop import Access, Ask, Dialogue, Reply

T = TypeVar("T")

PAUSES = (0.5, 2.0, 5.0)
"""Seconds before each repetition of one request."""
LONGEST_PAUSE = 30.0
"""A shop that asks for a longer one is asked again by whoever wanted to know."""
AT_ONCE = 4
MOST_ASKS = 200
"""Requests in one dialogue, kept tokens aside."""
_MOST_STEPS = 10 * MOST_ASKS
_TOKEN_MARGIN = 60.0
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_LATER = (429, 503)
_REFUSED = (401, 403)


class Line(Protocol):
    """The way to a shop."""

    async def send(self, ask: Ask) -> Reply:
        """Any reply at all, of bounded size, within bounded time.

        Raises ShopBusy where nothing came back, ShopError where it can never come."""
        ...

    async def close(self) -> None:
        """Ends kept connections."""
        ...


class Asker:
    """Runs the dialogues of one shop, at most four requests at a time."""

    def __init__(
        self,
        line: Line,
        access: Access,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._line = line
        self.access = access
        self._clock = clock
        self._sleep = sleep
        self._tokens: dict[str, tuple[float, Reply]] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._not_before = 0.0

    async def run(self, dialogue: Dialogue[T]) -> T:
        """What the dialogue comes to.

        Raises ShopBusy: ask again later. ShopError: the shop refuses, or answers what cannot be
        understood."""
        sent = 0
        try:
            ask = next(dialogue)
            for _ in range(_MOST_STEPS):
                reply = self._kept(ask)
                sent += reply is None
                if sent > MOST_ASKS:
                    break
                ask = dialogue.send(reply or await self._answer(ask))
        except StopIteration as end:
            found: T = end.value
            return found
        except BadInput as bad:
            places = "; ".join(f"{one.path}: {one.message}" for one in bad.problems[:3])
            raise ShopError(f"the shop's answer cannot be used: {bad.title} ({places})") from None
        except Unreadable as fault:
            raise ShopError(f"the shop's answer cannot be used: {fault.wants}") from None
        raise ShopError(f"one question took more than {MOST_ASKS} requests")

    async def close(self) -> None:
        """Ends kept connections."""
        await self._line.close()

    def _kept(self, ask: Ask) -> Reply | None:
        """A token that still lives."""
        until, kept = self._tokens.get(ask.keep, (0.0, None))
        return kept if self._clock.seconds() < until else None

    async def _answer(self, ask: Ask) -> Reply:
        reply = await self._patiently(ask)
        if ask.keep:
            lives = _lifetime(reply)
            self._tokens[ask.keep] = (self._clock.seconds() + lives - _TOKEN_MARGIN, reply)
        return reply

    async def _patiently(self, ask: Ask) -> Reply:
        for pause in PAUSES:
            try:
                return self._accepted(await self._send(ask))
            except ShopBusy as busy:
                wanted = busy.retry_after
                if (wanted or 0.0) > LONGEST_PAUSE or not _repeatable(ask, busy):
                    raise
                await self._sleep(max(pause, wanted or 0.0))
        return self._accepted(await self._send(ask))

    async def _send(self, ask: Ask) -> Reply:
        async with self._turn:
            wait = self._not_before - self._clock.seconds()
            if 0 < wait <= LONGEST_PAUSE:
                await self._sleep(wait)
            return await self._line.send(_absolute(ask, self.access.url))

    def _accepted(self, reply: Reply) -> Reply:
        """A reply for the dialogue. Raises ShopBusy and ShopError for every other."""
        status = reply.status
        if 200 <= status < 300 or status == 404:
            return reply
        if status in _BUSY:
            after = _seconds(reply.headers.get("retry-after"))
            if status in _LATER and after is not None:
                self._not_before = self._clock.seconds() + after
            raise ShopBusy(f"the shop answers {status}", after if status in _LATER else None)
        if status in _REFUSED:
            self._tokens.clear()
            raise ShopError(f"the shop refuses the key ({status}); check api_key and its rights")
        if 300 <= status < 400:
            raise ShopError(f"the shop redirects ({status}); write its final address into api_url")
        raise ShopError(f"the shop refuses the request ({status})")


def _repeatable(ask: Ask, busy: ShopBusy) -> bool:
    """Whether asking twice is the same as asking once: what was turned away was not done."""
    return ask.method == "GET" or bool(ask.keep) or busy.retry_after is not None


def _absolute(ask: Ask, base: str) -> Ask:
    if ask.url.startswith(("https://", "http://")):
        return ask
    if not base:
        raise ShopError("api_url is not set for this source")
    return msgspec.structs.replace(ask, url=base.rstrip("/") + ask.url)


def _seconds(stated: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110 10.2.3); the form with a date counts as a minute."""
    if not stated:
        return None
    text = stated.strip()
    whole = text.partition(".")[0]
    number = whole.isdecimal() and text.replace(".", "", 1).isdecimal() and text.isascii()
    return float(text) if number else 60.0


class _Token(msgspec.Struct):
    expires_in: float | str | None = None


def _lifetime(reply: Reply) -> float:
    """How long a token lives (RFC 6749 5.1); an hour where it does not say."""
    try:
        said = msgspec.json.decode(reply.body, type=_Token).expires_in
        return float(said) if said is not None else 3_600.0
    except (msgspec.DecodeError, ValueError):
        return 0.0
