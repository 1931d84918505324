"""How soon services answer who looks at them, and what they cost when nobody does, side by side."""

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import msgspec

from bench.scene import Meter, Wanted, service
from twofifty.testing.process import KEY, ServiceProcess

TIMES = 20
CALM_SECONDS = 15.0
IDLE_SECONDS = 60.0
PAGES = {
    "console: overview": "/",
    "console: orders": "/console/orders",
    "search: a number": "/console/orders?q=%23500001001",
    "search: an address": "/console/orders?q=buyer500000000@example.com",
    "search: part of a name": "/console/orders?q=nobody+has+it",
    "API: orders": "/v1/orders",
    "API: orders of a source": "/v1/orders?source=sample",
    "API: messages of an order": "/v1/messages?order=500100001",
    "API: messages of a rare kind": "/v1/messages?kind=refund",
    "/metrics": "/metrics",
}


class Looks(msgspec.Struct, frozen=True):
    """Of one service: seconds until it was ready, median seconds of each page, percent of a core
    while it was left alone."""

    ready: float
    pages: dict[str, float]
    idle: float


def compared(homes: Mapping[int, Path], environ: Mapping[str, str], times: int) -> dict[int, Looks]:
    """The services of all stores run at once, and each page is asked of one after the other, so
    that whatever else the machine does is done to all."""
    with ExitStack() as stack:
        ready, running = {}, {}
        for orders, home in homes.items():
            began = time.perf_counter()
            wanted = Wanted(environ=environ, folder=home)
            running[orders] = stack.enter_context(service(9, wanted))
            ready[orders] = time.perf_counter() - began
        time.sleep(CALM_SECONDS)
        clients = {orders: stack.enter_context(_known(one)) for orders, one in running.items()}
        took = _took(clients, times)
        meters = {orders: Meter(one.pid) for orders, one in running.items()}
        time.sleep(IDLE_SECONDS)
        idle = {orders: meter.seconds() / IDLE_SECONDS * 100 for orders, meter in meters.items()}
        return {orders: Looks(ready[orders], took[orders], idle[orders]) for orders in homes}


@contextmanager
def _known(ours: ServiceProcess) -> Iterator[httpx2.Client]:
    """A client that the console knows."""
    with ours.client() as client:
        if client.post("/login", data={"key": KEY}).status_code != 303:
            raise AssertionError("the console does not know the key")
        yield client


def _took(clients: Mapping[int, httpx2.Client], times: int) -> dict[int, dict[str, float]]:
    """Median seconds; the first round, which compiles pages and opens connections, is not kept."""
    took: dict[int, dict[str, list[float]]] = {
        orders: {name: [] for name in PAGES} for orders in clients
    }
    for turn in range(times + 1):
        for name, path in PAGES.items():
            for orders, client in clients.items():
                began = time.perf_counter()
                client.get(path).raise_for_status()
                if turn:
                    took[orders][name].append(time.perf_counter() - began)
    return {
        orders: {name: statistics.median(seconds) for name, seconds in pages.items()}
        for orders, pages in took.items()
    }
