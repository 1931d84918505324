"""A loop whose time stands still but while everybody sleeps, and then leaps: hours in no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

from twofifty.deliver.routes.times import Times

T = TypeVar("T")


class _Leaping(selectors.SelectSelector):
    """A selector that never waits: what would be waited for is added to `time`."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for something that will never be"
        self.time += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio loop in virtual time."""

    def __init__(self) -> None:
        self.leaping = _Leaping()
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.time


def run(scenario: Coroutine[object, object, T]) -> T:
    """Runs it in a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scenario)


def now() -> float:
    """The virtual time."""
    return asyncio.get_running_loop().time()


VIRTUAL = Times(now=now)
