"""News between processes: NOTIFY and LISTEN on a connection of its own.

Not inside the transactions that there is news of: a NOTIFY makes commits wait for each other, the
disk's answer included. It follows at once, at most so often; if it is lost, whoever waits looks at
the store by itself a little later.
"""

import asyncio
from collections.abc import Callable

from twofifty.adapters.postgresql.faults import FAULTS
from twofifty.adapters.postgresql.url import Target
from twofifty.adapters.postgresql.wire import Connection, connect

CHANNELS = {"twofifty_work": 0.02, "twofifty_changed": 0.25}
"""How many seconds at least are between two NOTIFYs of one process."""
WORK, CHANGED = CHANNELS
_SHORTEST, _LONGEST = 0.1, 1.0


class Signals:
    """Says and hears news. `heard` is called with the channel, of what other connections said and,
    since news may have been missed, for each after a connection was made."""

    def __init__(self, target: Target, heard: Callable[[str], None]) -> None:
        self._target = target
        self._heard = heard
        self._to_say: set[str] = set()
        self._next = dict.fromkeys(CHANNELS, 0.0)
        self._something = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._closed = False
        self.listens = False

    def start(self) -> None:
        """Begins to listen, unless it does already, or there is a pooler that does not let it."""
        if self._target.prepare and self._running is None and not self._closed:
            self._running = asyncio.get_running_loop().create_task(self._run())

    def say(self, channel: str) -> None:
        """Tells all others soon. Never blocks, never raises."""
        self._to_say.add(channel)
        self._something.set()

    async def close(self) -> None:
        """Ends; nothing is said or heard any more."""
        self._closed = True
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def _run(self) -> None:
        pause = _SHORTEST
        while True:
            try:
                connection = await connect(self._target)
                pause = _SHORTEST
                await self._listen(connection)
            except FAULTS:
                # The server is away: the store says so to whoever needs it.
                self.listens = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST)

    async def _listen(self, connection: Connection) -> None:
        """Until the connection is lost. Raises asyncpg's errors."""
        try:
            connection.add_termination_listener(lambda _: self._something.set())
            for channel in CHANNELS:
                await connection.add_listener(channel, self._hear)
            self.listens = True
            for channel in CHANNELS:
                self._heard(channel)
            while not connection.is_closed():
                await self._say(connection)
        finally:
            self.listens = False
            connection.terminate()

    async def _say(self, connection: Connection) -> None:
        """What is to be said now; a channel that spoke a moment ago has its turn later."""
        await self._something.wait()
        self._something.clear()
        loop = asyncio.get_running_loop()
        now = loop.time()
        for channel in sorted(self._to_say):
            rest = self._next[channel] - now
            if rest > 0:
                loop.call_later(rest, self._something.set)
                continue
            self._to_say.discard(channel)
            self._next[channel] = now + CHANNELS[channel]
            await connection.execute(f"NOTIFY {channel}")

    def _hear(self, connection: Connection, pid: int, channel: str, _: object) -> None:
        # What was on its way when the connection was closed is nobody's news any more.
        if not connection.is_closed() and pid != connection.get_server_pid():
            self._heard(channel)
