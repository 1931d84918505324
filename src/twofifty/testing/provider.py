"""A scripted mail provider on loopback: each provider's API as its documents show it, in any mood.

    async with ScriptedProvider("postmark") as provider:
        provider.behave("recipient")
        route = parse_api(provider.route(), "the route")

It keeps connections open as providers do, counts what it took, and answers look-ups from that.
"""

import asyncio
from collections.abc import Callable
from typing import Literal, Self

from twofifty.testing.http_receiver import Request, Response
from twofifty.testing.provider_replies import FOUND, REPLIES, Reply

Mood = Literal[
    "accept",
    "recipient",
    "message",
    "sender",
    "route",
    "busy",
    "down",
    "broken",
    "gateway",
    "garbage",
    "redirect",
    "flood",
    "half",
    "drop_unread",
    "drop_read",
    "hang",
]
"""What it does with a mail: takes it; refuses it, about what the word says; 429 and 503 with
Retry-After; 500; 502; answers 200 that is no JSON; redirects; answers 400 without end; breaks off
in its answer, before the body is read, or after; never answers. All from `half` on take it."""

TAKING = frozenset({"accept", "half", "drop_unread", "drop_read", "hang", "broken", "gateway"})
ROUTES = {
    "ses": "ses+api://AKIDEXAMPLE:{key}@{host}?region=eu-west-1",
    "mailgun": "mailgun+api://:{key}@{host}/mg.example.com",
    "mailjet": "mailjet+api://public-half:{key}@{host}",
}
KEY = "secret-key-0123456789"

_WORDS: dict[Mood, Response] = {
    "busy": Response(429, b'{"message": "slow down"}', {"Retry-After": "7"}),
    "down": Response(503, b"", {"Retry-After": "120"}),
    "broken": Response(500, b'{"message": "oops"}'),
    "gateway": Response(502, b"<html>Bad Gateway</html>"),
    "garbage": Response(200, b"\xff\x00 welcome to the hotel network"),
    "redirect": Response(307, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
    "flood": Response(400, b"x" * 600_000),
}


class ScriptedProvider:
    """One provider's API. `requests` are all that were read whole, `taken` the hand-overs of them
    that it took; `began` counts the requests whose head came."""

    def __init__(self, provider: str) -> None:
        self.requests: list[Request] = []
        self.taken: list[Request] = []
        self.began = 0
        self.authority = "127.0.0.1"
        self._provider = provider
        self._mood: Mood = "accept"
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.authority = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._server:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()

    def behave(self, mood: Mood) -> None:
        """From now on it is so."""
        self._mood = mood

    def hang_up(self) -> None:
        """Breaks every connection off."""
        for writer in list(self._open):
            writer.transport.abort()

    def route(self, options: str = "") -> str:
        """The address of its API, with `KEY` in it, for `parse_api`."""
        plain = f"{self._provider}+api://:{{key}}@{{host}}"
        text = ROUTES.get(self._provider, plain).format(key=KEY, host=self.authority)
        return text + (("&" if "?" in text else "?") + options if options else "")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # a client that left or does not speak HTTP gets no answer
        finally:
            self._open.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether another may follow on this connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.began += 1
        if self._mood == "drop_unread":
            writer.transport.abort()
            return False
        request = await self._read(head.decode("latin-1"), reader)
        self.requests.append(request)
        if request.method == "GET":
            return await _answer(writer, FOUND[self._provider](request, self.taken))
        if self._mood in TAKING:
            self.taken.append(request)
        return await self._act(request, writer)

    async def _read(self, head: str, reader: asyncio.StreamReader) -> Request:
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = (first + "  ").split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Request(len(self.requests) + 1, method, target, headers, body)

    async def _act(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        breaking = _BREAKING.get(self._mood)
        if breaking:
            breaking(writer)
            return False
        if self._mood == "hang":
            await asyncio.sleep(3_600)
        return await _answer(writer, self._reply(request))

    def _reply(self, request: Request) -> Response:
        replies: dict[str, Reply] = REPLIES[self._provider]
        reply = replies.get(self._mood)
        return reply(request) if reply else _WORDS[self._mood]


async def _answer(writer: asyncio.StreamWriter, response: Response) -> bool:
    headers = {
        "Content-Type": "application/json",
        **response.headers,
        "Content-Length": str(len(response.body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {response.status} Said\r\n{lines}\r\n"
    writer.write(head.encode("latin-1") + response.body)
    await writer.drain()
    return True


def _half(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"id": "')
    writer.write_eof()


def _drop(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


_BREAKING: dict[Mood, Callable[[asyncio.StreamWriter], None]] = {
    "half": _half,
    "drop_read": _drop,
}
