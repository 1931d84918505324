"""A route that is journalled with every dot that leaves by it."""

from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope, RoutedDot


class Named:
    """Tells the dot its name, so that a doubt is asked about where it arose, even where the process
    died before it could say so."""

    def __init__(self, channel: Channel, label: str) -> None:
        self._channel = channel
        self._label = label

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        journal: object = dot
        if isinstance(journal, RoutedDot):
            journal.leaves_by(self._label)
        return await self._channel.send(envelope, dot)

    async def close(self) -> None:
        await self._channel.close()
