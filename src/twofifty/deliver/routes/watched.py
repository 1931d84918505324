"""A route whose health is noted."""

from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope
from twofifty.deliver.routes.evidence import domain_of, evidence
from twofifty.deliver.routes.health import Health
from twofifty.deliver.routes.times import SYSTEM, Times


class Watched:
    """Lets every mail through, and notes in `health` what came of it."""

    def __init__(self, channel: Channel, times: Times = SYSTEM) -> None:
        self.health = Health()
        self._channel = channel
        self._now = times.now

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        outcome = await self._channel.send(envelope, dot)
        self.health.heard(domain_of(envelope.recipient), evidence(outcome), self._now())
        return outcome

    def score(self, envelope: Envelope) -> float:
        """How well it serves the recipient's domain, from 0 to 1."""
        return self.health.score(domain_of(envelope.recipient), self._now())

    def probe_due(self, envelope: Envelope) -> bool:
        """See `Health.probe_due`."""
        return self.health.probe_due(domain_of(envelope.recipient), self._now())

    async def close(self) -> None:
        await self._channel.close()
