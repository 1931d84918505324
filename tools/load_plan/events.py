"""Simulated time. A process is a generator that yields what it waits for and is resumed then."""

import heapq
import random
from collections.abc import Callable, Generator
from itertools import count

Resume = Callable[[], None]
Wait = Callable[[Resume], None]
Process = Generator[Wait, None, None]


def lots(seed: int) -> random.Random:
    """Drawn the same in every run, on every machine."""
    return random.Random(seed)  # noqa: S311 - nothing secret is drawn


class Simulation:
    """Runs what is due in the order of its time; of what is due at once, first come first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Resume]] = []
        self._number = count()

    def after(self, seconds: float, then: Resume) -> None:
        """Calls `then` so much later."""
        heapq.heappush(self._due, (self.now + seconds, next(self._number), then))

    def pause(self, seconds: float) -> Wait:
        """To be yielded: resumes so much later."""
        return lambda resume: self.after(seconds, resume)

    def begin(self, process: Process) -> None:
        """Runs `process` until its first wait; it goes on by itself from there."""

        def resume() -> None:
            try:
                wait = next(process)
            except StopIteration:
                return
            wait(resume)

        resume()

    def run(self, until: float) -> None:
        """Until that time; what is due later stays."""
        while self._due and self._due[0][0] <= until:
            self.now, _, then = heapq.heappop(self._due)
            then()
        self.now = until
