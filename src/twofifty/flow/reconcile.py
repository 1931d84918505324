"""Is every order of the shop here, with the right total and a confirmation or a reason?

The shop's own list is read from a watermark with an overlap, page by page, and compared with the
books. What is missing or behind is taken in as if its hook had come: the ledger's unique keys make
that harmless where it has. A run that is interrupted goes on at its page.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BadInput, ShopBusy, ShopError
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake, came
from twofifty.intake.ports import Books, KnownOrder, Planned
from twofifty.notice.policy import said
from twofifty.order.events import OrderEvent
from twofifty.order.model import Order

OVERLAP = timedelta(hours=1)
OLD_PLACE = timedelta(hours=12)
"""Shops forget their cursors."""
MOST_PAGES = 2_000
_ROUNDING = timedelta(milliseconds=1)
MOST_FINDINGS = 500

Code = Literal["agrees", "missing", "different", "behind", "unconfirmed", "unusable", "too_old"]


class Unusable(msgspec.Struct, frozen=True):
    """A document of a list that cannot be used, and why."""

    body: bytes
    why: BadInput


class Listed(msgspec.Struct, frozen=True):
    """One page of a shop's list: orders, what could not be used, and where the next page begins
    (None: there is none). `dated`: the orders say when they changed; else their time is now."""

    orders: tuple[Order, ...]
    cursor: str | None = None
    unusable: tuple[Unusable, ...] = ()
    dated: bool = True


class Listing(Protocol):
    """A shop's list of orders."""

    def pages(self, since: datetime, cursor: str) -> AsyncIterator[Listed]:
        """The orders that changed at or after `since`, from `cursor` on ('' = the first page).

        Raises ShopError, ShopBusy."""
        ...


class Finding(msgspec.Struct, frozen=True):
    """One order that does not agree, or could not be compared."""

    code: Code
    order_id: str
    number: str | None
    detail: str


class Report(msgspec.Struct):
    """What a run found, growing while it runs. `filled`: what was taken in (or, dry, would have
    been) by what the policy says of it: `owe`, `hold`, `wait`, ...; `not_filled`: what could not
    be, by what the ledger said (`conflict`, `stale`)."""

    source: str
    since: datetime
    dry_run: bool
    listed: int = 0
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    filled: Counter[str] = msgspec.field(default_factory=Counter)
    not_filled: Counter[str] = msgspec.field(default_factory=Counter)
    findings: list[Finding] = []
    pages: int = 0
    complete: bool = False

    def found(self, finding: Finding) -> None:
        """Counts a finding, and keeps it while there are not too many."""
        self.counts[finding.code] += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


class Place(msgspec.Struct):
    """Where reconciliation stands: `done` is the watermark; a run under way has a `since`."""

    done: datetime | None = None
    since: datetime | None = None
    started: datetime | None = None
    cursor: str = ""


