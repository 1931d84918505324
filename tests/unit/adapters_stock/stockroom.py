"""A real endpoint on loopback that answers as it is told to, in bytes; and orders to ask it for."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import msgspec

from twofifty.adapters.http.line import HttpLine
from twofifty.adapters.stock_http.endpoint import LONGEST, Endpoint, HttpShelf
from twofifty.adapters.stock_http.shape import shape
from twofifty.flow.stock import Item, Question
from twofifty.flow.stock_book import Book, Patience
from twofifty.order.model import Line, Order
from twofifty.order.specimen import specimen
from twofifty.testing.clock import FrozenClock

Answer = Callable[["Asked"], Awaitable[bytes]]


class Asked(msgspec.Struct, frozen=True):
    """One request: its method, target, headers, and JSON."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any


class Stockroom:
    """Listens while it is entered. `asked`: every request; `most`: how many were open at once."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.most = 0
        self._open = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/stock"

    def shelf(self, url: str = "", stated: object = None, **headers: str) -> HttpShelf:
        endpoint = Endpoint(url or self.url, headers, shape(stated or {}))
        return HttpShelf(endpoint, HttpLine(seconds=2.0, longest=LONGEST))

    def book(self, patience: Patience | None = None, **more: Any) -> Book:
        return Book("shop", self.shelf(), patience or Patience(), FrozenClock(), **more)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open += 1
        self.most = max(self.most, self._open)
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            writer.write(await self.answer(asked))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who asked has left
        finally:
            self._open -= 1
            self._tasks.discard(task)
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, json.loads(body) if body else None)


def http(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + body


def always(answer: bytes, after: float = 0.0) -> Answer:
    async def answered(asked: Asked) -> bytes:
        await asyncio.sleep(after)
        return answer

    return answered


def says(after: float = 0.0, **level: object) -> Answer:
    """The same of every line."""

    async def answered(asked: Asked) -> bytes:
        await asyncio.sleep(after)
        lines = [{"id": line["id"], **level} for line in asked.body["lines"]]
        return http(json.dumps({"lines": lines}).encode())

    return answered


def an_order(*skus: str, quantity: str = "1", identity: str = "1001") -> Order:
    lines = tuple(
        Line(id=str(n), title="Tea", quantity=Decimal(quantity), sku=sku)
        for n, sku in enumerate(skus, 1)
    )
    return msgspec.structs.replace(specimen(), id=identity, lines=lines)


def a_question(*skus: str) -> Question:
    lines = (Item(str(n), Decimal(2), sku) for n, sku in enumerate(skus, 1))
    return Question("shop", "1001", tuple(lines))
