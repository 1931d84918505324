"""News of work inside one process."""

import asyncio


class MemoryBroker:
    """`queue.ports.Broker` for workers in the process that announces."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def announce(self) -> None:
        """See `queue.ports.Broker`."""
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """See `queue.ports.Broker`."""
        try:
            # Not `wait_for`, which in Python 3.11 forgets a cancellation that comes with the news.
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def close(self) -> None:
        """See `queue.ports.Broker`."""
        self._news.set()
