"""Where messages of a channel leave, and how a doubt is settled there."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from twofifty.deliver.ports import Channel, Lookup
from twofifty.deliver.routes.capability import Capability
from twofifty.deliver.sink import Sink

_SETTLE = 900.0


class Doubts(Protocol):
    """What the routes behind a channel offer where a message is in doubt. `label`: the route that
    the doubt came from, empty where that is not known."""

    def capability_of(self, label: str) -> Capability:
        """What its next hop offers."""
        ...

    def lookup_for(self, label: str) -> Lookup | None:
        """Whom to ask; None: nobody."""
        ...

    def settle_for(self, label: str) -> float:
        """Seconds until a doubt may have settled."""
        ...

    def back_to(self, label: str) -> Channel | None:
        """The way on which the same bytes are known to be the same; None: any."""
        ...


class OneHop:
    """`Doubts` of a single next hop, asked by `lookup` where it can be."""

    def __init__(self, lookup: Lookup | None = None, settle: float = _SETTLE) -> None:
        self._lookup = lookup
        self._settle = settle

    def capability_of(self, label: str) -> Capability:
        """See `Doubts`."""
        return "nothing" if self._lookup is None else "lookup"

    def lookup_for(self, label: str) -> Lookup | None:
        """See `Doubts`."""
        return self._lookup

    def settle_for(self, label: str) -> float:
        """See `Doubts`."""
        return self._settle

    def back_to(self, label: str) -> Channel | None:
        """See `Doubts`."""
        return None


_BLIND = OneHop()


class Route(msgspec.Struct, frozen=True):
    """`copies`: how many a doubt may cost where nobody can be asked. What is of a canary order, or
    to one's address, goes to `sink` and nowhere else. `sources`: of sources with a rate of their
    own, the same channel behind it."""

    channel: Channel
    doubts: Doubts = _BLIND
    copies: int = 3
    sink: Channel = Sink()
    sources: Mapping[str, Channel] = {}

    def of(self, source: str) -> Channel:
        """The channel for a source's messages."""
        return self.sources.get(source, self.channel)
