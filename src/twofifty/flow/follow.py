"""A shop's change log, followed for ever: read, compose, keep, then let the database forget.

Whatever stops it - a crash, a full disk, a database that is away - it goes on from the position
that is on disk. An order that is read twice is known by its key, so nothing is doubled. A log that
is lost is an alarm and has a way back: a snapshot of the order table by its key, then the log from
before the snapshot began.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
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
_BREATH = 50

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
    """Follows one source. `pauses`: seconds between attempts while it cannot be followed. `told`
    is called with what is wrong, and with None once nothing is."""

    def __init__(
        self,
        followed: Followed,
        entry: Entry,
        books: Books,
        clock: Clock,
        *,
        pauses: Sequence[float] = PAUSES,
        told: Callable[[str | None], object] = lambda _: None,
    ) -> None:
        self._told = told
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
                sentence = "the change log is lost; a snapshot is read"
                self._raise_alarm("log.lost", sentence, fault=repr(fault))
                await self._begin_again()
            except ShopBusy as fault:
                self._note("log.busy", fault)
            except ShopError as fault:
                sentence = "the change log cannot be read as it is"
                self._raise_alarm("log.stopped", sentence, fault=repr(fault))
            except StoreError as fault:
                self._note("log.unkept", fault)
            except Exception as fault:  # noqa: BLE001
                # One source's fault, whatever it is, must not end the service for the others. Its
                # own words are not said: they may be a customer's data.
                place = {"fault": type(fault).__name__, "where": telemetry.where(fault)}
                self._raise_alarm("log.fault", "a fault of ours in a change log", **place)
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
        await self._tell_together(news.orders[:-1])
        for last in news.orders[-1:]:
            await self._tell_one(last, position)
            self._kept = position or self._kept
        if position:
            await self._keep(position)
        self._count(news)

    async def _tell_together(self, orders: Sequence[Composed]) -> None:
        """All are on their way before the first is on disk, for a sync takes many; but so few at a
        time that whatever else waits for the event loop has its turn."""
        begun: list[asyncio.Task[None]] = []
        try:
            for at in range(0, len(orders), _BREATH):
                some = orders[at : at + _BREATH]
                begun += [asyncio.create_task(self._tell_one(each, "")) for each in some]
                await asyncio.sleep(0)
        finally:
            await asyncio.gather(*begun)

    async def _tell_one(self, told: Composed, position: str) -> None:
        arrived = Arrived(told.key, told.topic, told.body, position)
        if told.event is not None:
            receipt = await self._entry.learn(self._source, arrived, (told.event,))
            self._look_at(receipt, told.event)
        elif told.refused is not None:
            await self._entry.refuse(self._source, arrived, told.refused)

    def _look_at(self, receipt: Receipt, event: OrderEvent) -> None:
        """A change that was kept and not followed is said, once: read again it is a duplicate."""
        if receipt.conflict is None or receipt.duplicate:
            return
        telemetry.log().warning(
            "a change of an order is kept and was not followed",
            action="log.conflict",
            source=self._source,
            order=event.order.id,
            event_id=receipt.event_id,
            reason=receipt.conflict,
        )

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
            self._told(None)
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

    def _raise_alarm(self, action: str, sentence: str, **said: str) -> None:
        """Says it once, for as long as it is the same fault."""
        self._failed += 1
        ALARM.labels(self._source).set(1)
        alarm = " ".join((action, *said.values()))
        if self._alarm != alarm:
            self._alarm = alarm
            self._told(f"{sentence}: {said.get('fault', '')}".rstrip(": "))
            telemetry.log().error(sentence, action=action, source=self._source, **said)

    def _note(self, action: str, fault: ShopError | StoreError) -> None:
        self._failed += 1
        telemetry.log().warning(
            "the change log waits", action=action, source=self._source, fault=str(fault)
        )

    async def _pause(self) -> None:
        """Longer each time; none after something was read."""
        if self._failed:
            await asyncio.sleep(self._pauses[min(self._failed, len(self._pauses)) - 1])