class Reconciler:
    """Compares one source with its shop's list."""

    def __init__(
        self, listing: Listing, intake: Intake, planner: Planner, books: Books, clock: Clock
    ) -> None:
        self._listing = listing
        self._intake = intake
        self._planner = planner
        self._books = books
        self._clock = clock

    async def run(
        self,
        source: str,
        guard: timedelta,
        *,
        since: datetime | None = None,
        dry_run: bool = False,
        progress: Callable[[Report], None] = lambda _: None,
    ) -> Report:
        """One run. `since`: instead of the watermark. `guard`: orders that were placed longer ago
        and never came are only reported.

        Raises ShopError, ShopBusy; what was compared until then is kept."""
        place = await self._begun(source, guard, since)
        start = place.since or self._clock.now()
        report = Report(source, start, dry_run)
        lasting = not dry_run and since is None
        try:
            async for page in self._listing.pages(start, place.cursor):
                await self._compare(page, report, guard)
                report.pages += 1
                report.complete = page.cursor is None
                progress(report)
                if lasting:
                    place.cursor = page.cursor or ""
                    await self._keep(source, place)
                if report.pages >= MOST_PAGES:
                    break
        except ShopBusy:
            raise
        except ShopError:
            if lasting and place.cursor:
                # The shop may not know the page any more: the next run begins at the first one.
                place.cursor = ""
                await self._keep(source, place)
            raise
        if report.complete and lasting:
            await self._keep(source, Place(done=place.started))
        self._say(report)
        return report

    async def _begun(self, source: str, guard: timedelta, since: datetime | None) -> Place:
        """A run that was interrupted, or a new one."""
        now = self._clock.now()
        if since is not None:
            return Place(since=since, started=now)
        kept = await self._books.position(_name(source))
        place = msgspec.json.decode(kept, type=Place) if kept else Place()
        if place.since is not None and place.started is not None:
            if now - place.started > OLD_PLACE:
                place.cursor = ""
            return place
        begin = now - guard if place.done is None else place.done - OVERLAP
        return Place(done=place.done, since=begin, started=now)

    async def _keep(self, source: str, place: Place) -> None:
        await self._books.keep_position(_name(source), msgspec.json.encode(place).decode())

    async def _compare(self, page: Listed, report: Report, guard: timedelta) -> None:
        report.listed += len(page.orders) + len(page.unusable)
        for document in page.unusable:
            await self._refuse(document, report)
        known = await self._books.known(report.source, [order.id for order in page.orders])
        for order in page.orders:
            planned = self._planner.plan(order)
            finding = _compared(planned, known.get(order.id), page, self._clock.now() - guard)
            if finding.code == "agrees":
                report.counts["agrees"] += 1
                continue
            report.found(finding)
            if finding.code != "too_old":
                await self._fill(planned, report)

    async def _refuse(self, document: Unusable, report: Report) -> None:
        """What cannot be used is kept like a webhook that cannot, to be read again later."""
        problems = document.why.problems[:2]
        reason = "; ".join(f"{one.path}: {one.message}" for one in problems)
        report.found(Finding("unusable", "", None, reason))
        if not report.dry_run:
            # Without a topic, as it is read: the shop gave none to its list.
            arrived = came(None, document.body)
            await self._intake.refuse(report.source, arrived, document.why)

    async def _fill(self, planned: Planned, report: Report) -> None:
        word, *_ = said(planned.decision)
        report.filled[word] += 1
        if report.dry_run:
            return
        arrived = came(None, planned.encoded, "reconcile")
        event = OrderEvent(type="order.updated", order=planned.order)
        receipt = await self._intake.learn(report.source, arrived, (event,), renew=True)
        if receipt.outcome not in ("applied", "waiting"):
            report.filled[word] -= 1
            report.not_filled[receipt.outcome] += 1

    def _say(self, report: Report) -> None:
        trouble = {code: n for code, n in report.counts.items() if code != "agrees"}
        for code in ("missing", "different", "behind", "unconfirmed", "unusable", "too_old"):
            gauge = telemetry.RECONCILED.labels(report.source, code)
            gauge.set(report.counts[code])
        say = telemetry.log().warning if trouble else telemetry.log().info
        say(
            "compared with the shop's own list",
            action="reconcile.done",
            source=report.source,
            listed=report.listed,
            dry_run=report.dry_run,
            complete=report.complete,
            **trouble,
        )


def _name(source: str) -> str:
    return f"reconcile:{source}"


def _compared(planned: Planned, known: KnownOrder | None, page: Listed, guard: datetime) -> Finding:
    order = planned.order
    stands = _unknown(order, guard) if known is None else _known(planned, known, page.dated)
    return Finding(stands[0], order.id, order.number, stands[1])


def _unknown(order: Order, guard: datetime) -> tuple[Code, str]:
    if order.placed_at is not None and order.placed_at < guard:
        return "too_old", "never came, and was placed too long ago to be confirmed"
    return "missing", "never came"


def _known(planned: Planned, known: KnownOrder, dated: bool) -> tuple[Code, str]:
    order = planned.order
    if dated and _ahead(known.updated_at, order.updated_at):
        return "agrees", ""
    if (known.total, known.currency) != (order.totals.total, order.currency):
        here, there = f"{known.total} {known.currency}", f"{order.totals.total} {order.currency}"
        return "different", f"{here} here, {there} there"
    word, *_ = said(planned.decision)
    if known.plan == "wait" and word != "wait":
        return "behind", f"{known.reason} here, {word} there"
    if dated and _ahead(order.updated_at, known.updated_at):
        when = f"{order.updated_at:%Y-%m-%d %H:%M:%S}"
        return "behind", f"changed at {when} UTC, and the news never came"
    if known.plan == "owe" and known.confirmation is None:
        return "unconfirmed", "owed, and there is no message"
    return "agrees", ""


def _ahead(one: datetime | None, other: datetime | None) -> bool:
    """Whether both are known and `one` is later, by more than storing it may have rounded."""
    return one is not None and other is not None and one - other > _ROUNDING
