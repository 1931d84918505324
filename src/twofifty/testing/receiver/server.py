"""The receiver itself: in this loop, or in a thread beside a synchronous test."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Self

from twofifty.clock import Clock, SystemClock
from twofifty.testing.ledger import Ledger, wait_until
from twofifty.testing.lookup_server import LookupServer
from twofifty.testing.moment import Script
from twofifty.testing.receiver.dialogue import Dialogue
from twofifty.testing.receiver.offer import Offer, Stage
from twofifty.testing.receiver.wire import Wire
from twofifty.testing.script import accept

_PATIENCE = 10.0
"""Seconds that starting or stopping in a thread may take."""


class Receiver:
    """`async with Receiver(script) as receiver: receiver.port, receiver.ledger`."""

    def __init__(
        self,
        script: Script = accept,
        *,
        ledger: Ledger | None = None,
        clock: Clock | None = None,
        offer: Offer | None = None,
    ) -> None:
        self.ledger = ledger if ledger is not None else Ledger()
        self.offer = offer or Offer()
        self.port = 0
        self.lookup_url = ""
        self._stage = Stage(script, self.ledger, clock or SystemClock(), self.offer)
        self._wires: set[Wire] = set()
        self._server: asyncio.Server | None = None
        self._lookup = LookupServer(self.ledger)

    @property
    def host(self) -> str:
        """Where it listens."""
        return self.offer.host

    @property
    def sessions(self) -> int:
        """Connections so far."""
        return self._stage.sessions

    @property
    def connections(self) -> int:
        """Connections that are open now."""
        return len(self._wires)

    def wait_for_connections(self, count: int, seconds: float = 10.0) -> bool:
        """For a synchronous test: blocks until `count` are open (true) or the time is up."""
        return wait_until(lambda: self.connections == count, seconds)

    def follow(self, script: Script) -> None:
        """Exchanges the script, also for sessions that are under way."""
        self._stage.script = script

    async def start(self) -> None:
        """Listens. Raises OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        tls = self.offer.tls if self.offer.implicit_tls else None
        self._server = await loop.create_server(
            self._wire, self.offer.host, self.offer.port, ssl=tls, backlog=1024
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        if self.offer.lookup:
            self.lookup_url = await self._lookup.start(self.offer.host)

    async def stop(self) -> None:
        """Stops listening, breaks every connection off and closes the ledger's file."""
        if self._server:
            self._server.close()
        for wire in list(self._wires):
            wire.abort()
        if self._server:
            await self._server.wait_closed()
        await self._lookup.stop()
        self.ledger.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    def _wire(self) -> Wire:
        return Wire(lambda wire: Dialogue(wire, self._stage), self._wires)


@contextmanager
def running_receiver(
    script: Script = accept,
    *,
    ledger: Ledger | None = None,
    clock: Clock | None = None,
    offer: Offer | None = None,
) -> Iterator[Receiver]:
    """A receiver in a thread with its own event loop. Raises OSError where the port is taken."""
    receiver = Receiver(script, ledger=ledger, clock=clock, offer=offer)
    started: Future[Callable[[], object]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(receiver, started)), name="receiver", daemon=True
    )
    thread.start()
    stop = started.result(_PATIENCE)
    try:
        yield receiver
    finally:
        stop()
        thread.join(_PATIENCE)


async def _serve(receiver: Receiver, started: Future[Callable[[], object]]) -> None:
    """Serves until what it put into `started` is called, from whatever thread."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    try:
        await receiver.start()
    except OSError as error:
        started.set_exception(error)
        return
    started.set_result(lambda: loop.call_soon_threadsafe(ended.set))
    await ended.wait()
    await receiver.stop()
