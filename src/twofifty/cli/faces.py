"""What the HTTP face is given of a running service."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from twofifty import __version__, telemetry
from twofifty.adapters.mailbox import Mail, Mailbox, MailHead
from twofifty.app.brakes import fingerprint
from twofifty.app.pages import mail_secrets, page_secrets
from twofifty.app.service import Service
from twofifty.deliver.ports import BrakeState
from twofifty.errors import StoreError
from twofifty.queue.carrier import CarrierState
from twofifty.track.model import Conservation
from twofifty.web.care import Care
from twofifty.web.keys import SingleKey
from twofifty.web.orderpage.pages import OrderPages
from twofifty.web.services import Facts, Services
from twofifty.web.unsubscribe.leaving import Leaving

ENOUGH_SECONDS = 5.0
LONGEST_REST = 60.0
"""Seconds between two counts at most, however long the last one took."""


class OneTimeTokens:
    """Login links that work once, for as long as the process lives."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()

    def issue(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return token

    def redeem(self, token: str) -> bool:
        """See `web.services.OneTime`."""
        known = token in self._tokens
        self._tokens.discard(token)
        return known


class StoreHealth:
    """Ready: the store takes a write and the disk has room."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def alive(self) -> bool:
        """See `web.services.Health`."""
        return not self._service.broken.is_set()

    async def ready(self) -> tuple[bool, dict[str, str]]:
        """See `web.services.Health`."""
        store = await self._store()
        disk = "nearly full" if self._service.disk_low() else "ok"
        return (store, disk) == ("ok", "ok"), {"store": store, "disk": disk}

    async def _store(self) -> str:
        try:
            async with asyncio.timeout(ENOUGH_SECONDS):
                await self._service.store.probe()
        except (StoreError, TimeoutError) as fault:
            return str(fault) or "does not answer"
        return "ok"


class Counters:
    """Counters of every process, and gauges counted from the store at most once a second."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._counted = Conservation({}, {}, {})
        self._brake = BrakeState()
        self._due: float | None = None

    async def count(self) -> None:
        """Counts the store, and looks whether mail leaves it and since when some waits."""
        store = self._service.store
        self._brake, self._due = await store.brakes.state(), await store.outbox.next_due()
        self._counted = await store.archive.counts()

    def render(self) -> bytes:
        """See `web.services.Metrics`."""
        delivery = telemetry.DELIVERY
        if self._service.metrics_folder is not None:
            delivery = CollectorRegistry()
            folder = str(self._service.metrics_folder)
            MultiProcessCollector(delivery, folder)  # type: ignore[no-untyped-call]
        told = generate_latest(telemetry.INTAKE) + generate_latest(delivery)
        return told + "".join(self._gauges()).encode()

    def _gauges(self) -> list[str]:
        counted = self._counted
        return [
            *_gauge("twofifty_messages", "status", counted.messages),
            *_gauge("twofifty_orders", "plan", counted.orders),
            *_gauge("twofifty_events", "outcome", counted.events),
            "# TYPE twofifty_conservation_violations gauge\n",
            f"twofifty_conservation_violations {len(counted.violations)}\n",
            "# TYPE twofifty_mail_stopped gauge\n",
            f"twofifty_mail_stopped {int(self._brake.stopped)}\n",
            "# TYPE twofifty_store_copied gauge\n",
            f"twofifty_store_copied {int(_care(self._service).copied(self._brake))}\n",
            "# TYPE twofifty_oldest_due_seconds gauge\n",
            f"twofifty_oldest_due_seconds {self._late():g}\n",
            *_carried(self._service.relaying.state()),
            *self._audited(),
        ]

    def _late(self) -> float:
        """For how long the oldest message has been due that nobody has taken; 0 without one."""
        return max(0.0, self._service.clock.seconds() - (self._due or float("inf")))

    def _audited(self) -> list[str]:
        """Nothing before the first audit, so that no alarm is missed for a nought."""
        newest = self._service.sources.auditor.newest
        if newest is None:
            return []
        return [
            "# TYPE twofifty_audit_alarms gauge\n",
            f"twofifty_audit_alarms {len(newest.alarms)}\n",
            "# TYPE twofifty_orders_unexplained gauge\n",
            f"twofifty_orders_unexplained {newest.tally.unexplained_count}\n",
            "# TYPE twofifty_orders_doubled gauge\n",
            f"twofifty_orders_doubled {newest.tally.doubled_count}\n",
        ]


def _carried(state: CarrierState | None) -> list[str]:
    """Of the broker, where there is one."""
    if state is None:
        return []
    counts = {"ready": state.ready, "taken": state.taken, "dead": state.dead}
    known = {word: count for word, count in counts.items() if count is not None}
    return [
        "# TYPE twofifty_broker_connected gauge\n",
        f"twofifty_broker_connected {int(state.connected)}\n",
        *_gauge("twofifty_broker_tickets", "state", known),
    ]


def _gauge(name: str, label: str, counts: Mapping[str, int]) -> list[str]:
    rows = [f'{name}{{{label}="{word}"}} {count}\n' for word, count in sorted(counts.items())]
    return [f"# TYPE {name} gauge\n", *rows]


class Shelf:
    """The built-in mailbox, read away from the event loop."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def list(self, limit: int, before: int | None) -> tuple[MailHead, ...]:
        """See `web.services.Mailbox`."""
        return tuple(await asyncio.to_thread(self._mailbox.list, limit, before))

    async def get(self, letter_id: int) -> tuple[Mail, bytes] | None:
        """See `web.services.Mailbox`."""
        mail = await asyncio.to_thread(self._mailbox.get, letter_id)
        return None if mail is None else (mail, mail.raw)


class Changes:
    """A number that grows when the store has changed, by whichever process."""

    def __init__(self, service: Service, counters: Counters) -> None:
        self._service = service
        self._counters = counters
        self._counted, self._rest = -1, 0.0
        self._refused = False
        self.number = 0

    async def watch(self) -> None:
        """Looks twice a second, which costs one PRAGMA. Counts again when something changed, for
        a twentieth of the time at most. A store that refuses is asked at the next look, and said
        once."""
        while True:
            try:
                await self._look()
                self._refused = False
            except StoreError as fault:
                if not self._refused:
                    telemetry.log().warning(
                        "the store could not be counted",
                        action="metrics.uncounted",
                        fault=repr(fault),
                    )
                self._refused = True
            await asyncio.sleep(0.5)

    async def _look(self) -> None:
        clock = asyncio.get_running_loop().time
        self.number = seen = self._service.store.archive.version()
        if seen != self._counted and clock() >= self._rest:
            began = clock()
            await self._counters.count()
            self._counted = seen
            self._rest = clock() + min(20 * (clock() - began), LONGEST_REST)


def services(
    service: Service, counters: Counters, changes: Changes, tokens: OneTimeTokens
) -> Services:
    """Everything that the HTTP face needs, from a running service. `stopping` is left to whoever
    runs the server."""
    base = service.settings.base_url()
    return Services(
        archive=service.store.archive,
        desk=service.store.desk,
        intake=service.intake,
        keys=SingleKey(service.key),
        clock=service.clock,
        facts=Facts(base, __version__, metrics_open=_local(service.settings.host)),
        health=StoreHealth(service),
        metrics=counters,
        one_time=tokens,
        session_secret=hashlib.sha256(b"session:" + service.key.encode()).digest(),
        changes=lambda: changes.number,
        audits=service.sources.auditor,
        sources=lambda: tuple(service.board.states.values()),
        templates=service.templates,
        mailbox=None if service.mailbox is None else Shelf(service.mailbox),
        pages=OrderPages(page_secrets(service.settings), service.fronts.shown, service.clock),
        feedback=service.inbound.hearing,
        leaving=Leaving(mail_secrets(service.settings), service.store.suppressions, service.clock),
        care=_care(service),
        carrier=service.relaying.carrier,
        carried=service.relaying.state,
    )


def _care(service: Service) -> Care:
    """Silence is no alarm where no way in is set, nor is a store a copy where no mail leaves."""
    settings, store = service.settings, service.store
    heard = settings.inbound_url or settings.providers
    return Care(
        suppressions=store.suppressions,
        tasks=store.tasks,
        reports=store.reports,
        brakes=store.brakes,
        instance=fingerprint(settings) if settings.smtp_url else "",
        silence_after=settings.silence_after if heard else 0,
    )


def _local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
