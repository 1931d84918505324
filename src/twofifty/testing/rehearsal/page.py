"""The report as one HTML file that needs nothing else. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files

import msgspec

from twofifty.testing.rehearsal.plot import Line, Plot, svg
from twofifty.testing.rehearsal.result import Result
from twofifty.testing.rehearsal.words import Terms, advice, summary, verdict


class Report(msgspec.Struct, frozen=True):
    """Everything that is told. `notes`: what the rehearsal did otherwise than the settings say."""

    results: tuple[Result, ...]
    terms: Terms
    notes: tuple[str, ...]
    at: datetime
    version: str


def page(report: Report) -> str:
    """The file's text."""
    style = files("twofifty.testing.rehearsal").joinpath("report.css").read_text("utf-8")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>twofifty rehearsal</title><style>{style}</style></head><body><main>",
            "<h1>Rehearsal</h1>",
            f"<p>{escape(summary(report.results))}</p>",
            _circumstances(report),
            _table(report.results),
            *(_section(one, report.terms) for one in report.results),
            _notes(report.notes),
            "</main></body></html>",
        ]
    )


def _circumstances(report: Report) -> str:
    terms = report.terms
    return (
        f'<p class="small">{report.at:%Y-%m-%d %H:%M} UTC, twofifty {escape(report.version)}, '
        f"delivery processes: {terms.workers}, routes: {terms.routes}. Nothing left this "
        "machine.</p>"
    )


def _badge(result: Result) -> str:
    said = verdict(result)
    kind = "good" if said == "ok" else "poor" if result.ok else "bad"
    return f'<span class="{kind}">{escape(said)}</span>'


_COLUMNS: tuple[tuple[str, Callable[[Result], str]], ...] = (
    ("Scenario", lambda r: f'<a href="#{r.scenario}">{r.scenario}</a>'),
    ("Verdict", _badge),
    ("Accepted", lambda r: f"{r.accepted:,}"),
    ("Arrived", lambda r: f"{r.taken:,}"),
    ("Lost", lambda r: f"{r.lost:,}"),
    ("Doubled", lambda r: f"{r.doubled:,}"),
    ("In doubt", lambda r: f"{r.in_doubt:,}"),
    ("Retries", lambda r: f"{r.retries:,}"),
    ("Mails/s", lambda r: f"{r.throughput:,.0f}"),
    ("p95", lambda r: span(r.latency.p95)),
)


def _table(results: Sequence[Result]) -> str:
    head = "".join(f"<th>{name}</th>" for name, _ in _COLUMNS)
    rows = (
        "<tr>" + "".join(f"<td>{told(one)}</td>" for _, told in _COLUMNS) + "</tr>"
        for one in results
    )
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _section(result: Result, terms: Terms) -> str:
    told = "".join(f"<li>{escape(text)}</li>" for text in advice(result, terms))
    return (
        f'<section id="{result.scenario}"><h2>{result.scenario} {_badge(result)}</h2>'
        f"<p>{escape(result.about[0].upper() + result.about[1:])}.</p>{_figures(result)}"
        f"<ul>{told or '<li>Nothing to change.</li>'}</ul>"
        f'<div class="plots">{"".join(_plots(result))}</div>{_faults(result)}</section>'
    )


def _figures(result: Result) -> str:
    wait = result.latency
    told = {
        "accepted": f"{result.accepted:,}",
        "arrived": f"{result.taken:,}",
        "lost": f"{result.lost:,}",
        "doubled": f"{result.doubled:,}",
        "in doubt": f"{result.in_doubt:,}",
        "retries": f"{result.retries:,}",
        "still waiting": f"{result.waiting:,}",
        "held or failed": f"{result.stated:,}",
        "longest queue": f"{result.longest_queue:,}",
        "mails a second": f"{result.throughput:,.0f}",
        "half arrived within": span(wait.p50),
        "95 of 100 within": span(wait.p95),
        "99 of 100 within": span(wait.p99),
        "slowest": span(wait.most),
    }
    items = (f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in told.items())
    return f"<dl>{''.join(items)}</dl>"


def span(seconds: float) -> str:
    """A time in the unit that suits it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _plots(result: Result) -> Iterator[str]:
    drawn, shades = result.curves, result.shades
    slow = [Line("p50", drawn.p50), Line("p95", drawn.p95, "--second")]
    for plot in (
        Plot("Throughput", "mails a second", [Line("", drawn.throughput)], shades),
        Plot("From accepted to arrived", "seconds", slow, shades),
        Plot("Queue", "messages", [Line("", drawn.queue)], shades),
        Plot("Retries", "deferrals a second", [Line("", drawn.retries)], shades),
    ):
        yield f"<figure>{svg(plot, result.seconds)}</figure>"


def _faults(result: Result) -> str:
    told = ", ".join(f"{one.about} ({one.begin:.1f} to {one.end:.1f} s)" for one in result.shades)
    return f'<p class="small"><span class="swatch"></span> {escape(told)}</p>' if told else ""


def _notes(notes: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in (*notes, *_READING))
    return f"<section><h2>How to read this</h2><ul>{items}</ul></section>"


_READING = (
    (
        "Lost: accepted, and neither taken by a receiver nor explained by the store. Doubled: "
        "further copies of a mail that a receiver has taken. Both are counted from the "
        "receivers' own ledgers."
    ),
    "In doubt: the receiver may have taken the mail, but its answer never came.",
    "Latency is drawn over the time at which the orders came.",
    (
        "Receivers, load and service share this machine: compare runs with each other, not with a "
        "benchmark."
    ),
)
