"""A shop's change log, followed for ever: read, compose, keep, then let the database forget.

Whatever stops it - a crash, a full disk, a database that is away - it goes on from the position
that is on disk. An order that is read twice is known by its key, so nothing is doubled. A log that
is lost is an alarm and has a way back: a snapshot of the order table by its key, then the log from
before the snapshot began.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

import msgspec
from prometheus_client import Counter, Gauge

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BadInput, LogLost, ShopBusy, ShopError, StoreBroken, StoreError
from twofifty.flow.reading import Reading
from twofifty.flow.receive import Arrived
from twofifty.intake.log import ChangeLog, Committed
from twofifty.intake.ports import Books, Receipt, Stated
from twofifty.intake.rows import Composed, Composer, News, RowMapping, Tables
from twofifty.order.events import OrderEvent

PAGE = 500
STEADY_SECONDS = 3.0
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_SNAPSHOT = "snapshot:"

CHANGES = Counter(
    "twofifty_log_orders",
    "orders seen in a change log: told, refused, waiting, without_lines, deleted, ...",
    ["source", "outcome"],
    registry=telemetry.INTAKE,
)
ALARM = Gauge(
    "twofifty_log_alarm",
    "1 while a change log cannot be followed, or a snapshot is needed",
    ["source"],
    registry=telemetry.INTAKE,
)
BEHIND = Gauge(
    "twofifty_log_behind_seconds",
    "how old the newest transaction of a change log was when it was kept",
    ["source"],
    registry=telemetry.INTAKE,
)


class Entry(Protocol):
    """The part of `flow.receive.Intake` that a change log needs."""

    async def learn(self, source: str, arrived: Arrived, events: tuple[OrderEvent, ...]) -> Receipt:
        """Keeps orders."""
        ...

    async def refuse(self, source: str, arrived: Arrived, bad: BadInput) -> None:
        """Keeps what cannot be used, with the reason."""
        ...


class Followed(msgspec.Struct, frozen=True):
    """One source's log, its tables, and how their rows become orders."""

    log: ChangeLog
    tables: Tables
    mapping: RowMapping
    stated: Stated


