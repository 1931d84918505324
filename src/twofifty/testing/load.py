"""Orders by HTTP as fast as the other side takes them: kept connections, one request at a time
each, and every request repeated until it is answered, for the service may be killed meanwhile."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator

import msgspec

RETRY_SECONDS = 0.02


class Post(msgspec.Struct, frozen=True):
    """One request: `path` with a leading slash, `headers` beyond the usual ones."""

    name: str
    path: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self, host: str) -> bytes:
        """The request as HTTP/1.1 bytes."""
        rows = [f"POST {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(self.body)}"]
        rows += ["Content-Type: application/json", *(f"{k}: {v}" for k, v in self.headers)]
        return ("\r\n".join(rows) + "\r\n\r\n").encode() + self.body


class Answered(msgspec.Struct, frozen=True):
    """What came back for a request, when (monotonic seconds), and how long after its last
    sending."""

    name: str
    status: int
    seconds: float
    at: float
    body: bytes
    tries: int = 1


class Load:
    """Posts over `connections` connections to `host`:`port`.

    `answered` grows as answers come in; a request without an answer, or with a 503, is sent again.
    `pace` is requests a second in all, None for as fast as they go.
    """

    def __init__(
        self,
        port: int,
        *,
        connections: int = 16,
        pace: float | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._host = host
        self._port = port
        self._connections = connections
        self._gap = 0.0 if pace is None else 1 / pace
        self._next_at = 0.0
        self.answered: dict[str, Answered] = {}

    async def run(self, posts: Iterable[Post]) -> dict[str, Answered]:
        """Sends everything and returns all answers by name."""
        waiting = iter(posts)
        await asyncio.gather(*(self._connection(waiting) for _ in range(self._connections)))
        return self.answered

    async def _connection(self, waiting: Iterator[Post]) -> None:
        link = _Link(self._host, self._port)
        for post in waiting:
            await self._in_turn()
            self.answered[post.name] = await link.until_answered(post)
        link.close()

    async def _in_turn(self) -> None:
        if self._gap:
            now = time.monotonic()
            self._next_at = max(self._next_at + self._gap, now)
            await asyncio.sleep(self._next_at - now)


class _Link:
    """One connection, opened again whenever it breaks."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._host = f"{host}:{port}"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def until_answered(self, post: Post) -> Answered:
        """Sends `post` until there is an answer other than 503."""
        request, tries = post.encoded(self._host), 0
        while True:
            tries += 1
            began = time.monotonic()
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                status, body = await self._exchange(request)
                now = time.monotonic()
                if status != 503:
                    return Answered(post.name, status, now - began, now, body, tries)
            self.close()
            await asyncio.sleep(RETRY_SECONDS)

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self._address)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        return int(head[9:12]), await self._reader.readexactly(_length(head))

    def close(self) -> None:
        """Drops the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _length(head: bytes) -> int:
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
