"""A message that waits for a connection, and then for what becomes of it there."""

import asyncio
from collections.abc import Callable

from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Dot, Envelope

Take = Callable[[], "Offered | None"]
"""The next message that waits; None: none does, or none may go behind the last one."""


class Offered:
    """One message and the future of its outcome. Whoever offered it may give it up: from then on no
    dot of it leaves."""

    __slots__ = ("_asking", "_dot", "_outcome", "deserted", "envelope")

    def __init__(self, envelope: Envelope, dot: Dot, outcome: "asyncio.Future[Outcome]") -> None:
        self.envelope = envelope
        self._dot = dot
        self._outcome = outcome
        self._asking: asyncio.Task[object] | None = None
        self.deserted: Callable[[], None] = _nobody

    def is_over(self) -> bool:
        """Nobody waits for it any more."""
        return self._outcome.done()

    def settle(self, outcome: Outcome) -> None:
        """What became of it."""
        if not self._outcome.done():
            self._outcome.set_result(outcome)

    def fail(self, fault: BaseException) -> None:
        """The journal, or we, failed with it."""
        if not self._outcome.done():
            self._outcome.set_exception(fault)

    def give_up(self) -> None:
        """Nobody waits for it any more: an answer of the journal is not waited for either, and
        whoever has it on the way (`deserted`) hears of it."""
        if self._asking is not None:
            self._asking.cancel()
        self.deserted()

    async def journalled(self) -> bool:
        """Whether its dot is journalled and may leave. Raises what the journal raises."""
        if self.is_over():
            return False
        self._asking = task = asyncio.current_task()
        try:
            return await self._dot() and not self.is_over()
        except asyncio.CancelledError:
            if task is None or not self.is_over():
                raise
            task.uncancel()
            return False
        finally:
            self._asking = None


def _nobody() -> None:
    """It is not on the way."""