class Follower:
    """Follows one source. `pauses`: seconds between attempts while it cannot be followed."""

    def __init__(
        self,
        followed: Followed,
        entry: Entry,
        books: Books,
        clock: Clock,
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._source = followed.stated.name
        self._log = followed.log
        self._composer = Composer(followed.mapping, followed.tables, followed.stated, self._known)
        self._entry = entry
        self._books = books
        self._clock = clock
        self._pauses = pauses
        self._kept = ""
        self._failed = 0
        self._alarm = ""
        self._since = 0.0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Follows until `stop`. Raises StoreBroken: the process must end."""
        ALARM.labels(self._source).set(0)
        stopping = asyncio.create_task(self._stopping.wait())
        following = asyncio.create_task(self._for_ever())
        try:
            await asyncio.wait({stopping, following}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
            await self._log.close()

    def stop(self) -> None:
        """Makes `run` end soon. What is not on disk is read again at the next start."""
        self._stopping.set()

    async def _for_ever(self) -> None:
        while True:
            try:
                await self._follow()
            except StoreBroken:
                raise
            except LogLost as fault:
                self._raise_alarm("log.lost", "the change log is lost; a snapshot is read", fault)
                await self._begin_again()
            except ShopBusy as fault:
                self._note("log.busy", fault)
            except ShopError as fault:
                self._raise_alarm("log.stopped", "the change log cannot be read as it is", fault)
            except StoreError as fault:
                self._note("log.unkept", fault)
            except Exception as fault:  # noqa: BLE001
                # One source's fault, whatever it is, must not end the service for the others.
                self._raise_alarm("log.fault", f"a fault at {telemetry.where(fault)}", fault)
            await self._pause()

    async def _follow(self) -> None:
        """Reads from where the store stands, until something is wrong."""
        self._kept = await self._books.position(self._source)
        if not self._kept:
            await self._keep(await self._log.begin())
        if self._kept.startswith(_SNAPSHOT):
            await self._snapshot()
        self._since = self._clock.seconds()
        async with Reading(self._log, self._kept) as reading:
            while True:
                await self._take(await reading.batch())

    async def _take(self, batch: list[Committed]) -> None:
        """A batch of transactions, kept whole before the position moves past it."""
        news = await self._composer.news(batch)
        ended = [each for each in batch if each.end]
        position = ended[-1].position if ended else ""
        moved = position not in ("", self._kept)
        await self._tell(news, position)
        if moved:
            await self._log.acknowledge(position)
        if moved or self._clock.seconds() - self._since > STEADY_SECONDS:
            self._go_on(batch[-1])

    async def _tell(self, news: News, position: str) -> None:
        """Keeps every order, and the position in one transaction with the last of them: only then
        are all the others on disk."""
        await asyncio.gather(*(self._tell_one(each, "") for each in news.orders[:-1]))
        for last in news.orders[-1:]:
            await self._tell_one(last, position)
            self._kept = position or self._kept
        if position:
            await self._keep(position)
        self._count(news)

    async def _tell_one(self, told: Composed, position: str) -> None:
        arrived = Arrived(told.key, told.topic, told.body, position)
        if told.event is not None:
            await self._entry.learn(self._source, arrived, (told.event,))
        elif told.refused is not None:
            await self._entry.refuse(self._source, arrived, told.refused)

    async def _keep(self, position: str) -> None:
        """Moves the position where no order moves it."""
        if position != self._kept:
            await self._books.keep_position(self._source, position)
            self._kept = position

    async def _begin_again(self) -> None:
        """The way back from a lost log: the log as of now, and everything before by a snapshot."""
        try:
            await self._keep(f"{_SNAPSHOT}{await self._log.begin()}|")
        except ShopError as fault:
            self._note("log.busy", fault)

    async def _snapshot(self) -> None:
        """Reads the order table by its key, from where an earlier attempt stopped."""
        begin, _, after = self._kept.removeprefix(_SNAPSHOT).partition("|")
        while True:
            news, after = await self._composer.page(begin, after, PAGE)
            await self._tell(news, f"{_SNAPSHOT}{begin}|{after}" if after else begin)
            if not after:
                break
        telemetry.log().info("the snapshot is complete", action="log.snapshot", source=self._source)

    async def _known(self, order_ids: Sequence[str]) -> Sequence[str]:
        return tuple(await self._books.known(self._source, order_ids))

    def _go_on(self, newest: Committed) -> None:
        """All is well: the alarm ends."""
        self._failed = 0
        behind = (self._clock.now() - newest.at).total_seconds()
        BEHIND.labels(self._source).set(max(0.0, behind))
        if self._alarm:
            self._alarm = ""
            ALARM.labels(self._source).set(0)
            telemetry.log().info(
                "the change log is followed again", action="log.followed", source=self._source
            )

    def _count(self, news: News) -> None:
        refused = sum(each.refused is not None for each in news.orders)
        found = {**news.counted, "told": len(news.orders) - refused, "refused": refused}
        for outcome, count in found.items():
            if count:
                CHANGES.labels(self._source, outcome).inc(count)
        if news.counted.get("unattributed"):
            telemetry.log().warning(
                "rows changed whose order the log does not name",
                action="log.unattributed",
                source=self._source,
                count=news.counted["unattributed"],
            )

    def _raise_alarm(self, action: str, sentence: str, fault: Exception) -> None:
        """Says it once, for as long as it is the same fault."""
        self._failed += 1
        ALARM.labels(self._source).set(1)
        if self._alarm != repr(fault):
            self._alarm = repr(fault)
            telemetry.log().error(sentence, action=action, source=self._source, fault=repr(fault))

    def _note(self, action: str, fault: ShopError | StoreError) -> None:
        self._failed += 1
        telemetry.log().warning(
            "the change log waits", action=action, source=self._source, fault=str(fault)
        )

    async def _pause(self) -> None:
        """Longer each time; none after something was read."""
        if self._failed:
            await asyncio.sleep(self._pauses[min(self._failed, len(self._pauses)) - 1])
