"""`twofifty rehearse`: bad days played with the user's own settings, and a report of each."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from twofifty import __version__
from twofifty.cli.stated import stated
from twofifty.testing.rehearsal.harmless import left_out
from twofifty.testing.rehearsal.page import Report, page, span
from twofifty.testing.rehearsal.result import Result
from twofifty.testing.rehearsal.run import rehearse, scratch, terms_of
from twofifty.testing.rehearsal.scenario import ALL, DEFAULTS, SCENARIOS, Scenario, chosen, size_of
from twofifty.testing.rehearsal.sparks import spark
from twofifty.testing.rehearsal.words import Terms, advice, summary, verdict

_NAMES = ", ".join([*(one.name for one in SCENARIOS), ALL])

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SCENARIO]...", help=f"{_NAMES}; without: {', '.join(DEFAULTS)}."),
]
Orders = Annotated[
    int | None, typer.Option(min=1, max=1_000_000, help="Orders of a quiet day in each scenario.")
]
Seconds = Annotated[
    float | None, typer.Option(min=0.5, max=86_400, help="How long orders come, in each scenario.")
]
Html = Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report with plots.")]


def rehearse_verb(
    scenarios: Names = None,
    orders: Orders = None,
    seconds: Seconds = None,
    report: Html = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a scenario.")] = False,
    keep: Annotated[bool, typer.Option(help="Keep stores, logs and ledgers.")] = False,
) -> None:
    """Play bad days with your own settings against built-in receivers; nothing leaves here."""
    names = scenarios or []
    if report is not None and not report.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {report.parent}", param_hint="--report")
    wanted, settings = chosen(names), stated()
    teller = _Teller(len(wanted))
    tell: Callable[[Result, Terms], None] = _json if as_json else lambda result, terms: None
    terms, results = terms_of(settings), []
    with scratch(keep=keep) as folder:
        # Ctrl-C between two scenarios, or while one is set up: what was seen is told all the same.
        with teller.bar, contextlib.suppress(KeyboardInterrupt):
            size = size_of(names, orders, seconds)
            for result in rehearse(settings, wanted, size, folder, teller):
                results.append(result)
                tell(result, terms)
        if keep:
            typer.echo(f"kept: {folder}", err=True)
    told = Report(tuple(results), terms, left_out(settings), datetime.now(UTC), __version__)
    if not as_json:
        _show(told)
    if report is not None:
        report.write_text(page(told), encoding="utf-8")
        typer.echo(f"report: {report}", err=True)
    sys.exit(0 if all(one.ok for one in results) else 1)


class _Teller:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._task: TaskID | None = None
        console = Console(stderr=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[what]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def begin(self, number: int, scenario: Scenario) -> None:
        if self._task is not None:
            self.bar.remove_task(self._task)
        name = f"{number + 1}/{self._count} {scenario.name}"
        self._task = self.bar.add_task(name, total=1.0, what="starting")

    def going(self, text: str, share: float) -> None:
        if self._task is not None:
            self.bar.update(self._task, completed=share, what=text)


def _json(result: Result, terms: Terms) -> None:
    told = msgspec.to_builtins(result)
    del told["curves"]
    more = {"verdict": verdict(result), "advice": advice(result, terms)}
    sys.stdout.write(msgspec.json.encode({**told, **more}).decode() + "\n")
    sys.stdout.flush()


def _show(report: Report) -> None:
    out = Console(highlight=False)
    out.print(_table(report.results, _ARRIVED))
    out.print()
    out.print(_table(report.results, _FAST))
    for result in report.results:
        out.print(f"\n[bold]{result.scenario}[/bold]  {_said(result)}")
        out.print(f"  [dim]{escape(result.about)}[/dim]")
        _plots(out, result)
        for text in advice(result, report.terms):
            out.print(f"  {escape(text)}")
    out.print(f"\n{summary(report.results)}")
    for note in report.notes:
        out.print(f"[dim]{escape(note)}[/dim]")


def _plots(out: Console, result: Result) -> None:
    most = max((point.value for point in result.curves.throughput), default=0.0)
    for name, points, peak in (
        ("mails/s", result.curves.throughput, f"{most:,.0f}"),
        ("queue", result.curves.queue, f"{result.longest_queue:,}"),
    ):
        line = spark(points, max(16, min(60, out.width - 30)))
        out.print(f"  {name:8}{line}  peak {peak}", no_wrap=True)


_Columns = Sequence[tuple[str, Callable[[Result], str]]]

_ARRIVED: _Columns = (
    ("accepted", lambda r: f"{r.accepted:,}"),
    ("arrived", lambda r: f"{r.taken:,}"),
    ("lost", lambda r: f"{r.lost:,}"),
    ("doubled", lambda r: f"{r.doubled:,}"),
    ("in doubt", lambda r: f"{r.in_doubt:,}"),
    ("retries", lambda r: f"{r.retries:,}"),
    ("waiting", lambda r: f"{r.waiting:,}"),
)
_FAST: _Columns = (
    ("mails/s", lambda r: f"{r.throughput:,.0f}"),
    ("p50", lambda r: span(r.latency.p50)),
    ("p95", lambda r: span(r.latency.p95)),
    ("p99", lambda r: span(r.latency.p99)),
    ("slowest", lambda r: span(r.latency.most)),
    ("longest queue", lambda r: f"{r.longest_queue:,}"),
)


def _table(results: Sequence[Result], columns: _Columns) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("scenario", no_wrap=True, min_width=15)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for result in results:
        table.add_row(result.scenario, *(value(result) for _, value in columns))
    return table


def _said(result: Result) -> str:
    said = verdict(result)
    style = "green" if said == "ok" else "yellow" if result.ok else "red"
    return f"[{style}]{escape(said)}[/{style}]"
