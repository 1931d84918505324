"""What is waited for: servers with one line before them, and whatever serves in batches."""

from collections import deque
from collections.abc import Callable

import msgspec

from tools.load_plan.events import Process, Resume, Simulation, Wait


class Servers:
    """`number` equal servers, first come first served: cores of a machine, connections."""

    def __init__(self, time: Simulation, number: int) -> None:
        self._time = time
        self.number = number
        self._free = number
        self._line: deque[tuple[float, Resume]] = deque()
        self.worked = 0.0

    def hold(self, seconds: float) -> Wait:
        """To be yielded: resumes once a server has worked on it so long."""

        def wait(resume: Resume) -> None:
            if self._free:
                self._free -= 1
                self._serve(seconds, resume)
            else:
                self._line.append((seconds, resume))

        return wait

    def busy(self, seconds: float) -> float:
        """The share of their time in which they worked, of so many seconds."""
        return self.worked / (self.number * seconds)

    def _serve(self, seconds: float, resume: Resume) -> None:
        self.worked += seconds

        def served() -> None:
            if self._line:
                self._serve(*self._line.popleft())
            else:
                self._free += 1
            resume()

        self._time.after(seconds, served)


class Batch(msgspec.Struct, frozen=True):
    """What is served at once: how many pieces, their work in seconds, and their bytes."""

    pieces: int
    seconds: float
    size: float


class Batcher:
    """Natural batches: each of its `hands` that becomes free takes whatever waits, up to `most`,
    and nothing waits for others to come. `serve` is what a batch then goes through."""

    def __init__(
        self, time: Simulation, serve: Callable[[Batch], Process], hands: int = 1, most: int = 128
    ) -> None:
        self._time = time
        self._serve = serve
        self._free = hands
        self._most = most
        self._line: deque[tuple[float, float, Resume]] = deque()
        self.batches = 0
        self.pieces = 0

    def join(self, seconds: float, size: float = 0.0) -> Wait:
        """To be yielded: resumes once the batch that this piece is in has been served."""

        def wait(resume: Resume) -> None:
            self._line.append((seconds, size, resume))
            if self._free:
                self._free -= 1
                # whoever comes at the same moment is in it
                self._time.after(0.0, self._next)

        return wait

    def _next(self) -> None:
        if not self._line:
            self._free += 1
            return
        taken = [self._line.popleft() for _ in range(min(self._most, len(self._line)))]
        self.batches += 1
        self.pieces += len(taken)
        self._time.begin(self._served(taken))

    def _served(self, taken: list[tuple[float, float, Resume]]) -> Process:
        seconds, sizes = sum(one[0] for one in taken), sum(one[1] for one in taken)
        yield from self._serve(Batch(len(taken), seconds, sizes))
        for _, _, resume in taken:
            resume()
        self._next()
