"""A route by which mail leaves no faster, and no more at a time, than was agreed."""

import asyncio
from collections.abc import Awaitable, Callable

from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope
from twofifty.deliver.routes import paces
from twofifty.deliver.routes.evidence import domain_of
from twofifty.deliver.routes.pace import Pace, Speed
from twofifty.deliver.routes.places import Places
from twofifty.deliver.routes.recent import Recent
from twofifty.deliver.routes.terms import RouteTerms
from twofifty.deliver.routes.times import SYSTEM, Times

IN_MEMORY = 2.0
"""Seconds for which a mail may wait here. What must wait longer goes back into the queue, so that
it takes no place of work in flight from mail for others."""
LONGEST_AWAY = 120.0
SHORTEST = 0.05

Sleep = Callable[[float], Awaitable[None]]


class Limited:
    """Keeps the rates of `terms`, and how many mails are on their way at once."""

    def __init__(
        self,
        channel: Channel,
        label: str,
        terms: RouteTerms,
        times: Times = SYSTEM,
        share: float = 1.0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._channel = channel
        self._label = label
        self._times = times
        self._sleep = sleep
        self._paces = paces.Paces(terms, times.today, share)
        self._places = Places(terms.places, terms.for_one_domain, times.now)
        self._away: Recent[str, Pace] = Recent()

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        domain = domain_of(envelope.recipient)
        away = 0.0 if self._paces.free else await self._in_turn(domain)
        if away > 0:
            return self._later("its rate", away)
        taken = await self._places.take(domain, IN_MEMORY)
        if taken is None:
            return self._later("its number of connections", self._booked(domain))
        try:
            return await self._channel.send(envelope, dot)
        finally:
            self._places.leave(domain, taken)

    async def close(self) -> None:
        await self._channel.close()

    async def _in_turn(self, domain: str) -> float:
        """Waits until a mail for `domain` may leave: 0. Else how many seconds it has to stay away,
        because that would take too long."""
        now = self._times.now()
        limits = self._paces.limits(domain)
        wait = paces.turn_in(limits, now) or paces.wait(limits, now)
        if wait <= 0:
            return 0.0
        if wait > IN_MEMORY:
            return paces.book(limits, now)
        paces.line(limits, 1)
        try:
            return await self._waited(limits, wait, now + 2 * IN_MEMORY)
        finally:
            paces.line(limits, -1)

    async def _waited(self, limits: paces.Limits, wait: float, until: float) -> float:
        while wait > 0 and self._times.now() < until:
            await self._sleep(wait)
            wait = paces.wait(limits, self._times.now())
        return paces.book(limits, self._times.now()) if wait > 0 else 0.0

    def _booked(self, domain: str) -> float:
        """When to come back: those that are sent away come back one after another."""
        speed = Speed(1 / max(self._places.expected(domain), SHORTEST))
        pace = self._away.get(domain) or self._away.put(domain, Pace())
        return min(max(IN_MEMORY, pace.book(self._times.now(), speed)), LONGEST_AWAY)

    def _later(self, what: str, wait: float) -> Deferred:
        reason = f"{self._label} is at {what} for now; the mail waits its turn."
        return Deferred(reason, "connect", self._label, retry_after=wait, waiting=True)
