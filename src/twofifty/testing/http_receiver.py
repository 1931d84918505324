"""A scriptable HTTP receiver on loopback: what a webhook's or a provider's other end may do."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Self

import msgspec


class Request(msgspec.Struct, frozen=True):
    """A request as it came. Header names are in small letters; `number` counts from 1."""

    number: int
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Response(msgspec.Struct, frozen=True):
    """What to do: wait `delay` seconds, then answer; or `drop` the connection instead."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}
    delay: float = 0.0
    drop: bool = False


Answering = Callable[[Request], Response]


def ok(request: Request) -> Response:
    """200 and an empty JSON object."""
    return Response()


class HttpReceiver:
    """`async with HttpReceiver(answering) as receiver: receiver.url, receiver.requests`.

    One request a connection; bodies need a Content-Length.
    """

    def __init__(self, answering: Answering = ok) -> None:
        self.requests: list[Request] = []
        self.url = ""
        self._answering = answering
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._server:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            request = await self._read(reader)
            self.requests.append(request)
            await self._answer(self._answering(request), writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # a client that left or does not speak HTTP gets no answer
        finally:
            self._open.discard(writer)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = (first + "  ").split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = headers.get("content-length", "0")
        body = await reader.readexactly(int(length) if length.isdecimal() else 0)
        return Request(len(self.requests) + 1, method, target, headers, body)

    async def _answer(self, response: Response, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(response.delay)
        if response.drop:
            writer.transport.abort()
            return
        headers = {
            "Content-Type": "application/json",
            **response.headers,
            "Content-Length": str(len(response.body)),
            "Connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        status = f"HTTP/1.1 {response.status} {_phrase(response.status)}\r\n"
        writer.write((status + lines + "\r\n").encode("latin-1") + response.body)
        await writer.drain()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
