"""One process does what one process should do, and another when that one is gone."""

import asyncio

import pytest

from twofifty.adapters.memory.brakes import MemoryDuties
from twofifty.errors import StoreError
from twofifty.queue.duty import LEASE_SECONDS, Turn
from twofifty.testing.clock import FrozenClock


class Refusing(MemoryDuties):
    """A store that refuses while `refuses` is set."""

    refuses = False

    async def hold(self, duty: str, owner: str, times: tuple[float, float]) -> str:
        if self.refuses:
            raise StoreError("not now")
        return await super().hold(duty, owner, times)


def two(clock: FrozenClock) -> tuple[Turn, Turn, Refusing]:
    duties = Refusing()
    return Turn(duties, "care", "one", clock), Turn(duties, "care", "two", clock), duties


def test_of_two_processes_one_has_the_turn() -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        one, other, _ = two(clock)
        await one.look()
        await other.look()
        assert (one.mine, other.mine) == (True, False)

    asyncio.run(scenario())


def test_the_turn_of_a_process_that_says_nothing_any_more_is_taken_over() -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        one, other, _ = two(clock)
        await one.look()
        clock.advance(LEASE_SECONDS + 1)
        await other.look()
        assert other.mine
        await one.look()
        assert not one.mine

    asyncio.run(scenario())


def test_the_turn_of_a_process_that_is_known_to_be_dead_is_taken_over_at_once() -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        duties = MemoryDuties()
        await Turn(duties, "care", "dead", clock).look()
        heir = Turn(duties, "care", "heir", clock, lambda owner: owner == "dead")
        await heir.look()
        assert heir.mine

    asyncio.run(scenario())


def test_a_store_that_refuses_ends_the_turn_with_its_lease_and_not_before() -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        one, _, duties = two(clock)
        await one.look()
        duties.refuses = True
        clock.advance(LEASE_SECONDS - 1)
        await one.look()
        assert one.mine
        clock.advance(2)
        await one.look()
        assert not one.mine

    asyncio.run(scenario())


def test_work_runs_while_it_is_ones_turn_and_is_begun_again_when_it_is_again() -> None:
    async def scenario() -> None:
        clock = FrozenClock()
        one, other, _ = two(clock)
        began: list[int] = []
        ended: list[int] = []

        async def work() -> None:
            began.append(1)
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(1)

        running = asyncio.create_task(one.run(work))
        await asyncio.sleep(0)
        assert began == []
        await one.look()
        await asyncio.sleep(0.01)
        assert (began, ended) == ([1], [])
        clock.advance(LEASE_SECONDS + 1)
        await other.look()
        await one.look()
        await asyncio.sleep(0.01)
        assert (began, ended) == ([1], [1])
        await other.leave()
        await one.look()
        await asyncio.sleep(0.01)
        assert (began, ended) == ([1, 1], [1])
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert ended == [1, 1]

    asyncio.run(scenario())


def test_work_that_ends_or_fails_by_itself_is_not_begun_again() -> None:
    async def scenario() -> None:
        one, _, _ = two(FrozenClock())
        await one.look()

        async def short() -> None:
            """Done at once."""

        async def failing() -> None:
            raise ValueError("a fault of the work's own")

        await one.run(short)
        with pytest.raises(ValueError, match="own"):
            await one.run(failing)
        assert one.mine

    asyncio.run(scenario())
