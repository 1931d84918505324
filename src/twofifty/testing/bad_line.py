"""A line between a client and a server that goes bad at one word of SMTP: RSET, QUIT, the dot."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from twofifty.testing.aside import served_aside
from twofifty.testing.moment import Drop, Hang, Raw, Reset, Say
from twofifty.testing.receiver.replies import said

_RST = struct.pack("ii", 1, 0)

Fault = Say | Raw | Hang | Drop | Reset
"""What can go wrong at a word: another reply, none, or the end of the line."""


class When(msgspec.Struct, frozen=True):
    """Every `every`th time. `passed`: the server hears the word all the same, and it is its reply
    that is lost."""

    every: int = 1
    passed: bool = False


ALWAYS: Final = When()


class BadLine:
    """Passes everything on to `port` of loopback, but for the command `word`, which it answers
    itself as `fault` says. `hits` counts how often that was. `port` is where it listens."""

    def __init__(self, port: int, word: bytes, fault: Fault, when: When = ALWAYS) -> None:
        self.port = 0
        self.hits = 0
        self._words = 0
        self._next = port
        self._command = word + b"\r\n"
        self._fault = fault
        self._when = when
        self._well = False

    def heal(self) -> None:
        """From now on it passes everything on."""
        self._well = True

    async def start(self) -> asyncio.Server:
        """Listens."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", self._next)
        back = asyncio.create_task(_pump(inner, writer))
        try:
            word = await self._forth(reader, outer)
            if word:
                back.cancel()
                await self._passed_on(word, inner, outer)
                await self._go_bad(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client left, or the line is being taken down
        finally:
            back.cancel()
            outer.transport.abort()
            writer.close()

    async def _forth(self, client: asyncio.StreamReader, outer: asyncio.StreamWriter) -> bytes:
        """Until the word comes whose turn it is, or the client leaves: what of the word was not
        passed on yet. More may follow it at once (RFC 2920), and is lost with the line."""
        mark = b"\r\n" + self._command
        seen = b"\r\n"
        while data := await client.read(65_536):
            before = len(seen)
            seen += data
            at = seen.upper().find(mark)
            while at >= 0:
                end = at + len(mark)
                if self._is_due():
                    begin = max(at + 2, before)
                    outer.write(seen[before:begin])
                    return seen[begin:end]
                at = seen.upper().find(mark, end - 2)
            outer.write(data)
            await outer.drain()
            seen = seen[-len(mark) + 1 :]
        return b""

    def _is_due(self) -> bool:
        self._words += 1
        due = not self._well and self._words % self._when.every == 0
        self.hits += due
        return due

    async def _passed_on(
        self, word: bytes, inner: asyncio.StreamReader, outer: asyncio.StreamWriter
    ) -> None:
        if self._when.passed:
            outer.write(word)
            await inner.readline()

    async def _go_bad(self, client: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Whatever follows, this line is of no more use."""
        match self._fault:
            case Say():
                writer.write(said(self._fault))
            case Raw(data):
                writer.write(data)
            case Reset():
                one: socket.socket = writer.get_extra_info("socket")
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
                writer.transport.abort()
            case Drop():
                return
        while await client.read(65_536):
            pass


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
        sink.close()


@contextlib.contextmanager
def running_line(port: int, word: bytes, fault: Fault, when: When = ALWAYS) -> Iterator[BadLine]:
    """A bad line in a thread with its own event loop."""
    line = BadLine(port, word, fault, when)
    with served_aside(line.start):
        yield line
