"""News of work between processes and machines that share a database."""

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.postgresql.signals import WORK, Signals
from twofifty.adapters.postgresql.url import target


class PostgresqlBroker(MemoryBroker):
    """`queue.ports.Broker` over LISTEN and NOTIFY. Without either (`prepare=off`) it wakes workers
    of this process alone; all others look at the store by themselves. Raises SettingsError."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._signals = Signals(target(url), self._hear)

    def announce(self) -> None:
        """See `queue.ports.Broker`."""
        super().announce()
        self._signals.say(WORK)
        self._signals.start()

    async def wait(self, seconds: float) -> bool:
        """See `queue.ports.Broker`."""
        self._signals.start()
        return await super().wait(seconds)

    async def close(self) -> None:
        """See `queue.ports.Broker`."""
        await super().close()
        await self._signals.close()

    def _hear(self, channel: str) -> None:
        if channel == WORK:
            super().announce()
