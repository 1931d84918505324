"""A TCP line on which answers can be held back, in a thread of its own: what stands behind it has
done what it was asked, and whoever asked does not know."""

import asyncio
import contextlib
from collections.abc import Iterator

from twofifty.testing.aside import served_aside


class HeldLine:
    """Relays connections to `port` of loopback; `port` is then where it listens. While it is held
    nothing comes back, on connections on which `word` went forth (b"": on all). It counts those
    that wait so. Requests always pass."""

    def __init__(self, port: int, word: bytes = b"") -> None:
        self.port = 0
        self._to = port
        self._word = word
        self._rest = max(0, len(word) - 1)
        self._holds = False
        self._held: set[int] = set()
        self._freed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def hold(self) -> None:
        """From now on nothing comes back."""
        self._holds = True

    def let_go(self) -> None:
        """Everything comes back, what waited first."""
        self._holds = False
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._free)

    def waiting(self) -> int:
        """On how many connections `word` went forth since it is held."""
        return len(self._held)

    async def start(self) -> asyncio.Server:
        """Listens."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    def _free(self) -> None:
        self._held.clear()
        self._freed.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", self._to)
        number = id(writer)
        back = asyncio.create_task(self._back(number, inner, writer))
        with contextlib.suppress(ConnectionError):
            await self._forth(number, reader, outer)
        outer.close()
        with contextlib.suppress(ConnectionError):
            await back

    async def _forth(
        self, number: int, client: asyncio.StreamReader, outer: asyncio.StreamWriter
    ) -> None:
        seen = b""
        while data := await client.read(65_536):
            seen += data
            # Before it is passed on: its answer may be here at once.
            if self._holds and self._word in seen:
                self._held.add(number)
                self._freed.clear()
            outer.write(data)
            await outer.drain()
            seen = seen[len(seen) - self._rest :] if len(seen) > self._rest else seen

    async def _back(
        self, number: int, inner: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        while data := await inner.read(65_536):
            if number in self._held:
                await self._freed.wait()
            client.write(data)
            await client.drain()
        client.close()


@contextlib.contextmanager
def held_line(port: int, word: bytes = b"") -> Iterator[HeldLine]:
    """A line in a thread with its own event loop; nothing is held yet."""
    line = HeldLine(port, word)
    with served_aside(line.start):
        try:
            yield line
        finally:
            line.let_go()
