"""Every carrier keeps every promise of the carrier's contract."""

import asyncio

import pytest

from twofifty.adapters.memory.carrier import MemoryCarrier, MemoryQueues
from twofifty.queue.carrier import Carrier
from twofifty.testing.contracts.carrier import CarrierContract
from twofifty.testing.contracts.suite import promises


class InMemory(CarrierContract):
    def __init__(self) -> None:
        self._queues = MemoryQueues()

    async def open_carrier(self) -> Carrier:
        return MemoryCarrier(self._queues)

    async def cut(self, carrier: Carrier) -> None:
        await carrier.close()  # as a broker does with what a line that broke had taken


@pytest.mark.parametrize("promise", promises(CarrierContract))
def test_memory_keeps_its_promise(promise: str) -> None:
    asyncio.run(InMemory().keep(promise))
