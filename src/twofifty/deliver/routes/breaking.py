"""A route that is left alone while it keeps failing."""

import msgspec

from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope
from twofifty.deliver.routes.breaker import EXCUSED, Breakers
from twofifty.deliver.routes.evidence import domain_of, evidence
from twofifty.deliver.routes.times import SYSTEM, Times

LONGEST_AWAY = 600.0
_OPENING = frozenset({"connect", "greeting", "ehlo", "starttls", "auth"})


class Breaking:
    """Puts a mail off, without trying, while the route or the route's way to the recipient's domain
    is given a rest. That is no attempt of the mail's, nor is being the one that finds the route
    still dead, until this has gone on for hours. The longer it does, the longer mails stay away."""

    def __init__(self, channel: Channel, label: str, times: Times = SYSTEM) -> None:
        self._channel = channel
        self._label = label
        self._now = times.now
        self._breakers = Breakers()

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        domain, now = domain_of(envelope.recipient), self._now()
        wait = self._breakers.ready_in(domain, now)
        if wait > 0:
            return self._resting(domain, wait, now)
        seeing = self._breakers.begin(domain, now)
        try:
            outcome = await self._channel.send(envelope, dot)
        except BaseException:  # cancelled, or the journal failed: nothing was learnt
            self._breakers.abandoned(domain)
            raise
        named = outcome.retry_after if isinstance(outcome, Deferred) else None
        self._breakers.heard(domain, evidence(outcome), self._now(), named)
        return self._seen(outcome, domain) if seeing else outcome

    async def close(self) -> None:
        await self._channel.close()

    def _resting(self, domain: str, wait: float, now: float) -> Deferred:
        return Deferred(
            f"{self._label} keeps failing and is given a rest.",
            "connect",
            self._label,
            connection=True,
            retry_after=self._away(domain, wait, now),
            waiting=self._breakers.failing_for(domain, now) < EXCUSED,
        )

    def _seen(self, outcome: Outcome, domain: str) -> Outcome:
        """A mail that went to see whether the route is back is not charged for it."""
        now = self._now()
        if not isinstance(outcome, Deferred) or not outcome.connection:
            return outcome
        if outcome.phase not in _OPENING or self._breakers.failing_for(domain, now) >= EXCUSED:
            return outcome
        away = self._away(domain, self._breakers.ready_in(domain, now), now)
        return msgspec.structs.replace(outcome, retry_after=away, waiting=True)

    def _away(self, domain: str, wait: float, now: float) -> float:
        return max(wait, min(self._breakers.failing_for(domain, now) / 4, LONGEST_AWAY))
