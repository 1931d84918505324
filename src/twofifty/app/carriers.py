"""What carries work to workers elsewhere: news by the database, tickets by a broker."""

import asyncio

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.chorus import Chorus
from twofifty.app.brokers import carrier
from twofifty.app.identity import OwnIdentity, instance_word
from twofifty.app.letters import presses
from twofifty.app.pages import order_page
from twofifty.app.place import is_shared, postgresql
from twofifty.app.stores import Store
from twofifty.clock import Clock
from twofifty.flow.enclose import Enclosing
from twofifty.flow.mailing import Mailing
from twofifty.flow.relay import Fill, Relay, ids_only
from twofifty.queue.carrier import CarrierState
from twofifty.queue.ports import Broker
from twofifty.settings import Settings


def news(settings: Settings, own: Broker | None = None) -> Broker:
    """How this process hears of work, and tells of it: by `own` (of processes on this machine), and
    by the database where others may share that. Raises SettingsError."""
    near: Broker = own if own is not None else MemoryBroker()
    if not is_shared(settings.database_url):
        return near
    far: Broker = postgresql("broker").PostgresqlBroker(settings.database_url)
    return Chorus(near, far)


class Relaying:
    """The relay beside the intake; nothing where there is no broker."""

    def __init__(self, settings: Settings, store: Store, heard: Broker, clock: Clock) -> None:
        """Raises SettingsError."""
        self.carrier = carrier(settings)
        self._relay = None
        if self.carrier is not None:
            fill = ids_only if settings.carry == "id" else _enclosing(settings, store, clock)
            self._relay = Relay(self.carrier, store.dispatch, heard, clock, fill)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to publish what is due."""
        if self._relay is not None:
            self._task = asyncio.create_task(self._relay.run())

    def state(self) -> CarrierState | None:
        """How the broker was at the last look; None without one."""
        return None if self._relay is None else self._relay.state

    async def stop(self) -> None:
        """Ends it. What was not published is by another relay, or at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self.carrier is not None:
            await self.carrier.close()


def _enclosing(settings: Settings, store: Store, clock: Clock) -> Fill:
    """Puts the mail into its ticket. Raises SettingsError."""
    identity = OwnIdentity(settings, instance_word(settings))
    made = Mailing(presses(settings, order_page(settings), identity), clock)
    return Enclosing(store.contents, {"email": made})
