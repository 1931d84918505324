"""Every broker keeps every promise of the broker's contract."""

import asyncio
import os
from collections.abc import Callable, Iterator

import pytest

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.pipe.broker import PipeListener, PipeTeller
from twofifty.adapters.postgresql.broker import PostgresqlBroker
from twofifty.testing.contracts.broker import SOON, BrokerContract, Ends
from twofifty.testing.contracts.suite import promises


class InMemory(BrokerContract):
    async def open_broker(self) -> Ends:
        broker = MemoryBroker()
        return Ends(broker, broker)


class OverAPipe(BrokerContract):
    """One end per process in life; here both in one, over a real pipe."""

    def __init__(self, pipe: tuple[int, int]) -> None:
        self._pipe = pipe

    async def open_broker(self) -> Ends:
        reading, writing = self._pipe
        teller = PipeTeller()
        teller.add(writing)
        return Ends(teller, PipeListener(reading, lambda: None))


class OverADatabase(BrokerContract):
    """Two processes, each with a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def open_broker(self) -> Ends:
        ends = Ends(PostgresqlBroker(self._url), PostgresqlBroker(self._url))
        assert await ends.hears.wait(SOON)  # what may have been missed before it listened
        return ends


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for end in (reading, writing):
        try:
            os.close(end)
        except OSError:
            pass  # the test has closed it


@pytest.mark.parametrize("promise", promises(BrokerContract))
def test_memory_keeps_its_promise(promise: str) -> None:
    asyncio.run(InMemory().keep(promise))


@pytest.mark.parametrize("promise", promises(BrokerContract))
def test_a_pipe_keeps_its_promise(promise: str, pipe: tuple[int, int]) -> None:
    asyncio.run(OverAPipe(pipe).keep(promise))


@pytest.mark.parametrize("promise", promises(BrokerContract))
def test_a_database_keeps_its_promise(promise: str, emptied: Callable[[], str]) -> None:
    asyncio.run(OverADatabase(emptied()).keep(promise))


def test_a_worker_hears_that_the_intake_process_is_gone(pipe: tuple[int, int]) -> None:
    async def scenario() -> int:
        gone: list[None] = []
        listener = PipeListener(pipe[0], lambda: gone.append(None))
        os.close(pipe[1])
        assert await listener.wait(SOON)
        assert not await listener.wait(0.02)
        return len(gone)

    assert asyncio.run(scenario()) == 1


def test_a_worker_that_died_does_not_disturb_the_teller(pipe: tuple[int, int]) -> None:
    async def scenario() -> None:
        teller = PipeTeller()
        teller.add(pipe[1])
        os.close(pipe[0])
        teller.announce()
        assert await teller.wait(SOON)

    asyncio.run(scenario())


def test_a_removed_worker_is_told_nothing(pipe: tuple[int, int]) -> None:
    async def scenario() -> None:
        teller = PipeTeller()
        teller.add(pipe[1])
        teller.remove(pipe[1])
        teller.announce()

    asyncio.run(scenario())
    os.set_blocking(pipe[0], False)
    with pytest.raises(BlockingIOError):
        os.read(pipe[0], 1)
