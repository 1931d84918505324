"""A route that is journalled with every dot that leaves by it."""

from typing import cast

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
        if _is_routed(dot):
            cast(RoutedDot, dot).leaves_by(self._label)
        return await self._channel.send(envelope, dot)

    async def close(self) -> None:
        await self._channel.close()


_ROUTED: dict[type, bool] = {}
"""Of each kind of dot whether it journals its route. Found out once: to ask it of each dot would
take longer than all the rest of a route."""


def _is_routed(dot: Dot) -> bool:
    kind = type(dot)
    if kind not in _ROUTED:
        _ROUTED[kind] = isinstance(dot, RoutedDot)
    return _ROUTED[kind]
