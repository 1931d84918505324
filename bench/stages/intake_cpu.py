"""CPU of taking one order in, stage by stage: from the request's bytes to rows on disk.

    python bench/stages/intake_cpu.py [--orders 4000] [--connections 32] [--json FILE]

The real path in one process: canonical orders of ten lines (`POST /v1/orders`), and webhooks of
Shopify and WooCommerce, signed. Microseconds of user and system time of this process, threads
included; best of the rounds. The rows are nested: `ledger` is the store alone with everything
prepared, `intake` adds reading, planning and compressing, `asgi` the door, `http` the HTTP server.
Sockets are the load's and the kernel's business and not in it.
"""

import argparse
import asyncio
import gc
import hashlib
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop
from rich.console import Console
from rich.table import Table
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from twofifty.app.policy import rules
from twofifty.app.service import Service
from twofifty.cli.faces import Changes, Counters, OneTimeTokens, services
from twofifty.flow import understand
from twofifty.flow.plan import Planner
from twofifty.intake import canonical, strict
from twofifty.intake.ports import Arrival, Hook, Stated
from twofifty.order.events import News
from twofifty.settings import Settings, SourceSettings
from twofifty.testing.samples import (
    sample_order,
    shopify_webhook,
    sign_shopify,
    sign_woocommerce,
    woocommerce_webhook,
)
from twofifty.web.app import App, web_app

KEY = "key-for-benchmarks"
SECRET = "a-secret-for-benchmarks"  # noqa: S105
ROUNDS = 3
Work = Callable[[Any], object]


class Request(msgspec.Struct, frozen=True):
    """A request as a client sends it."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def raw(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI has them."""
        length = ("content-length", str(len(self.body)))
        return [(k.encode(), v.encode()) for k, v in (("host", "127.0.0.1"), length, *self.headers)]

    def wire(self) -> bytes:
        """The request as HTTP/1.1 bytes."""
        head = b"".join(k + b": " + v + b"\r\n" for k, v in self.raw())
        return f"POST {self.path} HTTP/1.1\r\n".encode() + head + b"\r\n" + self.body


def canonical_requests(numbers: range) -> list[Request]:
    """Paid orders of ten lines for the API."""
    headers = (("content-type", "application/json"), ("authorization", f"Bearer {KEY}"))
    state = {"payment": "paid", "fulfillment": "unfulfilled"}
    return [
        Request("/v1/orders", headers, msgspec.json.encode(sample_order(i, lines=10, state=state)))
        for i in numbers
    ]


def shopify_requests(numbers: range) -> list[Request]:
    """Signed webhooks of Shopify."""
    return [_shopify(shopify_webhook(i, lines=10), i) for i in numbers]


def _shopify(body: bytes, number: int) -> Request:
    headers = (
        ("content-type", "application/json"),
        ("x-shopify-topic", "orders/create"),
        ("x-shopify-event-id", f"event-{number}"),
        ("x-shopify-hmac-sha256", sign_shopify(body, SECRET)),
    )
    return Request("/hooks/shopify", headers, body)


def woocommerce_requests(numbers: range) -> list[Request]:
    """Signed webhooks of WooCommerce."""
    return [_woocommerce(woocommerce_webhook(i, lines=10), i) for i in numbers]


def _woocommerce(body: bytes, number: int) -> Request:
    headers = (
        ("content-type", "application/json"),
        ("x-wc-webhook-topic", "order.created"),
        ("x-wc-webhook-delivery-id", f"delivery-{number}"),
        ("x-wc-webhook-signature", sign_woocommerce(body, SECRET)),
    )
    return Request("/hooks/woocommerce", headers, body)


KINDS: dict[str, Callable[[range], list[Request]]] = {
    "canonical": canonical_requests,
    "shopify": shopify_requests,
    "woocommerce": woocommerce_requests,
}


class Scene:
    """A service on a fresh store, without its delivery."""

    def __init__(self, folder: Path, connections: int) -> None:
        self.connections = connections
        self.service = Service(_settings(folder))
        counters = Counters(self.service)
        given = services(self.service, counters, Changes(self.service, counters), OneTimeTokens())
        self.app: App = web_app(given)

    async def together(
        self, work: Callable[[Any], Awaitable[object]], items: Sequence[Any]
    ) -> float:
        """Microseconds an item, as many at a time as there are connections."""
        waiting = iter(items)

        async def one() -> None:
            for item in waiting:
                await work(item)

        gc.collect()
        began = time.process_time()
        await asyncio.gather(*(one() for _ in range(self.connections)))
        return (time.process_time() - began) / len(items) * 1e6


def _settings(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder}/twofifty.db",
        api_key=KEY,
        sources={
            name: SourceSettings(kind=name, secret=SECRET) for name in ("shopify", "woocommerce")
        },
    )


