"""Questions to the queues that stay open until there is something, and what they brought.

A question that is given up can swallow tickets: SQS hands them to a line where nobody listens, and
hides them until their time is over. So none is given up: each runs to its end, whoever waits for it
or not, and what it brings waits here for the next taker.

Who is asked when: at first, and while it gives all that it is asked for, only the urgent queue, but
for every eighth time, so that what can wait never starves. Once it has less, both, with questions
that stay open; then news costs nothing but the answer. A queue that gives all it is asked for is
asked by twice as many questions at once, up to what is wanted.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from twofifty.adapters.sqs.batches import MOST
from twofifty.adapters.sqs.held import Kept
from twofifty.errors import BrokerError
from twofifty.queue.carrier import Ticket
from twofifty.queue.turns import EVERY, Turns

_WIDEST: Final = 8
"""Questions to one queue at the same time."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A ticket that came and that nobody took yet. `times`: how often it has been handed over."""

    ticket: Ticket
    kept: Kept
    times: int


@dataclass(slots=True)
class Lane:
    """One queue: what is asked of it, and what came. `plenty`: it gave all it was asked for."""

    urgent: bool
    plenty: bool
    width: int = 1
    open: set["asyncio.Task[None]"] = field(default_factory=set)
    came: deque[Fresh] = field(default_factory=deque)

    def gave(self, number: int, asked: int) -> None:
        """Learns from an answer."""
        self.plenty = number >= asked
        self.width = min(self.width * 2, _WIDEST) if self.plenty else max(self.width // 2, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """Asks one of the queues for up to `most` tickets, for up to `seconds` while it is empty."""

    urgent: bool
    most: int
    seconds: int


Ask = Callable[[Question], Awaitable[list[Fresh]]]


class Polls:
    """Asks by `ask`, which raises BrokerError; `seconds`: how long a question stays open. What came
    is handed on while it stays hidden for another `margin` seconds."""

    def __init__(self, ask: Ask, seconds: int, margin: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._margin = margin
        self._urgent = Lane(urgent=True, plenty=True)
        self._later = Lane(urgent=False, plenty=False)
        self._lanes = (self._urgent, self._later)
        self._turns = Turns()
        self._passed_over = 0
        self._fault: BrokerError | None = None

    async def take(self, most: int, seconds: float) -> list[Fresh]:
        """Up to `most` of what came, the urgent first; waits up to `seconds` for the first. Raises
        BrokerError where nothing came and a question failed: at once if it fails now, when the time
        is over as long as none has been answered since."""
        loop = asyncio.get_running_loop()
        end, known = loop.time() + seconds, self._fault
        while True:
            self._drop_stale(loop.time() + self._margin)
            self._begin(most)
            found = self._turns.chosen((self._urgent.came, self._later.came), most)
            if found:
                return found
            self._raise_but(known)
            left = end - loop.time()
            if left <= 0:
                self._raise_but(None)
                return []
            open_now = self._urgent.open | self._later.open
            await asyncio.wait(open_now, timeout=left, return_when=asyncio.FIRST_COMPLETED)

    async def end(self, seconds: float) -> list[Kept]:
        """Waits for open questions, up to `seconds`; what nobody took, none of which is here any
        more."""
        open_now = self._urgent.open | self._later.open
        if open_now:
            _, over = await asyncio.wait(open_now, timeout=seconds)
            for task in over:
                task.cancel()
        left = [fresh.kept for lane in self._lanes for fresh in lane.came]
        for lane in self._lanes:
            lane.came.clear()
        return left

    def _begin(self, most: int) -> None:
        room = most - len(self._urgent.came) - len(self._later.came)
        if room <= 0:
            return
        due = self._later_is_due()
        if not self._urgent.open:
            self._open(self._urgent, room, 0 if self._urgent.plenty else self._seconds)
        if due and not self._later.open:
            self._open(self._later, room, self._seconds)

    def _later_is_due(self) -> bool:
        if self._urgent.plenty and not self._urgent.open:
            self._passed_over = (self._passed_over + 1) % EVERY
            return self._passed_over == 0
        return not self._urgent.plenty

    def _open(self, lane: Lane, room: int, seconds: int) -> None:
        """As many questions as it is wide; only the first stays open at an empty queue."""
        for number in range(min(lane.width, -(-room // MOST))):
            question = Question(lane.urgent, min(room, MOST), 0 if number else seconds)
            task = asyncio.create_task(self._answer(lane, question))
            lane.open.add(task)
            task.add_done_callback(lane.open.discard)

    async def _answer(self, lane: Lane, question: Question) -> None:
        try:
            came = await self._ask(question)
        except BrokerError as fault:
            self._fault = fault
            lane.gave(0, question.most)
            return
        self._fault = None
        lane.gave(len(came), question.most)
        lane.came.extend(came)

    def _drop_stale(self, until: float) -> None:
        """What nobody took for long is left to other takers, when its time is over."""
        for lane in self._lanes:
            while lane.came and lane.came[0].kept.until <= until:
                lane.came.popleft()

    def _raise_but(self, known: BrokerError | None) -> None:
        """Raises what the last answer was, if that was a fault, and not the `known` one."""
        if self._fault is not None and self._fault is not known:
            raise self._fault
