"""Who is asked when, and what becomes of the answers."""

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable

import pytest

from twofifty.adapters.sqs.held import Kept
from twofifty.adapters.sqs.polls import Fresh, Polls, Question
from twofifty.errors import BrokerError
from twofifty.queue.carrier import Ticket

SOON = 30.0
BRIEFLY = 0.05


class Shelf:
    """Two queues in memory that are asked as SQS is. `gates`: while one is closed, no answer goes
    out; `seconds` are not waited."""

    def __init__(self, urgent: int = 0, later: int = 0) -> None:
        numbers = itertools.count()
        self.queues = {
            True: deque(Ticket(next(numbers), 1) for _ in range(urgent)),
            False: deque(Ticket(next(numbers), 0) for _ in range(later)),
        }
        self.news = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[Question] = []
        self.fault = ""
        self.hidden = 1000.0

    def put(self, ticket: Ticket) -> None:
        self.queues[bool(ticket.priority)].append(ticket)

    async def ask(self, question: Question) -> list[Fresh]:
        self.asked.append(question)
        queue = self.queues[question.urgent]
        if self.fault:
            await asyncio.sleep(0)
            raise BrokerError(self.fault)
        if question.seconds and not queue:
            await self.news.wait()
        await self.gate.wait()
        await asyncio.sleep(0)
        some = [queue.popleft() for _ in range(min(question.most, len(queue)))]
        until = asyncio.get_running_loop().time() + self.hidden
        return [Fresh(one, Kept("queue", "handle", "id", "body", until), 1) for one in some]


def _run(work: Callable[[], Awaitable[None]]) -> None:
    async def ended() -> None:
        await work()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if task is not None:
                task.cancel()

    asyncio.run(ended())


def test_the_urgent_come_first_when_both_wait() -> None:
    async def scenario() -> None:
        polls = Polls(Shelf(urgent=3, later=3).ask, 10, 0.0)
        assert [one.ticket.priority for one in await polls.take(3, SOON)] == [1, 1, 1]
        assert [one.ticket.priority for one in await polls.take(3, SOON)] == [0, 0, 0]

    _run(scenario)


def test_what_can_wait_comes_while_the_urgent_never_end() -> None:
    async def scenario() -> None:
        shelf = Shelf(urgent=5000, later=40)
        polls = Polls(shelf.ask, 10, 0.0)
        taken: list[int] = []
        while len(taken) < 2000:
            taken += [one.ticket.priority for one in await polls.take(10, SOON)]
        assert 40 <= len(taken) - sum(taken) <= 40
        assert shelf.queues[True]

    _run(scenario)


def test_a_queue_that_gives_all_it_is_asked_for_is_asked_wider() -> None:
    async def scenario() -> None:
        shelf = Shelf(urgent=2000)
        polls = Polls(shelf.ask, 10, 0.0)
        taken = 0
        while taken < 2000:
            taken += len(await polls.take(100, SOON))
        assert len(shelf.asked) < 260
        assert max(question.most for question in shelf.asked) == 10

    _run(scenario)


def test_no_more_is_asked_for_than_there_is_room() -> None:
    async def scenario() -> None:
        shelf = Shelf(urgent=100)
        polls = Polls(shelf.ask, 10, 0.0)
        for _ in range(5):
            assert len(await polls.take(3, SOON)) <= 3
        assert all(question.most <= 3 for question in shelf.asked)

    _run(scenario)


def test_while_nothing_comes_one_question_to_each_queue_stays_open() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        polls = Polls(shelf.ask, 10, 0.0)
        for _ in range(5):
            assert await polls.take(64, BRIEFLY) == []
        assert [(one.urgent, one.seconds) for one in shelf.asked] == [
            (True, 0),
            (True, 10),
            (False, 10),
        ]

    _run(scenario)


def test_a_taker_that_gives_up_loses_nothing() -> None:
    async def scenario() -> None:
        shelf = Shelf(urgent=5)
        polls = Polls(shelf.ask, 10, 0.0)
        shelf.gate.clear()
        waiting = asyncio.create_task(polls.take(5, SOON))
        await asyncio.sleep(BRIEFLY)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        shelf.gate.set()
        assert len(await polls.take(5, SOON)) == 5

    _run(scenario)


def test_what_nobody_took_for_long_is_left_to_others() -> None:
    async def scenario() -> None:
        shelf = Shelf(urgent=5)
        shelf.hidden = 0.02
        polls = Polls(shelf.ask, 10, 0.0)
        shelf.gate.clear()
        assert await polls.take(5, BRIEFLY) == []
        shelf.gate.set()
        await asyncio.sleep(2 * BRIEFLY)
        assert await polls.take(5, BRIEFLY) == []

    _run(scenario)


def test_a_fault_is_told_until_a_question_is_answered() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        polls = Polls(shelf.ask, 10, 0.0)
        shelf.fault = "away"
        for _ in range(3):
            with pytest.raises(BrokerError, match="away"):
                await polls.take(5, SOON)
        shelf.fault = ""
        shelf.gate.clear()
        with pytest.raises(BrokerError, match="away"):
            await polls.take(5, BRIEFLY)
        shelf.gate.set()
        shelf.put(Ticket(1))
        shelf.news.set()
        assert len(await polls.take(5, SOON)) == 1
        shelf.news.clear()
        assert await polls.take(5, BRIEFLY) == []

    _run(scenario)


def test_what_came_is_handed_on_though_another_question_failed() -> None:
    async def scenario() -> None:
        shelf = Shelf(later=4)
        polls = Polls(shelf.ask, 10, 0.0)
        assert len(await polls.take(2, SOON)) == 2
        shelf.fault = "away"
        shelf.put(Ticket(99))
        shelf.news.set()
        await asyncio.sleep(BRIEFLY)
        assert [one.ticket.job for one in await polls.take(2, SOON)] == [99]

    _run(scenario)


def test_the_end_waits_for_open_questions_and_gives_up_what_they_brought() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        polls = Polls(shelf.ask, 10, 0.0)
        assert await polls.take(5, BRIEFLY) == []
        ending = asyncio.create_task(polls.end(SOON))
        await asyncio.sleep(BRIEFLY)
        assert not ending.done()
        shelf.put(Ticket(1))
        shelf.put(Ticket(2, priority=0))
        shelf.news.set()
        assert len(await ending) == 2

    _run(scenario)


def test_the_end_does_not_wait_for_ever() -> None:
    async def scenario() -> None:
        polls = Polls(Shelf().ask, 10, 0.0)
        assert await polls.take(5, BRIEFLY) == []
        assert await polls.end(BRIEFLY) == []

    _run(scenario)
