"""Where the mail of canary orders ends: taken, and mailed to nobody."""

from twofifty.deliver.outcome import Accepted, Fenced, Outcome, Reply
from twofifty.deliver.ports import Dot, Envelope

ROUTE = "the sink"
_TAKEN = Accepted(Reply(250, "a canary order: mailed to nobody", "2.0.0"), ROUTE)


class Sink:
    """A `deliver.ports.Channel` that takes everything, keeps nothing, and reaches no network."""

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`: journalled like any other mail."""
        return _TAKEN if await dot() else Fenced()

    async def close(self) -> None:
        """Nothing to end."""
