"""The only composition root: Settings in, wired services out. Fakes come in by keyword."""

import asyncio
import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from twofifty import telemetry
from twofifty.adapters import registry
from twofifty.adapters.mailbox import Mailbox
from twofifty.adapters.mailbox.lookup import MailboxLookup
from twofifty.adapters.pipe.broker import PipeTeller
from twofifty.adapters.pipe.owner import own_name, surely_dead
from twofifty.adapters.pipe.scratch import ScratchFolder
from twofifty.adapters.pipe.supervisor import Supervisor
from twofifty.adapters.pipe.working import Working, at_work, forget
from twofifty.adapters.smtp.everyone import EveryLookup
from twofifty.adapters.smtp.failover import Failover
from twofifty.adapters.smtp.lookup import HttpLookup
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.adapters.sqlite.database import path_of
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.clock import Clock, SystemClock
from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.confirmation import Composer, Seed
from twofifty.deliver.ports import Channel, Leased, Reclaimed
from twofifty.errors import SettingsError, StartError, StoreError
from twofifty.flow.deliver import Courier, Press, Route
from twofifty.flow.receive import Door, Intake
from twofifty.intake.ports import Stated
from twofifty.intake.reserve import Reserved
from twofifty.notice.policy import Rules
from twofifty.order import wire
from twofifty.order.specimen import specimen
from twofifty.queue.ports import Broker
from twofifty.queue.worker import BEAT_SECONDS, POLL_SECONDS, Worker
from twofifty.settings import Settings, SourceSettings

MAILBOX_PORT = 2525
MAILBOX_FILE = "mailbox.db"
MAILBOX_SETTLE = 2.0


class Leaving(msgspec.Struct, frozen=True):
    """Where mail leaves: `SMTP_URL`s, and the built-in mailbox's file where it is that one."""

    smtp_url: str
    mailbox: Path | None = None


