"""A TCP line that can be cut: a relay in front of a server, in the test's own event loop."""

import asyncio
import contextlib


class CutLine:
    """Relays connections to `port` on loopback. While it is `down` every connection is refused;
    while it is `frozen` nothing passes and nobody is told."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.down = False
        self._to = port
        self._passing = asyncio.Event()
        self._passing.set()
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begins to relay, on `self.port`."""
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Breaks every connection that there is."""
        for writer in self._lines:
            writer.transport.abort()
        self._lines.clear()

    def freeze(self) -> None:
        """Nothing passes from now on."""
        self._passing.clear()

    def thaw(self) -> None:
        """Everything passes again, what waited first."""
        self._passing.set()

    async def close(self) -> None:
        """Ends it."""
        self.thaw()
        self.cut()
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        self._lines |= {writer, far_writer}
        for pair in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pass(*pair))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
