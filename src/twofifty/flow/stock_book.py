"""One source's stock, asked for while a mail waits: never for long, and never twice for the same.

A question goes on after its mail has left without an answer: what comes late is there for the next
mail, and a connection that takes long to open is open then.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import ShopBusy, ShopError
from twofifty.flow.stock import Item, Level, Question, Shelf, items, told
from twofifty.flow.stock_kept import Kept
from twofifty.intake.loose import Unreadable
from twofifty.order.model import Order, Stock

AT_ONCE: Final = 8
"""Questions in flight to one source."""
FAILURES: Final = 5
REST_SECONDS: Final = 30.0
"""So long nothing is asked after so many failures in a row; then one mail tries."""
PATIENCE: Final = 2.0
"""Seconds after which a question that no mail waits for any more is given up."""
_SAID_SECONDS: Final = 60.0

Answered = Literal["answered", "shared", "late", "failed", "senseless", "resting"]


class Patience(msgspec.Struct, frozen=True):
    """`deadline`: seconds that a mail waits at most. `shared`: seconds for which an answer serves
    other orders of the same goods too; 0: every order asks for itself."""

    deadline: float = 0.3
    shared: float = 5.0


class Book:
    """Implements `flow.stock.StockBook` over a shelf."""

    def __init__(
        self,
        source: str,
        shelf: Shelf,
        patience: Patience,
        clock: Clock,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._shelf = shelf
        self._patience = patience
        self._clock = clock
        self._elapsed = elapsed
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._kept = Kept(patience.shared, elapsed)
        self._asking: dict[asyncio.Task[Mapping[str, Level]], Question] = {}
        self._rest = Rest(elapsed)
        self._words = _Words(source, elapsed)

    async def levels(self, order: Order) -> Mapping[str, Stock]:
        """See `flow.stock.StockBook.levels`."""
        asked = items(order)
        if not asked:
            return {}
        found: dict[str, Level] = {}
        try:
            outcome = await self._found(order, asked, found)
            stock = told(order, asked, found, self._clock.now().date())
        except Exception as fault:  # noqa: BLE001
            # Whatever an adapter or an answer does: the mail leaves with what the order says.
            outcome, stock = self._words.unknown("failed", type(fault).__name__), {}
        telemetry.STOCK_ANSWERS.labels(self._source, outcome).inc()
        return stock

    async def close(self) -> None:
        """Ends what is asked for still, and kept connections."""
        asking = tuple(self._asking)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await self._shelf.close()

    async def _found(
        self, order: Order, asked: Sequence[Item], found: dict[str, Level]
    ) -> Answered:
        """Fills `found` with what is known in time."""
        try:
            async with asyncio.timeout(self._patience.deadline):
                missing = await self._shared(asked, found)
                if not missing:
                    return "shared"
                task = await self._asked(Question(self._source, order.id, missing))
                if task is None:
                    return self._words.unknown("resting", "it failed too often")
                found.update(await asyncio.shield(task))
        except TimeoutError:
            return self._words.unknown("late", f"nothing within {self._patience.deadline:g} s")
        except Unreadable as fault:
            return self._words.unknown("senseless", fault.wants)
        except ShopError as fault:
            return self._words.unknown("failed", str(fault))
        self._words.known()
        return "answered"

    async def _shared(self, asked: Sequence[Item], found: dict[str, Level]) -> tuple[Item, ...]:
        """Fills `found` with what was answered just now, or is being answered, for other orders;
        what is missing then."""
        missing = self._kept.fill(asked, found)
        wanted = {item.goods() for item in missing}
        if not wanted or not self._patience.shared:
            return missing
        same = [task for task, one in self._asking.items() if wanted & _goods(one)]
        if same:
            await asyncio.wait(same)
            missing = self._kept.fill(missing, found)
        return missing

    async def _asked(self, question: Question) -> asyncio.Task[Mapping[str, Level]] | None:
        """The question on its way; None: nothing is asked for a while. Its slot is its own until
        it ends, however soon its mail leaves."""
        if self._rest.resting():
            return None
        await self._slots.acquire()
        if not self._rest.may_ask():
            self._slots.release()
            return None
        task = asyncio.create_task(self._answer(question))
        self._asking[task] = question
        task.add_done_callback(self._ended)
        return task

    async def _answer(self, question: Question) -> Mapping[str, Level]:
        asking = asyncio.ensure_future(self._shelf.ask(question))
        try:
            await asyncio.wait({asking}, timeout=self._patience.deadline)
            in_time = asking.done()
            if not in_time:
                self._rest.failed()
                await asyncio.wait({asking}, timeout=PATIENCE)
            if not asking.done():
                raise ShopBusy("nothing came")
            levels = asking.result()
        except Exception:
            self._rest.failed()
            raise
        finally:
            asking.cancel()
        if in_time:
            self._rest.answered()
        self._kept.keep(question.lines, levels)
        return levels

    def _ended(self, task: asyncio.Task[Mapping[str, Level]]) -> None:
        self._slots.release()
        del self._asking[task]
        if not task.cancelled():
            # Nobody may be there any more to take it.
            task.exception()


def _goods(question: Question) -> set[tuple[str | None, str | None]]:
    return {item.goods() for item in question.lines}


class Rest:
    """A source that failed several times in a row is let be for a while."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._failures = 0
        self._until = 0.0

    def resting(self) -> bool:
        """Whether nothing may be asked now."""
        return self._failures >= FAILURES and self._elapsed() < self._until

    def may_ask(self) -> bool:
        """Whether this question may be asked: after a rest one may, and then none for as long,
        unless it was answered."""
        if self.resting():
            return False
        if self._failures >= FAILURES:
            self._until = self._elapsed() + REST_SECONDS
        return True

    def failed(self) -> None:
        """Nothing came, not in time, or nothing of sense."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._until = self._elapsed() + REST_SECONDS

    def answered(self) -> None:
        """It answers."""
        self._failures = 0


class _Words:
    """Says once a minute at most that stock is not known, and once that it is again."""

    def __init__(self, source: str, elapsed: Callable[[], float]) -> None:
        self._source = source
        self._elapsed = elapsed
        self._silent_until = float("-inf")
        self._times = 0
        self._wrong = False

    def unknown(self, outcome: Answered, reason: str) -> Answered:
        """Mails say what their orders say."""
        self._wrong = True
        self._times += 1
        if self._elapsed() < self._silent_until:
            return outcome
        telemetry.log().warning(
            "the stock could not be looked up: mails say what their orders say",
            action="stock.unknown",
            source=self._source,
            reason=f"{outcome}: {reason}",
            times=self._times,
        )
        self._times, self._silent_until = 0, self._elapsed() + _SAID_SECONDS
        return outcome

    def known(self) -> None:
        """It was answered."""
        if self._wrong:
            telemetry.log().info(
                "the stock is looked up again", action="stock.known", source=self._source
            )
        self._wrong = False
