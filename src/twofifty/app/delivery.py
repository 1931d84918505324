"""The delivery side: a worker, its sweeper, and the routes that mail leaves by."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from twofifty import telemetry
from twofifty.adapters.mailbox.lookup import MailboxLookup
from twofifty.adapters.pipe.owner import own_name, surely_dead
from twofifty.adapters.pipe.working import Working, at_work, forget
from twofifty.app.brakes import gatekeeper
from twofifty.app.brokers import carrier
from twofifty.app.folder import made_folder
from twofifty.app.gateways import ways
from twofifty.app.identity import OwnIdentity, instance_word
from twofifty.app.letters import presses
from twofifty.app.pages import order_page
from twofifty.app.routes import bounds, limited, routes
from twofifty.app.stock import stock_books
from twofifty.app.stores import Store
from twofifty.clock import Clock, SystemClock
from twofifty.deliver.ports import Leased, Reclaimed
from twofifty.errors import StoreBroken, StoreError
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.mailing import Mailing
from twofifty.flow.route import Doubts, OneHop, Route
from twofifty.flow.watch_templates import TemplateWatch
from twofifty.queue.answer import KeptAnswer
from twofifty.queue.carried import Carried
from twofifty.queue.ports import Broker, Handler, Leases
from twofifty.queue.worker import BEAT_SECONDS, POLL_SECONDS, Worker
from twofifty.settings import Settings

MAILBOX_SETTLE = 2.0


class Leaving(msgspec.Struct, frozen=True):
    """Where mail leaves: `SMTP_URL`s, and the built-in mailbox's file where it is that one."""

    smtp_url: str
    mailbox: Path | None = None


class Delivery:
    """The delivery side: one worker over a store, an SMTP route, and its sweeper. `died` is called
    when one of the two ended by a fault: better no process than one that delivers nothing."""

    def __init__(
        self,
        settings: Settings,
        leaving: Leaving,
        store: Store,
        broker: Broker,
        *,
        died: Callable[[], None],
    ) -> None:
        self.owner = own_name()
        self._died = died
        self._store = store
        self._clock = SystemClock()
        self._route = route(leaving, settings, self._clock)
        self._folder = made_folder(settings) / "working"
        self._working = Working(self._folder, self.owner)
        self._books = stock_books(settings, self._clock)
        identity = OwnIdentity(settings, instance_word(settings))
        stocked = {
            name: msgspec.structs.replace(press, stock=self._books.get(name))
            for name, press in presses(settings, order_page(settings), identity).items()
        }
        composers = {name: press.composer for name, press in stocked.items()}
        self._templates = TemplateWatch(store.shelf, composers)
        self._gatekeeper = gatekeeper(settings, store.brakes, leaves=leaving.mailbox is None)
        self._alerts = ways(settings, stocked, self._clock)
        courier = Courier(
            self.owner,
            store.outbox,
            {
                "email": Way(Mailing(stocked, self._clock, self._working.on), self._route),
                **self._alerts,
            },
            self._clock,
            lambda: self._gatekeeper.gates,
        )
        leases: Leases[Leased] = store.outbox
        handler: Handler[Leased] = courier
        self._broker = broker
        carried = carrier(settings)
        if carried is not None:
            by_ticket = Carried(carried, store.dispatch, store.outbox, broker, self._clock)
            self._broker, leases = by_ticket, by_ticket
            handler = by_ticket.answering(courier)
        self._worker = Worker(
            self.owner, leases, self._broker, self._clock, handler, bounds(leaving.smtp_url)
        )
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins to work and to sweep."""
        self._tasks = [
            asyncio.create_task(self._work()),
            asyncio.create_task(self._sweep()),
            asyncio.create_task(self._templates.run(self._store.archive.version)),
            asyncio.create_task(self._gatekeeper.run(self._store.archive.version)),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Finishes what is begun, hands back the rest, closes the connections."""
        self._worker.stop()
        working, *beside = self._tasks
        with contextlib.suppress(StoreError):
            await working
        for task in beside:
            task.cancel()
        if isinstance(self._broker, Carried):
            await self._broker.close()
        self._working.close()
        for book in self._books.values():
            await book.close()
        await self._route.channel.close()
        for way in self._alerts.values():
            await way.route.channel.close()

    async def _work(self) -> None:
        """Works, with the published templates and what stops mail known from the first on."""
        with contextlib.suppress(StoreError):
            await self._templates.look()
        await self._known_gates()
        await self._worker.run()

    async def _known_gates(self) -> None:
        """No mail leaves before it is known whose store this is."""
        while True:
            try:
                return await self._gatekeeper.look()
            except StoreBroken:
                raise
            except StoreError:
                await asyncio.sleep(POLL_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, StoreError):
            telemetry.log().critical(
                "delivery ended by a fault", action="worker.died", fault=repr(fault)
            )
            self._died()

    async def _bury(self, owners: Sequence[str]) -> None:
        """Ends the leases of processes that the kernel knows to be gone, before they expire."""
        for owner in owners:
            if surely_dead(owner):
                guilty = at_work(self._folder, owner)
                if guilty is not None:
                    await self._store.outbox.acquit(owner, guilty)
                await self._store.outbox.beat(owner, 0.0)
                forget(self._folder, owner)

    async def _sweep(self) -> None:
        """After the clock was set, whoever lives has two beats of time to say so by the new one.
        While nobody has anything leased, there is nothing to do before somebody commits."""
        ahead, rest, held = self._ahead(), 0.0, True
        unheld = KeptAnswer(self._swept, self._store.archive.version)
        while True:
            before, ahead = ahead, self._ahead()
            if abs(ahead - before) > 1.0:
                rest = time.monotonic() + 2 * BEAT_SECONDS
            if time.monotonic() >= rest:
                held = await (self._swept() if held else unheld.get())
            await asyncio.sleep(POLL_SECONDS)

    def _ahead(self) -> float:
        return self._clock.seconds() - time.monotonic()

    async def _swept(self) -> bool:
        """Whether somebody has something leased, as far as is known."""
        try:
            owners = await self._store.outbox.owners()
            await self._bury(owners)
            found = await self._store.outbox.sweep(
                self._clock.seconds(), self._route.doubts.settle_for("")
            )
        except StoreError as fault:
            telemetry.log().error("could not sweep", action="worker.unswept", fault=repr(fault))
            return True
        _say(found)
        return bool(owners)


def _say(found: Reclaimed) -> None:
    if found.queued or found.in_doubt or found.parked:
        telemetry.log().warning(
            "a dead worker's messages were taken back",
            action="worker.sweep",
            queued=found.queued,
            in_doubt=found.in_doubt,
            parked=found.parked,
        )


def route(leaving: Leaving, settings: Settings, clock: Clock) -> Route:
    """Where mail leaves. A doubt can be settled by asking only where its route can be asked."""
    out = routes(settings, leaving.smtp_url, clock)
    whole, sources = limited(settings, out)
    doubts: Doubts = out
    if leaving.mailbox is not None:
        doubts = OneHop(MailboxLookup(leaving.mailbox), MAILBOX_SETTLE)
    return Route(whole, doubts, settings.doubt_copies, sources=sources)
