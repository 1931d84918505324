"""The contract of a broker: `queue.ports.Broker`."""

import asyncio
from abc import ABC, abstractmethod

import msgspec

from twofifty.queue.ports import Broker
from twofifty.testing.contracts.suite import Suite

SOON = 10.0
"""More than any news takes; nothing waits for it to pass."""
NEVER = 0.02


class Ends(msgspec.Struct, frozen=True):
    """The end that announces and the end that waits; they may be the same."""

    tells: Broker
    hears: Broker


class BrokerContract(Suite[Ends], ABC):
    """Derive, say how a broker is opened, and `keep` every promise."""

    @abstractmethod
    async def open_broker(self) -> Ends:
        """Both ends, new."""

    async def keep(self, promise: str) -> None:
        """Runs one promise on ends of its own. Raises AssertionError where it is broken."""
        ends = await self.open_broker()
        try:
            await self.promise(promise)(ends)
        finally:
            await ends.tells.close()
            await ends.hears.close()

    async def test_news_wakes_whoever_waits(self, ends: Ends) -> None:
        waiting = asyncio.create_task(ends.hears.wait(SOON))
        await asyncio.sleep(0)
        ends.tells.announce()
        assert await waiting

    async def test_news_that_came_before_is_not_missed(self, ends: Ends) -> None:
        ends.tells.announce()
        assert await ends.hears.wait(SOON)

    async def test_without_news_the_time_passes(self, ends: Ends) -> None:
        assert not await ends.hears.wait(NEVER)

    async def test_announcing_never_blocks_and_never_fails(self, ends: Ends) -> None:
        for _ in range(100_000):
            ends.tells.announce()
        assert await ends.hears.wait(SOON)

    async def test_news_that_was_heard_is_over(self, ends: Ends) -> None:
        for _ in range(10):
            ends.tells.announce()
        assert await ends.hears.wait(SOON)
        heard = 1
        while await ends.hears.wait(NEVER):
            heard += 1
            assert heard <= 10

    async def test_news_after_news_is_heard_again(self, ends: Ends) -> None:
        for _ in range(3):
            ends.tells.announce()
            assert await ends.hears.wait(SOON)

    async def test_waiting_may_be_given_up(self, ends: Ends) -> None:
        waiting = asyncio.create_task(ends.hears.wait(SOON))
        await asyncio.sleep(0)
        waiting.cancel()
        assert (await asyncio.gather(waiting, return_exceptions=True))[0] is not True
        ends.tells.announce()
        assert await ends.hears.wait(SOON)

    async def test_closing_wakes_whoever_waits(self, ends: Ends) -> None:
        waiting = asyncio.create_task(ends.hears.wait(SOON))
        await asyncio.sleep(0)
        await ends.hears.close()
        assert await waiting

    async def test_announcing_after_the_end_is_harmless(self, ends: Ends) -> None:
        await ends.hears.close()
        await ends.tells.close()
        ends.tells.announce()