@contextmanager
def scene(connections: int) -> Iterator[Scene]:
    """A scene in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Scene(Path(folder), connections)


class _Wire:
    """A transport that keeps only how often an answer ended."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()
        self.status = b""

    def write(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1"):
            self.status = data[9:12]
        if b"event_id" in data or b"problem" in data:
            self.answered.set()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else None

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None: ...

    def set_write_buffer_limits(self, high: int) -> None: ...


async def by_intake(stage: Scene, requests: Sequence[Request]) -> float:
    """The intake alone, called with bodies and headers."""
    intake = stage.service.intake

    async def order(request: Request) -> None:
        await intake.order(request.body, None)

    async def hook(request: Request) -> None:
        await intake.hook(request.path[7:], Hook(dict(request.headers), request.body))

    work = order if requests[0].path == "/v1/orders" else hook
    return await stage.together(work, requests)


async def by_asgi(stage: Scene, requests: Sequence[Request]) -> float:
    """The whole app, called as a server calls it."""

    async def work(item: tuple[MutableMapping[str, Any], bytes]) -> None:
        scope, body = item
        said: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            said.append(message)

        await stage.app(scope, receive, send)
        assert said[0]["status"] in (200, 202), said

    return await stage.together(work, [(_scope(one), one.body) for one in requests])


def _scope(request: Request) -> MutableMapping[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "headers": request.raw(),
    }


async def by_http(stage: Scene, requests: Sequence[Request]) -> float:
    """The whole app behind the HTTP server, fed with bytes."""
    config = uvicorn.Config(
        stage.app, lifespan="off", log_config=None, access_log=False, server_header=False
    )
    config.load()
    state = ServerState()
    free: list[tuple[HttpToolsProtocol, _Wire]] = []

    async def work(data: bytes) -> None:
        protocol, wire = free.pop() if free else _connected(config, state)
        wire.answered.clear()
        protocol.data_received(data)
        await wire.answered.wait()
        assert wire.status in (b"200", b"202"), wire.status
        free.append((protocol, wire))

    return await stage.together(work, [one.wire() for one in requests])


def _connected(config: uvicorn.Config, state: ServerState) -> tuple[HttpToolsProtocol, _Wire]:
    protocol = HttpToolsProtocol(config, state, {}, asyncio.get_running_loop())
    wire = _Wire()
    protocol.connection_made(wire)  # type: ignore[arg-type]
    return protocol, wire


async def by_ledger(stage: Scene, requests: Sequence[Request]) -> float:
    """The ledger alone: arrivals are planned before the clock starts."""
    service = stage.service
    planner = _planner(stage)
    now = datetime.now(UTC)

    def arrival(request: Request) -> Arrival:
        orders = _orders(stage, request)
        return Arrival(
            source=orders[0].source,
            key=f"id:{hashlib.sha256(request.body).hexdigest()}",
            digest=hashlib.sha256(request.body).digest(),
            topic="",
            received_at=now,
            body=request.body,
            planned=tuple(planner.plan(order) for order in orders),
        )

    arrivals = [arrival(one) for one in requests]
    return await stage.together(service.store.ledger.accept, arrivals)


def _planner(stage: Scene) -> Planner:
    return Planner(stage.service.clock, rules(stage.service.settings))


def _orders(stage: Scene, request: Request) -> list[Any]:
    if request.path == "/v1/orders":
        return [canonical.order(request.body).event.order]
    return understand.whole(_read(stage, request))


def _read(stage: Scene, request: Request) -> tuple[News, ...]:
    name = request.path[7:]
    door = stage.service.intake._doors[name]
    topic = door.source.topic(Hook(dict(request.headers), request.body))
    read = understand.read(door.source, topic, request.body, Stated(name))
    assert isinstance(read, tuple)
    return read


WAYS = {"ledger": by_ledger, "intake": by_intake, "asgi": by_asgi, "http": by_http}


def single(stage: Scene, requests: Sequence[Request]) -> dict[str, float]:
    """What the pure stages cost, each alone."""
    planner = _planner(stage)
    codec = stage.service.store.ledger._codec
    orders = [_orders(stage, one)[0] for one in requests]
    planned = [planner.plan(one) for one in orders]
    bodies = [one.body for one in requests]
    api = requests[0].path == "/v1/orders"
    read: Work = canonical.order if api else lambda one: _read(stage, one)
    works: dict[str, tuple[Work, Sequence[Any]]] = {
        "strict tree": (strict.tree, bodies),
        "read: bytes to order": (read, bodies if api else requests),
        "plan: encode, digest, decide": (planner.plan, orders),
        "digest of the body": (lambda one: hashlib.sha256(one).digest(), bodies),
        "compress the body": (codec.pack, bodies),
        "compress the order": (lambda one: codec.pack(one.encoded), planned),
    }
    return {name: _timed(work, items) for name, (work, items) in works.items()}


def _timed(work: Work, items: Sequence[Any]) -> float:
    return min(_once(work, items) for _ in range(ROUNDS + 1))


def _once(work: Work, items: Sequence[Any]) -> float:
    gc.collect()
    began = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - began) / len(items) * 1e6


async def measure(kind: str, count: int, connections: int) -> dict[str, float]:
    """Every row of one kind of request."""
    requests = KINDS[kind](range(count))
    found: dict[str, float] = {}
    for name, way in WAYS.items():
        rounds = []
        for _ in range(ROUNDS):
            with scene(connections) as stage:
                await way(stage, requests[:64])  # everything is loaded and prepared
                rounds.append(await way(stage, requests[64:]))
                await stage.service.store.close()
        found[name] = min(rounds)
    with scene(connections) as stage:
        found |= single(stage, requests[:500])
        await stage.service.store.close()
    return found


def main() -> None:
    """Prints a table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--orders", type=int, default=4_000)
    words.add_argument("--connections", type=int, default=32)
    words.add_argument("--kinds", nargs="*", default=list(KINDS))
    words.add_argument("--json", type=Path)
    told = words.parse_args()
    found = {kind: uvloop.run(measure(kind, told.orders, told.connections)) for kind in told.kinds}
    table = Table("stage, us of CPU an order", *found)
    for row in next(iter(found.values())):
        table.add_row(row, *(f"{rows[row]:.1f}" for rows in found.values()))
    Console().print(table)
    if told.json:
        told.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
