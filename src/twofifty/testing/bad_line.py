"""A line between a client and a receiver that goes bad at one word of SMTP: RSET, QUIT."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import Future

from twofifty.testing.moment import Drop, Hang, Raw, Reset, Say
from twofifty.testing.receiver.replies import said

_PATIENCE = 10.0
_RST = struct.pack("ii", 1, 0)

Fault = Say | Raw | Hang | Drop | Reset
"""What can go wrong at a word: another reply, none, or the end of the line."""


class BadLine:
    """Passes everything on to `port` of loopback, but for the command `word`, which it answers
    itself as `fault` says. `hits` counts how often that was. `port` is where it listens."""

    def __init__(self, port: int, word: bytes, fault: Fault) -> None:
        self.port = 0
        self.hits = 0
        self._next = port
        self._command = word + b"\r\n"
        self._fault = fault

    async def start(self) -> asyncio.Server:
        """Listens."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", self._next)
        back = asyncio.create_task(_pump(inner, writer))
        try:
            await self._forth(reader, writer, outer)
        except ConnectionError:
            pass  # the client left
        finally:
            back.cancel()
            outer.transport.abort()
            writer.close()

    async def _forth(
        self, client: asyncio.StreamReader, writer: asyncio.StreamWriter, outer: asyncio.StreamWriter
    ) -> None:
        """A client sends these words alone, and waits for the reply."""
        while data := await client.read(65_536):
            if data != self._command:
                outer.write(data)
                await outer.drain()
                continue
            self.hits += 1
            if not await self._go_bad(client, writer):
                return

    async def _go_bad(self, client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the line still stands."""
        match self._fault:
            case Say():
                writer.write(said(self._fault))
                return self._fault.code != 421
            case Raw(data):
                writer.write(data)
                return True
            case Hang():
                while await client.read(65_536):
                    pass
            case Reset():
                one: socket.socket = writer.get_extra_info("socket")
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
                writer.transport.abort()
            case Drop():
                pass
        return False


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
        sink.close()


@contextlib.contextmanager
def running_line(port: int, word: bytes, fault: Fault) -> Iterator[BadLine]:
    """A bad line in a thread with its own event loop."""
    line = BadLine(port, word, fault)
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_run(line, started)), daemon=True)
    thread.start()
    loop, ended = started.result(_PATIENCE)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(_PATIENCE)


async def _run(
    line: BadLine, started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]"
) -> None:
    server = await line.start()
    ended = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), ended))
    await ended.wait()
    server.close()
