"""Several routes in a row behind the interface of one."""

from collections.abc import Sequence

from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope
from twofifty.deliver.routes.evidence import failed_as_route


class Failover:
    """The next route is tried only when one failed as a route, and never once the final dot may
    have left: a server's word about the mail stands, and a doubt must be settled, not doubled."""

    def __init__(self, first: Channel, *others: Channel) -> None:
        self._channels = (first, *others)

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """The outcome of the first route that did not fail as a route, else the most hopeful."""
        return await first_that_works(self._channels, envelope, dot)

    async def close(self) -> None:
        """Closes every route."""
        for channel in self._channels:
            await channel.close()


async def first_that_works(channels: Sequence[Channel], envelope: Envelope, dot: Dot) -> Outcome:
    """Offers the mail to one after another (at least one) until one does not fail as a route."""
    outcome = await channels[0].send(envelope, dot)
    for channel in channels[1:]:
        if not failed_as_route(outcome):
            break
        outcome = _more_hopeful(outcome, await channel.send(envelope, dot))
    return outcome


def _more_hopeful(before: Outcome, after: Outcome) -> Outcome:
    """Of two routes that failed: the one that has room soonest, where only our own limits stand in
    the way; else the one that was tried, for then this was an attempt; else the later one."""
    return before if failed_as_route(after) and _rank(before) < _rank(after) else after


def _rank(outcome: Outcome) -> tuple[int, float]:
    if not isinstance(outcome, Deferred) or not outcome.waiting:
        return 1, 0.0
    return (2 if outcome.connection else 0), outcome.retry_after or 0.0
