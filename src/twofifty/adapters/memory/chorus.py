"""Several ways of news as one."""

import asyncio
from collections.abc import Sequence

from twofifty.queue.ports import Broker


class Chorus:
    """`queue.ports.Broker` over several: tells all, and listens to each."""

    def __init__(self, *brokers: Broker) -> None:
        self._brokers: Sequence[Broker] = brokers

    def announce(self) -> None:
        """See `queue.ports.Broker`."""
        for broker in self._brokers:
            broker.announce()

    async def wait(self, seconds: float) -> bool:
        """See `queue.ports.Broker`."""
        waiting = [asyncio.ensure_future(broker.wait(seconds)) for broker in self._brokers]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return any(one.done() and one.result() for one in waiting)
        finally:
            for one in waiting:
                one.cancel()

    async def close(self) -> None:
        """See `queue.ports.Broker`."""
        for broker in self._brokers:
            await broker.close()
