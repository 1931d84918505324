"""The store and the intake without a service: for verbs that act beside a running one, or alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from twofifty.adapters.http.keys import HttpKeys
from twofifty.app.doors import askables, doors
from twofifty.app.policy import rules
from twofifty.app.stores import Store, open_made
from twofifty.clock import Clock, SystemClock
from twofifty.flow.fetch import Askable
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.queue.ports import Broker
from twofifty.settings import Settings


@dataclass(frozen=True, slots=True)
class Offline:
    """What a verb works with."""

    store: Store
    intake: Intake
    planner: Planner
    askables: dict[str, Askable]
    clock: Clock


class Nobody:
    """A Broker that tells nobody: a running service looks by itself within a second."""

    def announce(self) -> None:
        """Nothing."""

    async def wait(self, seconds: float) -> bool:
        """Nothing to wait for."""
        return False

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Offline]:
    """Opens the store. Raises StartError where there is none yet."""
    clock = SystemClock()
    planner = Planner(clock, rules(settings))
    store = open_made(settings.database_url, clock, plan=planner.plan)
    nobody: Broker = Nobody()
    shops = askables(settings, clock)
    keys = HttpKeys(clock, shops)
    intake = Intake(doors(settings), store.ledger, nobody, clock, planner, keys)
    try:
        yield Offline(store, intake, planner, shops, clock)
    finally:
        await keys.close()
        await store.close()
