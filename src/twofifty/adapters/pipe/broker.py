"""The intake process writes a byte, the worker wakes. An end of file means the intake is gone.

A full pipe already holds news, so a byte that does not fit is not missed.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable

from twofifty.adapters.memory.broker import MemoryBroker

_NEWS = b"!"


class PipeTeller:
    """The intake's end: tells every pipe that was added."""

    def __init__(self) -> None:
        self._pipes: set[int] = set()
        self._own = MemoryBroker()

    def add(self, pipe: int) -> None:
        """A worker listens on the other end of file descriptor `pipe`."""
        os.set_blocking(pipe, False)
        self._pipes.add(pipe)

    def remove(self, pipe: int) -> None:
        """That worker has ended."""
        self._pipes.discard(pipe)

    def announce(self) -> None:
        """See `queue.ports.Broker`."""
        self._own.announce()
        for pipe in self._pipes:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                os.write(pipe, _NEWS)

    async def wait(self, seconds: float) -> bool:
        """See `queue.ports.Broker`: for a worker inside the intake process itself."""
        return await self._own.wait(seconds)

    async def close(self) -> None:
        """See `queue.ports.Broker`."""
        await self._own.close()
        self._pipes.clear()


class PipeListener(MemoryBroker):
    """The worker's end. `gone` is called once when the intake process has ended."""

    def __init__(self, pipe: int, gone: Callable[[], None]) -> None:
        super().__init__()
        self._pipe = pipe
        self._gone = gone
        os.set_blocking(pipe, False)
        asyncio.get_running_loop().add_reader(pipe, self._hear)

    def _hear(self) -> None:
        if os.read(self._pipe, 65_536):
            self.announce()
            return
        asyncio.get_running_loop().remove_reader(self._pipe)
        self._gone()
        self.announce()
