"""`twofifty reconcile SOURCE`: is every order of the shop here?"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from twofifty.app.listings import listings
from twofifty.app.offline import Offline, offline
from twofifty.cli.moment import moment
from twofifty.errors import SettingsError
from twofifty.flow.reconcile import Reconciler, Report
from twofifty.settings import Settings

WORDS = {
    "agrees": "agree",
    "missing": "never came",
    "different": "another total",
    "behind": "news that never came",
    "unconfirmed": "owed, without a message",
    "unusable": "cannot be used",
    "too_old": "never came, too old to confirm",
}


def run(settings: Settings, source: str, since: str | None, *, dry_run: bool, as_json: bool) -> int:
    """Compares, takes in what is missing unless `dry_run`, and prints the report. 0: everything
    agrees or was taken in; 1: something could not be.

    Raises SettingsError: an unknown source, one that cannot list, a malformed `since`."""
    begin = moment("--since", since) if since else None
    report = asyncio.run(_report(settings, source, begin, dry_run=dry_run))
    if as_json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        _show(report)
    left = report.counts["unusable"] + report.not_filled.total()
    return 1 if left or not report.complete else 0


async def _report(
    settings: Settings, source: str, since: datetime | None, *, dry_run: bool
) -> Report:
    guard = timedelta(hours=settings.confirm_max_age_hours)
    async with offline(settings) as opened:
        reconciler = _reconciler(settings, opened, source)
        words = TextColumn("{task.description}")
        with Progress(words, BarColumn(), console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("asking the shop", total=None)

            def progress(report: Report) -> None:
                trouble = report.listed - report.counts["agrees"]
                bar.update(task, description=f"{report.listed} orders, {trouble} do not agree")

            return await reconciler.run(
                source, guard, since=since, dry_run=dry_run, progress=progress
            )


def _reconciler(settings: Settings, opened: Offline, source: str) -> Reconciler:
    if source not in settings.sources:
        known = ", ".join(settings.sources) or "none yet"
        raise SettingsError(f"there is no source {source!r}; known: {known}")
    listing = listings(settings, opened.askables, opened.store.books).get(source)
    if listing is None:
        raise SettingsError(f"sources.{source}: set api_key, so that the shop's list can be read")
    return Reconciler(listing, opened.intake, opened.planner, opened.store.books, opened.clock)


def _show(report: Report) -> None:
    out = Console()
    out.print(f"{report.source} since {report.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    summary = Table(box=None)
    summary.add_column("orders", justify="right")
    summary.add_column("")
    for code, words in WORDS.items():
        if report.counts[code]:
            summary.add_row(str(report.counts[code]), words)
    out.print(summary if report.listed else "the shop lists no order since then")
    verb = "would be taken in" if report.dry_run else "taken in"
    for word, count in report.filled.items():
        out.print(f"{count} {verb}, by the policy: {word}")
    for word, count in report.not_filled.items():
        out.print(f"{count} could not be taken in: {word}; see them under Arrivals")
    for finding in report.findings[:50]:
        out.print(f"{finding.code}: {finding.number or finding.order_id or '?'}: {finding.detail}")
    if not report.complete:
        out.print(
            "not everything was compared; without --since and --dry-run it goes on from there"
        )