class Service:
    """The intake side: everything that the door, the API and the console need."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        check(settings)
        self.settings = settings
        self.clock = clock or SystemClock()
        self.folder = data_folder(settings)
        self.teller = PipeTeller()
        self.broken = asyncio.Event()
        self.store = SqliteStore(
            path_of(settings.database_url),
            self.clock,
            sample=lambda: sample(settings),
            announced=self.teller.announce,
            broken=self.broken.set,
        )
        self.intake = Intake(
            doors(settings),
            Reserved(self.store.ledger, self.disk_low, self.clock),
            self.teller,
            self.clock,
            rules(settings),
        )
        self.key = settings.api_key or kept_key(self.folder)
        self.mailbox: Mailbox | None = None
        self.smtp_url = settings.smtp_url
        self.metrics_folder: Path | None = None
        self._scratch: ScratchFolder | None = None
        self._supervisor: Supervisor | None = None
        self._inside: Delivery | None = None

    async def start(self, *, deliver: bool) -> None:
        """Starts the built-in mailbox where no next hop is set, and the delivery processes."""
        if not self.settings.smtp_url:
            self.mailbox = Mailbox(self.folder / MAILBOX_FILE)
            port = await started_mailbox(self.mailbox)
            self.smtp_url = f"smtp://127.0.0.1:{port}?tls=none"
        if deliver and self.settings.workers == 0:
            self._inside = Delivery(
                self.settings, self._leaving(), self.store, self.teller, died=self.broken.set
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
        if self._supervisor is not None:
            await self._supervisor.stop()
        if self._inside is not None:
            await self._inside.stop()
        if self.mailbox is not None:
            await self.mailbox.stop()
        if self._scratch is not None:
            self._scratch.close()
        await self.store.close()

    def _leaving(self) -> Leaving:
        return Leaving(self.smtp_url, self.folder / MAILBOX_FILE if self.mailbox else None)

    def _mailbox_words(self) -> tuple[str, ...]:
        return (str(self.folder / MAILBOX_FILE),) if self.mailbox else ()

    def _told(self) -> dict[str, str]:
        return {
            "TWOFIFTY_SMTP_URL": self.smtp_url,
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics_folder),
        }

    def disk_low(self) -> bool:
        """Whether less than the reserve is free where the store lies."""
        free = shutil.disk_usage(self.folder).free
        return free < self.settings.disk_reserve_mb * 1024 * 1024


class Delivery:
    """The delivery side: one worker over a store, an SMTP route, and its sweeper. `died` is called
    when one of the two ended by a fault: better no process than one that delivers nothing."""

    def __init__(
        self,
        settings: Settings,
        leaving: Leaving,
        store: SqliteStore,
        broker: Broker,
        *,
        died: Callable[[], None],
    ) -> None:
        self.owner = own_name()
        self._died = died
        self._store = store
        self._clock = SystemClock()
        self._route = route(leaving, settings)
        self._folder = data_folder(settings) / "working"
        self._working = Working(self._folder, self.owner)
        courier = Courier(
            self.owner,
            store.outbox,
            self._route,
            presses(settings),
            self._clock,
            self._working.on,
        )
        self._worker: Worker[Leased] = Worker(
            self.owner,
            store.outbox,
            broker,
            self._clock,
            courier,
        )
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins to work and to sweep."""
        self._tasks = [
            asyncio.create_task(self._worker.run()),
            asyncio.create_task(self._sweep()),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Finishes what is begun, hands back the rest, closes the connections."""
        self._worker.stop()
        working, sweeping = self._tasks
        with contextlib.suppress(StoreError):
            await working
        sweeping.cancel()
        self._working.close()
        await self._route.channel.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, StoreError):
            telemetry.log().critical(
                "delivery ended by a fault", action="worker.died", fault=repr(fault)
            )
            self._died()

    async def _bury(self) -> None:
        """Ends the leases of processes that the kernel knows to be gone, before they expire."""
        for owner in await self._store.outbox.owners():
            if surely_dead(owner):
                guilty = at_work(self._folder, owner)
                if guilty is not None:
                    await self._store.outbox.acquit(owner, guilty)
                await self._store.outbox.beat(owner, 0.0)
                forget(self._folder, owner)

    async def _sweep(self) -> None:
        """After the clock was set, whoever lives has two beats of time to say so by the new one."""
        ahead, rest = self._ahead(), 0.0
        while True:
            before, ahead = ahead, self._ahead()
            if abs(ahead - before) > 1.0:
                rest = time.monotonic() + 2 * BEAT_SECONDS
            if time.monotonic() >= rest:
                await self._swept()
            await asyncio.sleep(POLL_SECONDS)

    def _ahead(self) -> float:
        return self._clock.seconds() - time.monotonic()

    async def _swept(self) -> None:
        try:
            await self._bury()
            found = await self._store.outbox.sweep(self._clock.seconds(), self._route.settle)
        except StoreError as fault:
            telemetry.log().error("could not sweep", action="worker.unswept", fault=repr(fault))
        else:
            _say(found)


def _say(found: Reclaimed) -> None:
    if found.queued or found.in_doubt or found.parked:
        telemetry.log().warning(
            "a dead worker's messages were taken back",
            action="worker.sweep",
            queued=found.queued,
            in_doubt=found.in_doubt,
            parked=found.parked,
        )


def check(settings: Settings) -> None:
    """Everything that can be wrong with settings, before anything is opened. Raises
    SettingsError, which names the setting."""
    path_of(settings.database_url)
    if settings.broker_url:
        raise SettingsError("BROKER_URL: only the embedded queue is there yet; leave it empty")
    if settings.smtp_url:
        parse_routes(settings.smtp_url)
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingsError("PUBLIC_URL: must begin with https:// or http://")
    doors(settings)
    presses(settings)
    for name in (settings.time_zone, *(one.time_zone for one in settings.sources.values())):
        _check_zone(name)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(
            f"TIME_ZONE: {name!r} is no IANA time zone; try Europe/Berlin"
        ) from None


def data_folder(settings: Settings) -> Path:
    """Where the store and everything beside it lies."""
    return path_of(settings.database_url).parent


def doors(settings: Settings) -> dict[str, Door]:
    """Every configured source by name. Raises SettingsError for an unknown kind or no secret."""
    return {name: _door(name, stated) for name, stated in settings.sources.items()}


def _door(name: str, stated: SourceSettings) -> Door:
    live = stated.live_secrets()
    if not live:
        raise SettingsError(f'sources.{name}: needs secret = "..." to verify webhooks with')
    return Door(registry.source(stated.kind), live, Stated(name, stated.locale, stated.time_zone))


def rules(settings: Settings) -> Rules:
    """The confirmation policy's settings as values."""
    methods = (word.strip() for word in settings.unpaid_methods.split(","))
    return Rules(
        confirm_test=settings.confirm_test,
        max_age=timedelta(hours=settings.confirm_max_age_hours),
        need_stock=settings.confirm_when == "stock",
        unpaid_methods=frozenset(word for word in methods if word),
    )


def route(leaving: Leaving, settings: Settings) -> Route:
    """Where mail leaves. A doubt can be settled by asking only where every route can be asked."""
    routes = parse_routes(leaving.smtp_url)
    helo = parseaddr(settings.sender)[1].rpartition("@")[2] or "localhost"
    channels = tuple(SmtpChannel(one, helo=helo) for one in routes)
    channel: Channel = channels[0] if len(channels) == 1 else Failover(*channels)
    if leaving.mailbox is not None:
        return Route(channel, MailboxLookup(leaving.mailbox), MAILBOX_SETTLE)
    lookups = tuple(HttpLookup(one.lookup) for one in routes if one.lookup)
    askable = len(lookups) == len(routes)
    return Route(
        channel=channel,
        lookup=EveryLookup(lookups) if askable else None,
        settle=max(one.settle for one in routes),
        copies=settings.doubt_copies,
    )


def presses(settings: Settings) -> Mapping[str, Press]:
    """One press per source, and `''` for every other. Raises SettingsError: a bad sender."""
    plain = SourceSettings(kind="")
    named = {name: _press(settings, stated) for name, stated in settings.sources.items()}
    return {**named, "": _press(settings, plain)}


def _sender(stated: str) -> tuple[str, str]:
    """Name and address; the domain in ASCII, for every Message-ID and MAIL FROM holds it."""
    name, address = parseaddr(stated)
    local, at, domain = address.rpartition("@")
    try:
        usable = at and local and address in stated
        return name, f"{local}@{mime.ascii_domain('FROM', domain)}" if usable else ""
    except mime.MimeError:
        return name, ""


def _press(settings: Settings, source: SourceSettings) -> Press:
    name, address = _sender(source.sender or settings.sender)
    if not address:
        raise SettingsError("FROM: must look like `Shop <orders@example.com>`")
    shop_name = source.shop_name or settings.shop_name or name or address
    brand = Brand(
        shop_name=shop_name,
        shop_url=settings.shop_url,
        logo_url=settings.logo_url,
        support_url=settings.support_url,
        accent=settings.accent_color,
        legal_footer=settings.legal_footer,
        time_zone=source.time_zone or settings.time_zone or None,
    )
    return Press(
        Composer(brand, source.locale or settings.locale),
        mime.Mailbox(name or shop_name, address),
    )


def sample(settings: Settings) -> bytes:
    """Bytes like those that the store will keep: an order, and its mail."""
    order = specimen()
    seed = Seed(
        id="m_specimen",
        message_id="m_specimen@example.com",
        sender=mime.Mailbox("Shop", "orders@example.com"),
        recipient=mime.Mailbox(None, "alex@example.com"),
        date=datetime(2026, 1, 5, tzinfo=UTC),
    )
    composed = presses(settings)[""].composer.compose(order, seed)
    return wire.encode(order) + composed.mime


def kept_key(folder: Path) -> str:
    """The key that was made at the first start, kept in a file that only its owner can read."""
    file = folder / "api-key"
    with contextlib.suppress(FileNotFoundError):
        if key := file.read_text(encoding="ascii").strip():
            return key
    key = "tf_" + secrets.token_urlsafe(24)
    made = folder / "api-key.new"  # a full disk or a kill must not leave half a key
    made.touch(mode=0o600)
    made.write_text(key + "\n", encoding="ascii")
    made.replace(file)
    return key


async def started_mailbox(mailbox: Mailbox) -> int:
    """Starts the mailbox on its usual port, or on any free one where that is taken."""
    with contextlib.suppress(StartError):
        return await mailbox.start(port=MAILBOX_PORT)
    return await mailbox.start()
