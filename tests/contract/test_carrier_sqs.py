"""SQS keeps every promise of the carrier's contract, with standard queues and with FIFO queues."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from tests.acceptance.sqs import Emulator, FaultProxy, hung_up, passed
from twofifty.adapters.sqs.carrier import SqsCarrier
from twofifty.queue.carrier import Carrier, Handed
from twofifty.testing.contracts.carrier import PATIENCE, CarrierContract
from twofifty.testing.contracts.suite import promises

_LONG, _SHORT = 30, 3
"""How long tickets stay hidden, in seconds; short where a cut line has to outlast it."""


class Patient(SqsCarrier):
    """Waits longer where a promise waits for the last ticket: the emulator answers one request at a
    time, and what it hands to a taker that has just given up stays with that one."""

    async def take(self, most: int, seconds: float) -> Sequence[Handed]:
        return await super().take(most, seconds if seconds < 1 else min(5 * seconds, PATIENCE))


class OverSqs(CarrierContract):
    """Each promise with queues of its own."""

    def __init__(self, emulator: Emulator, end: str) -> None:
        self._emulator = emulator
        self._end = end
        self._proxy = FaultProxy(emulator.port)
        self._url = ""

    async def keep(self, promise: str) -> None:
        async with self._proxy.open():
            hidden = _SHORT if "_cut_" in promise else _LONG
            self._url = self._emulator.url(self._end, self._proxy.port, visibility=hidden)
            await super().keep(promise)

    async def open_carrier(self) -> Carrier:
        return Patient(self._url)

    async def cut(self, carrier: Carrier) -> None:
        self._proxy.fault = hung_up
        self._proxy.cut()
        # A busy emulator may hide them anew by a request that it had before the cut.
        await asyncio.sleep(2.5 * _SHORT)
        self._proxy.fault = passed


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    started = Emulator()
    yield started
    started.stop()


@pytest.mark.parametrize("end", ["", ".fifo"], ids=["standard", "fifo"])
@pytest.mark.parametrize("promise", promises(CarrierContract))
def test_sqs_keeps_its_promise(promise: str, end: str, emulator: Emulator) -> None:
    asyncio.run(OverSqs(emulator, end).keep(promise))
