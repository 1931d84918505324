"""Several routes in a row behind the interface of one."""

from twofifty.deliver.outcome import Deferred, Outcome, Refused
from twofifty.deliver.ports import Channel, Dot, Envelope


class Failover:
    """The next route is tried only when one failed as a route, and never once the dot is
    journalled: a server's word about the mail stands, and a doubt must be settled, not doubled."""

    def __init__(self, first: Channel, *others: Channel) -> None:
        self._first = first
        self._others = others

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """The outcome of the first route that did not fail as a route, else of the last."""
        outcome = await self._first.send(envelope, dot)
        for channel in self._others:
            if not _route_failed(outcome):
                break
            outcome = await channel.send(envelope, dot)
        return outcome

    async def close(self) -> None:
        """Closes every route."""
        for channel in (self._first, *self._others):
            await channel.close()


def _route_failed(outcome: Outcome) -> bool:
    """No connection, or a word that is about us and not about the mail (530: log in first)."""
    match outcome:
        case Deferred(connection=True, phase=phase) | Refused(about="route", phase=phase):
            return phase != "dot"
        case _:
            return False
