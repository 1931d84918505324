"""A mail server that does what a script says, step by step, and remembers what it was sent.

Steps are `greeting`, the verbs in capitals, `dot`, and `line` for whatever is no verb. A list of
acts is used up one by one, the last one for ever.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Act = Callable[[asyncio.StreamWriter], Awaitable[bytes]]
Script = dict[str, Act | list[Act]]


def say(text: str | bytes) -> Act:
    """Answers with these lines."""
    data = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode() + b"\r\n"

    async def act(writer: asyncio.StreamWriter) -> bytes:
        writer.write(data)
        await writer.drain()
        return data

    return act


def last_words(text: str) -> Act:
    """Answers, then closes."""

    async def act(writer: asyncio.StreamWriter) -> bytes:
        await say(text)(writer)
        raise ConnectionAbortedError

    return act


async def drop(writer: asyncio.StreamWriter) -> bytes:
    """Closes without a word."""
    raise ConnectionAbortedError


async def hang(writer: asyncio.StreamWriter) -> bytes:
    """Never answers."""
    return await asyncio.sleep(3600, b"")


async def drip(writer: asyncio.StreamWriter) -> bytes:
    """A reply that never ends, a byte at a time."""
    while True:
        writer.write(b"2")
        await asyncio.sleep(0.01)
        for byte in b"50-slowly\r\n":
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.01)


def ehlo(*extensions: str) -> Act:
    """The answer to EHLO."""
    lines = ["mx.example.com", *extensions]
    return say("\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))


_DEFAULT: Script = {
    "greeting": say("220 mx.example.com ESMTP"),
    "EHLO": ehlo("PIPELINING", "8BITMIME"),
    "HELO": say("250 mx.example.com"),
    "STARTTLS": say("220 2.0.0 go ahead"),
    "AUTH": say("235 2.7.0 welcome"),
    "MAIL": say("250 2.1.0 ok"),
    "RCPT": say("250 2.1.5 ok"),
    "DATA": say("354 go ahead"),
    "dot": say("250 2.0.0 queued as 4711"),
    "RSET": say("250 2.0.0 ok"),
    "QUIT": last_words("221 2.0.0 bye"),
    "line": say("500 5.5.2 what?"),
}


@dataclass
class Receiver:
    """What came: command lines, chunks as they were read, whole bodies, bodies without a dot."""

    script: Script
    tls: ssl.SSLContext | None = None
    port: int = 0
    lines: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    unfinished: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    handlers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def verbs(self) -> list[str]:
        return [line.split()[0].upper() for line in self.lines]

    async def ended(self) -> None:
        """Waits until every connection is over."""
        if self.handlers:
            await asyncio.wait(self.handlers)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as a task that the test can end."""
        task = asyncio.ensure_future(self._converse(reader, writer))
        self.handlers.add(task)
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await task
        self.open_now -= 1
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._act("greeting", writer)
        while True:
            line = (await reader.readuntil(b"\r\n")).decode("utf-8", "replace").strip()
            self.lines.append(line)
            verb = line.split()[0].upper() if line else "line"
            said = await self._act(verb if verb in _DEFAULT else "line", writer)
            if verb == "STARTTLS" and said.startswith(b"220") and self.tls:
                await writer.start_tls(self.tls)
            if verb == "DATA" and said.startswith(b"354"):
                await self._body(reader)
                await self._act("dot", writer)

    async def _body(self, reader: asyncio.StreamReader) -> None:
        body = b""
        while not (b"\r\n" + body).endswith(b"\r\n.\r\n"):
            try:
                body += await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError as error:
                self.unfinished.append(body + error.partial)
                raise
            except ConnectionError:
                self.unfinished.append(body)
                raise
        self.bodies.append(body[:-3])

    async def _act(self, step: str, writer: asyncio.StreamWriter) -> bytes:
        act = self.script.get(step, _DEFAULT[step])
        if isinstance(act, list):
            act = act.pop(0) if len(act) > 1 else act[0]
        return await act(writer)


@contextlib.asynccontextmanager
async def receiver(
    script: Script | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
) -> AsyncIterator[Receiver]:
    """Runs a `Receiver` on a free port of loopback."""
    one = Receiver(script or {}, tls)
    server = await asyncio.start_server(
        one.handle, "127.0.0.1", 0, ssl=tls if implicit else None, limit=1 << 22
    )
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for task in one.handlers:
            task.cancel()
        await asyncio.sleep(0.01)
