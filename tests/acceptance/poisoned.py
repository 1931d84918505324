"""A delivery process that some mails kill: `python -m tests.acceptance.poisoned STORE FOLDER URL`.

Of real parts, but for what makes the mails: over a recipient that begins with `poison` it dies.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.pipe.owner import own_name, surely_dead
from twofifty.adapters.pipe.working import Working, at_work, forget
from twofifty.adapters.smtp.lookup import lookup_of
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.app.stores import Store, open_made
from twofifty.clock import SystemClock
from twofifty.deliver.ports import Envelope, Frozen, Leased
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.route import Route
from twofifty.queue.worker import Worker
from twofifty.testing.contracts.store_bench import frozen

SETTLE = 1.0


class Deadly:
    """Makes a plain mail, or dies."""

    def __init__(self, working: Working) -> None:
        self._working = working

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        self._working.on(item.seq)
        if item.recipient.startswith("poison"):
            os.kill(os.getpid(), signal.SIGKILL)
        made = frozen(item, "thank you")
        self._working.on(0)
        return made, Envelope(item.message_id, "shop@example.net", item.recipient, made.raw)


async def bury(store: Store, folder: Path) -> None:
    """Takes back what the dead had, again and again, and says which mail killed them."""
    while True:
        for owner in await store.outbox.owners():
            if surely_dead(owner):
                guilty = at_work(folder, owner)
                if guilty is not None:
                    await store.outbox.acquit(owner, guilty)
                await store.outbox.beat(owner, 0.0)
                forget(folder, owner)
        await store.outbox.sweep(SystemClock().seconds(), SETTLE)
        await asyncio.sleep(0.2)


async def main(kept: str, folder: Path, url: str) -> None:
    """Delivers until it is killed."""
    owner, clock = own_name(), SystemClock()
    store = open_made(kept, clock)
    (route,) = parse_routes(url)
    leg = Leg(
        SmtpChannel(route, helo="shop.example.com"),
        route.label,
        capability=route.capability,
        lookup=lookup_of(route, clock),
        settle=route.settle,
    )
    routes = Routes([leg])
    way = Way(Deadly(Working(folder, owner)), Route(routes, routes))
    courier = Courier(owner, store.outbox, {"email": way}, clock)
    worker = Worker(owner, store.outbox, MemoryBroker(), clock, courier)
    await asyncio.gather(worker.run(), bury(store, folder))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
