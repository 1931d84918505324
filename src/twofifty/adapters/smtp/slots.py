"""How many messages may be on their way at once: a queue with a limit that the server can lower."""

import asyncio
from collections import deque

_GROWTH = 10


class Slots:
    """First come, first served. Each `crowded` lowers the limit by one; it rises by one again, up
    to where it began, each time ten messages a slot went well."""

    def __init__(self, limit: int) -> None:
        self._most = limit
        self._limit = limit
        self._taken = 0
        self._worked = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """How many may be taken at once at present."""
        return self._limit

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._taken

    async def take(self) -> None:
        """Waits for a slot. Each `take` that returns needs one `give`."""
        if self._taken < self._limit and not self._queue:
            self._taken += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the slot was already handed over
                self.give()
            raise

    def give(self) -> None:
        """Hands the slot to whoever waits longest."""
        self._taken -= 1
        self._serve()

    def crowded(self) -> None:
        """The server would not have one more connection."""
        self._limit = max(1, self._limit - 1)
        self._worked = 0

    def worked(self) -> None:
        """A message went well."""
        if self._limit == self._most:
            return
        self._worked += 1
        if self._worked >= self._limit * _GROWTH:
            self._worked = 0
            self._limit += 1
            self._serve()

    def _serve(self) -> None:
        while self._queue and self._taken < self._limit:
            turn = self._queue.popleft()
            if not turn.done():
                self._taken += 1
                turn.set_result(None)
