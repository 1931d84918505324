"""A channel that hands mails to a list, and answers what it is told to."""

from collections.abc import Callable

from twofifty.deliver.outcome import Accepted, Deferred, Fenced, Outcome, Refused, Reply
from twofifty.deliver.ports import Dot, Envelope

ROUTE = "memory"
TAKEN = Accepted(Reply(250, "taken", "2.0.0"), ROUTE)


class MemoryChannel:
    """`deliver.ports.Channel` in memory. `says` answers for each mail. What it accepts, and what
    it leaves in doubt, is in `taken`."""

    def __init__(self, says: Callable[[Envelope], Outcome] = lambda _: TAKEN) -> None:
        self.taken: list[Envelope] = []
        self.says = says
        self._closed = False

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        if self._closed:
            return Deferred("the channel is closed", "connect", ROUTE, connection=True)
        outcome = self.says(envelope)
        phase = outcome.phase if isinstance(outcome, Deferred | Refused) else None
        if phase not in (None, "dot"):
            return outcome
        if not await dot():
            return Fenced()
        if phase is None:
            self.taken.append(envelope)
        return outcome

    async def close(self) -> None:
        """See `deliver.ports.Channel`."""
        self._closed = True
