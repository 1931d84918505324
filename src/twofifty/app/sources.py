"""What is done for the sources beside taking in what they send: fetching, comparing, auditing."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from twofifty import telemetry
from twofifty.adapters.http.line import HttpLine
from twofifty.app.canaries import canaries
from twofifty.app.doors import askables
from twofifty.app.links import links
from twofifty.app.listings import listings
from twofifty.app.logs import followed, logs
from twofifty.app.seen import last_arrivals
from twofifty.app.stock import shelves, stock_checks
from twofifty.app.stores import Store
from twofifty.errors import ShopError, StoreError
from twofifty.flow.audit import Auditor
from twofifty.flow.board import Board
from twofifty.flow.canary import Canary
from twofifty.flow.connect import Watch
from twofifty.flow.fetch import Fetcher
from twofifty.flow.follow import Follower
from twofifty.flow.guard_templates import TemplateGuard
from twofifty.flow.plan import Planner
from twofifty.flow.prune import Pruner
from twofifty.flow.receive import Intake
from twofifty.flow.reconcile import Reconciler
from twofifty.queue.duty import Turn
from twofifty.settings import Settings

AGAIN_SECONDS = 5.0
LONGEST_AGAIN = 300.0


class SourceWork:
    """The tasks beside the door. One that fails is said, and begun again: none takes another, or
    the door, with it."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        intake: Intake,
        planner: Planner,
        board: Board,
        turn: Turn,
    ) -> None:
        self._settings = settings
        self._board = board
        self._turn = turn
        self._archive = store.archive
        clock = board.clock
        self.askables = askables(settings, clock)
        self.auditor = Auditor(store.audit, clock)
        self._pruner = Pruner(store.attic, clock)
        self._guard = TemplateGuard(store.shelf, clock)
        self._fetcher = Fetcher(store.errands, self.askables, intake, clock)
        self._reconcilers = {
            name: Reconciler(listing, intake, planner, store.books, clock)
            for name, listing in listings(settings, self.askables, store.books).items()
        }
        self._links = links(settings, self.askables)
        self._line = HttpLine()
        self._canaries = {
            name: Canary(perch, self._line, store.archive, board)
            for name, perch in canaries(settings).items()
        }
        self._followers = [
            Follower(
                followed(name, stated),
                intake,
                store.books,
                clock,
                told=partial(board.fault, name, "log"),
            )
            for name, stated in logs(settings).items()
        ]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins everything that the settings ask for."""
        self._begin("audit", self.auditor.run)
        if self.askables:
            self._begin("fetch", self._fetcher.run)
        self._begin_once("templates", self._guard.run)
        if self._settings.keep_days:
            age = timedelta(days=self._settings.keep_days)
            self._begin_once("prune", partial(self._pruner.run, age))
        for follower in self._followers:
            self._begin_once("follow", follower.run)
        for name, reconciler in self._reconcilers.items():
            if self._settings.sources[name].reconcile_minutes:
                self._begin_once("reconcile", partial(self._reconcile, name, reconciler))
        self._begin_looks()

    def _begin_looks(self) -> None:
        """Whether everything about a source is as it should be."""
        for name, link in self._links.items():
            stated = self._settings.sources[name]
            if stated.check_minutes:
                watch = Watch(link, self._board, repair=stated.repair_webhooks)
                self._begin_once("connect", partial(self._watch, name, watch))
        for name in shelves(self._settings):
            if self._settings.sources[name].check_minutes:
                self._begin("stock", partial(self._look_at_stock, name))
        for name, canary in self._canaries.items():
            minutes = self._settings.sources[name].canary_minutes
            self._begin_once("canary", partial(canary.run, minutes))

    async def stop(self) -> None:
        """Ends everything."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for askable in self.askables.values():
            await askable.asker.close()
        await self._line.close()

    async def _reconcile(self, name: str, reconciler: Reconciler) -> None:
        """Compares again and again; a shop that is away is asked at the next time."""
        guard = timedelta(hours=self._settings.confirm_max_age_hours)
        while True:
            try:
                self._board.compared(await reconciler.run(name, guard))
            except (ShopError, StoreError) as fault:
                self._board.not_compared(name, str(fault))
                telemetry.log().warning(
                    "could not compare with the shop's list",
                    action="reconcile.failed",
                    source=name,
                    reason=str(fault),
                )
            await asyncio.sleep(self._settings.sources[name].reconcile_minutes * 60.0)

    async def _watch(self, name: str, watch: Watch) -> None:
        """Looks at a source's webhooks again and again, knowing when they came last."""
        state = self._board.states[name]
        if state.last_arrival is None:
            state.last_arrival = (await last_arrivals(self._archive, [name])).get(name)
        await watch.run(self._settings.sources[name].check_minutes)

    async def _look_at_stock(self, name: str) -> None:
        """Says again and again on the board whether the stock can be looked up."""
        while True:
            wrong = [one for one in await stock_checks(self._settings, name) if one.state != "ok"]
            self._board.fault(name, "stock", wrong[0].message if wrong else None)
            await asyncio.sleep(self._settings.sources[name].check_minutes * 60.0)

    def _begin_once(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """What one process does for all that share the store."""
        self._begin(name, partial(self._turn.run, work))

    def _begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.create_task(_kept(name, work)))


async def _kept(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Begins `work` again whenever it fails, the later the sooner it failed."""
    pause = AGAIN_SECONDS
    while True:
        began = time.monotonic()
        try:
            await work()
        except Exception as fault:  # noqa: BLE001
            # Whatever it was: the work is begun again, and the fault is said with its place.
            telemetry.log().error(
                "work for the sources failed and is begun again",
                action="sources.fault",
                work=name,
                fault=type(fault).__name__,
                where=telemetry.where(fault),
            )
        lasted = time.monotonic() - began > LONGEST_AGAIN
        pause = AGAIN_SECONDS if lasted else min(2 * pause, LONGEST_AGAIN)
        await asyncio.sleep(pause)
