"""A route that learns how long domains greylist."""

import msgspec

from twofifty.deliver.outcome import Accepted, Deferred, Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope
from twofifty.deliver.routes.evidence import domain_of
from twofifty.deliver.routes.greylist import Greylists
from twofifty.deliver.routes.times import SYSTEM, Times


class Greylisting:
    """Gives a greylisted mail the time at which its domain will take it, where the server itself
    named none."""

    def __init__(self, channel: Channel, times: Times = SYSTEM) -> None:
        self._channel = channel
        self._now = times.now
        self._greylists = Greylists()

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        outcome = await self._channel.send(envelope, dot)
        if isinstance(outcome, Accepted):
            domain = domain_of(envelope.recipient)
            self._greylists.taken(envelope.message_id, domain, self._now())
        elif isinstance(outcome, Deferred) and outcome.greylisted:
            return self._dated(outcome, envelope)
        return outcome

    async def close(self) -> None:
        await self._channel.close()

    def _dated(self, outcome: Deferred, envelope: Envelope) -> Deferred:
        domain = domain_of(envelope.recipient)
        wait = self._greylists.put_off(envelope.message_id, domain, self._now())
        if wait is None or outcome.retry_after is not None:
            return outcome
        return msgspec.structs.replace(outcome, retry_after=wait)
