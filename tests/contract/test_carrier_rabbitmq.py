"""A real RabbitMQ keeps every promise of the carrier's contract."""

import asyncio

import pytest
import uvloop

from tests.acceptance.cut_line import CutLine
from tests.acceptance.rabbitmq import fresh_url, shared_server
from twofifty.adapters.rabbitmq.carrier import RabbitmqCarrier
from twofifty.queue.carrier import Carrier
from twofifty.testing.contracts.carrier import CarrierContract
from twofifty.testing.contracts.suite import promises

WRITTEN = 0.2
"""By then what was written has passed the line."""


class OnRabbitmq(CarrierContract):
    """Every carrier has a line of its own, so that one can be cut alone."""

    def __init__(self) -> None:
        self._server = shared_server()
        self._url = fresh_url(self._server)
        self._lines: dict[int, CutLine] = {}

    async def open_carrier(self) -> Carrier:
        line = CutLine(self._server.port)
        await line.open()
        carrier = RabbitmqCarrier(self._url.replace(f":{self._server.port}", f":{line.port}"))
        self._lines[id(carrier)] = line
        return carrier

    async def cut(self, carrier: Carrier) -> None:
        await asyncio.sleep(WRITTEN)
        self._lines[id(carrier)].cut()

    async def keep(self, promise: str) -> None:
        try:
            await super().keep(promise)
        finally:
            for line in self._lines.values():
                await line.close()


@pytest.mark.parametrize("promise", promises(CarrierContract))
def test_rabbitmq_keeps_its_promise(promise: str) -> None:
    """On the event loop of the product's processes."""
    uvloop.run(OnRabbitmq().keep(promise))


def test_it_needs_no_other_event_loop_than_pythons() -> None:
    asyncio.run(OnRabbitmq().keep("test_after_a_cut_it_goes_on_by_itself"))
