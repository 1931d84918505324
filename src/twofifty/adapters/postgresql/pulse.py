"""Whether anything has changed since one looked last, here or in another process."""

import asyncio

from twofifty.adapters.postgresql.signals import CHANGED, Signals
from twofifty.adapters.postgresql.url import Target

LATER = 0.5
"""Seconds after the first commit until others are told: what is over by then has nobody to tell."""


class Pulse:
    """A number that differs after anybody has committed, as far as is heard."""

    def __init__(self, target: Target) -> None:
        self._signals = Signals(target, self._hear)
        self._count = 0
        self._begun = False

    def changed(self) -> None:
        """We have committed."""
        self._count += 1
        self._signals.say(CHANGED)
        if not self._begun:
            self._begun = True
            asyncio.get_running_loop().call_later(LATER, self._begin)

    def version(self) -> int:
        """See `relational.ports.Reader`. While nothing can be heard it differs twice a second."""
        self._begun = True
        self._begin()
        if self._signals.listens:
            return self._count
        return -int(asyncio.get_running_loop().time() * 2)

    async def close(self) -> None:
        """Ends the listening."""
        await self._signals.close()

    def _begin(self) -> None:
        self._signals.start()

    def _hear(self, channel: str) -> None:
        self._count += channel == CHANGED
