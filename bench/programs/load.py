"""`python -m bench.programs.load PORT POSTS ANSWERS`: orders by HTTP/1.1 over kept connections.

POSTS has for each request four bytes of length (big endian) and a MessagePack pair (name, request
bytes); it is read as it is sent. Each connection has one request at a time. A
503 or a broken connection is tried again. With `--pace` requests are due at fixed times, whether or
not there were answers to those before (an open loop), and wait for a free connection; without it
they go as fast as they are answered. ANSWERS gets a MessagePack map: `cpu`, the seconds of
processor time of this process, and `answers`, a list of (name, status, due, answered), both times
monotonic seconds.
"""

import argparse
import asyncio
import resource
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import uvloop

PAUSE = 0.02
AGAIN = 503
_decoded = msgspec.msgpack.Decoder(tuple[str, bytes])


class Waiting(msgspec.Struct):
    """A request and when it was to be sent."""

    name: str
    request: bytes
    due: float = 0.0


class Run:
    """All requests of one run."""

    def __init__(self, port: int, posts: Iterator[Waiting], connections: int) -> None:
        self.port = port
        self.posts = posts
        self.due: deque[Waiting] = deque()
        self.answers: list[tuple[str, int, float, float]] = []
        self.ended = asyncio.Event()
        self.open = 0
        self.more = True
        self.paced = False
        self.idle: list[Link] = []
        self.links = [Link(self) for _ in range(connections)]

    async def go(self, pace: float | None) -> None:
        """Returns once everything is answered."""
        self.paced = pace is not None
        await asyncio.gather(*(link.connect() for link in self.links))
        if pace is not None:
            await self._paced(1 / pace)
        await self.ended.wait()

    async def _paced(self, gap: float) -> None:
        due = time.monotonic()
        for post in self.posts:
            # uvloop's timers are exact to the millisecond, and sometimes that much too early.
            while (pause := due - time.monotonic()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(pause)
            post.due = due
            self.due.append(post)
            self.wake()
            due += gap
        self.more = False
        self._end()

    def wake(self) -> None:
        """Gives what is due to connections that have nothing to do."""
        while self.idle and (post := self._next()) is not None:
            self.open += 1
            self.idle.pop().send(post)

    def _next(self) -> Waiting | None:
        if self.paced:
            return self.due.popleft() if self.due else None
        post = next(self.posts, None)
        self.more = post is not None
        return post

    def answered(self, post: Waiting, status: int) -> None:
        """Books an answer."""
        self.answers.append((post.name, status, post.due, time.monotonic()))
        self.open -= 1

    def _end(self) -> None:
        if not (self.more or self.open or self.due):
            self.ended.set()

    def free(self, link: "Link") -> None:
        """A connection has nothing to do."""
        self.idle.append(link)
        self.wake()
        self._end()


class Link(asyncio.Protocol):
    """One connection, made again whenever it breaks."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._transport: asyncio.WriteTransport | None = None
        self._post: Waiting | None = None
        self._buffer = b""

    async def connect(self) -> None:
        """Tries until there is a connection, and takes up what was not answered."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.create_connection(lambda: self, "127.0.0.1", self._run.port)
                break
            except OSError:
                await asyncio.sleep(PAUSE)
        if self._post is None:
            self._run.free(self)
        else:
            self.send(self._post)

    def send(self, post: Waiting) -> None:
        """Sends one request."""
        self._post = post
        post.due = post.due or time.monotonic()
        if self._transport is not None:
            self._transport.write(post.request)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._buffer = cast("asyncio.WriteTransport", transport), b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end or self._post is None or len(rest) < _length(head):
            return
        status, self._buffer = int(head[9:12]), b""
        if status == AGAIN:
            asyncio.get_running_loop().call_later(PAUSE, self.send, self._post)
            return
        post, self._post = self._post, None
        self._run.answered(post, status)
        self._run.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self in self._run.idle:
            self._run.idle.remove(self)
        if not self._run.ended.is_set():
            self._again = asyncio.get_running_loop().create_task(self.connect())


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def main() -> None:
    """Reads the command line, sends, writes the answers."""
    parser = argparse.ArgumentParser(prog="python -m bench.programs.load")
    parser.add_argument("port", type=int)
    parser.add_argument("posts", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--pace", type=float, help="requests a second")
    told = parser.parse_args()
    with told.posts.open("rb") as file:
        run = uvloop.run(_ran(told.port, _posts(file), told.connections, told.pace))
    used = resource.getrusage(resource.RUSAGE_SELF)
    said = {"cpu": used.ru_utime + used.ru_stime, "answers": run.answers}
    told.answers.write_bytes(msgspec.msgpack.encode(said))


def _posts(file: BinaryIO) -> Iterator[Waiting]:
    while head := file.read(4):
        name, request = _decoded.decode(file.read(int.from_bytes(head, "big")))
        yield Waiting(name, request)


async def _ran(port: int, posts: Iterator[Waiting], connections: int, pace: float | None) -> Run:
    run = Run(port, posts, connections)
    await run.go(pace)
    return run


if __name__ == "__main__":
    main()
