"""Slots and the pauses between attempts to connect."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.smtp.backoff import FIRST_PAUSE, LONGEST_PAUSE, Backoff
from twofifty.adapters.smtp.slots import Slots
from twofifty.deliver.outcome import Deferred

FAILED = Deferred("mx.test:25 could not be reached.", "connect", "mx.test:25", connection=True)


def test_slots_are_handed_out_in_the_order_of_asking() -> None:
    async def scenario() -> list[int]:
        slots, order = Slots(1), list[int]()

        async def worker(number: int) -> None:
            await slots.take()
            order.append(number)
            await asyncio.sleep(0)
            slots.give()

        await asyncio.gather(*(worker(number) for number in range(6)))
        return order

    assert asyncio.run(scenario()) == list(range(6))


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(1, 4))
def test_whoever_gives_up_waiting_loses_no_slot(cancelled: list[bool], limit: int) -> None:
    async def scenario() -> None:
        slots = Slots(limit)
        most = 0

        async def worker() -> None:
            nonlocal most
            await slots.take()
            try:
                most = max(most, slots.taken)
                await asyncio.sleep(0)
            finally:
                slots.give()

        tasks = [asyncio.ensure_future(worker()) for _ in cancelled]
        await asyncio.sleep(0)
        for task, cancel in zip(tasks, cancelled, strict=True):
            if cancel:
                task.cancel()
                await asyncio.sleep(0)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert slots.taken == 0
        assert most <= limit

    asyncio.run(scenario())


def test_a_crowded_server_gets_fewer_and_then_more_again() -> None:
    slots = Slots(3)
    for _ in range(5):
        slots.crowded()
    assert slots.limit == 1
    for _ in range(9):
        slots.worked()
    assert slots.limit == 1
    slots.worked()
    assert slots.limit == 2
    for _ in range(1000):
        slots.worked()
    assert slots.limit == 3


def test_the_pause_doubles_up_to_half_a_minute() -> None:
    backoff, now, pauses = Backoff(), 100.0, []
    for _ in range(12):
        backoff.failed(FAILED, started=now, now=now)
        pause = FIRST_PAUSE
        while backoff.still_closed(now + pause):
            pause *= 2
        pauses.append(min(pause, LONGEST_PAUSE))
        now += pause
    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert pauses[-1] == LONGEST_PAUSE


def test_failures_side_by_side_count_once() -> None:
    backoff = Backoff()
    for _ in range(16):
        backoff.failed(FAILED, started=1.0, now=1.5)
    assert backoff.still_closed(1.7) is not None
    assert backoff.still_closed(1.5 + FIRST_PAUSE) is None


def test_one_success_opens_the_way() -> None:
    backoff = Backoff()
    backoff.failed(FAILED, started=1.0, now=1.0)
    assert backoff.still_closed(1.0) is not None
    backoff.reached()
    assert backoff.healthy
    assert backoff.still_closed(1.0) is None
