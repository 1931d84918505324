"""The intake side: everything that the door, the API and the console need."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from twofifty.adapters.http.keys import HttpKeys
from twofifty.adapters.mailbox import Mailbox
from twofifty.adapters.pipe.broker import PipeTeller
from twofifty.adapters.pipe.owner import own_name, surely_dead
from twofifty.adapters.pipe.scratch import ScratchFolder
from twofifty.adapters.pipe.supervisor import Supervisor
from twofifty.app.carriers import Relaying, news
from twofifty.app.check import check
from twofifty.app.delivery import Delivery, Leaving, route
from twofifty.app.doors import askables, board, doors
from twofifty.app.folder import disk_low, kept_key, made_folder
from twofifty.app.fronts import LiveFronts
from twofifty.app.inbound import Inbound
from twofifty.app.letters import sample
from twofifty.app.policy import rules
from twofifty.app.reach import ReachWork
from twofifty.app.sources import SourceWork
from twofifty.app.stores import open_store
from twofifty.app.templates import templates
from twofifty.clock import Clock, SystemClock
from twofifty.deliver.ports import Channel
from twofifty.errors import StartError
from twofifty.flow.board import Noted
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.intake.reserve import Reserved
from twofifty.queue.duty import Turn
from twofifty.settings import Settings

MAILBOX_PORT = 2525
MAILBOX_FILE = "mailbox.db"


class Service:
    """The intake side: everything that the door, the API and the console need."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        check(settings)
        self.settings = settings
        self.clock = clock or SystemClock()
        self.folder = made_folder(settings)
        self.teller = PipeTeller()
        self.broken = asyncio.Event()
        self.news = news(settings, self.teller)
        planner = Planner(self.clock, rules(settings))
        self.store = open_store(
            settings.database_url,
            self.clock,
            sample=lambda: sample(settings),
            announced=self.news.announce,
            broken=self.broken.set,
            plan=planner.plan,
        )
        self.board = board(settings, self.clock)
        self._keys = HttpKeys(self.clock, askables(settings, self.clock))
        self.intake = Intake(
            doors(settings),
            Noted(Reserved(self.store.ledger, self.disk_low, self.clock), self.board),
            self.news,
            self.clock,
            planner,
            self._keys,
        )
        self.turn = Turn(self.store.duties, "care", own_name(), self.clock, surely_dead)
        self._caring: asyncio.Task[None] | None = None
        self.sources = SourceWork(settings, self.store, self.intake, planner, self.board, self.turn)
        self.inbound = Inbound(settings, self.store, self.clock, self._keys, self.turn)
        self.templates = templates(settings, self.store, self.clock, self._opened)
        self.relaying = Relaying(settings, self.store, self.news, self.clock)
        self.reach = ReachWork(settings, self.store, self.clock, self.turn)
        self.fronts = LiveFronts(settings, self.store.shelf)
        self.key = settings.api_key or kept_key(settings)
        self.mailbox: Mailbox | None = None
        self.smtp_url = settings.smtp_url
        self.metrics_folder: Path | None = None
        self._scratch: ScratchFolder | None = None
        self._supervisor: Supervisor | None = None
        self._inside: Delivery | None = None

    async def start(self, *, deliver: bool) -> None:
        """Starts the built-in mailbox where no next hop is set, what is done for the sources, and
        the delivery processes."""
        self._caring = asyncio.create_task(self.turn.watch())
        await self.inbound.start()
        self.sources.start()
        self.reach.start()
        self.relaying.start()
        if not self.settings.smtp_url:
            self.mailbox = Mailbox(self.folder / MAILBOX_FILE)
            port = await started_mailbox(self.mailbox)
            self.smtp_url = f"smtp://127.0.0.1:{port}?tls=none"
        if deliver and self.settings.workers == 0:
            self._inside = Delivery(
                self.settings, self._leaving(), self.store, self.news, died=self.broken.set
            )
            self._inside.start()
        elif deliver:
            self._scratch = ScratchFolder(self.folder / "metrics")
            self.metrics_folder = self._scratch.path
            self._supervisor = Supervisor(
                (sys.executable, "-m", "twofifty.cli.worker", *self._mailbox_words()),
                {**os.environ, **self._told()},
                self.teller,
                lambda _: self.teller.announce(),
            )
            self._supervisor.start(self.settings.workers)

    def expect_the_end(self) -> None:
        """Says that `stop` comes soon: a signal to the whole process group has ended the delivery
        processes too."""
        if self._supervisor is not None:
            self._supervisor.expect_the_end()

    async def stop(self) -> None:
        """Lets what is begun finish, then closes everything."""
        await self.inbound.stop()
        await self.reach.stop()
        await self.sources.stop()
        if self._caring is not None:
            self._caring.cancel()
        await self.turn.leave()
        await self._keys.close()
        if self._supervisor is not None:
            await self._supervisor.stop()
        if self._inside is not None:
            await self._inside.stop()
        if self.mailbox is not None:
            await self.mailbox.stop()
        if self._scratch is not None:
            self._scratch.close()
        await self.relaying.stop()
        await self.news.close()
        await self.store.close()

    def _opened(self) -> Channel:
        return route(self._leaving(), self.settings, self.clock).channel

    def _leaving(self) -> Leaving:
        return Leaving(self.smtp_url, self.folder / MAILBOX_FILE if self.mailbox else None)

    def _mailbox_words(self) -> tuple[str, ...]:
        return (str(self.folder / MAILBOX_FILE),) if self.mailbox else ()

    def _told(self) -> dict[str, str]:
        return {
            "TWOFIFTY_SMTP_URL": self.smtp_url,
            # links in mails lead to where this process really listens
            "TWOFIFTY_PORT": str(self.settings.port),
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics_folder),
        }

    def disk_low(self) -> bool:
        """Whether less than the reserve is free where the store lies."""
        return disk_low(self.settings)


async def started_mailbox(mailbox: Mailbox) -> int:
    """Starts the mailbox on its usual port, or on any free one where that is taken."""
    with contextlib.suppress(StartError):
        return await mailbox.start(port=MAILBOX_PORT)
    return await mailbox.start()
