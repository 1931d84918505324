"""A benchmark's result: figures with their goals, beside baselines of the same run, as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.machine import machine
from bench.picture import Bar, Curve, bars, curves

RESULTS = Path(__file__).parent / "results"


class Skipped(Exception):
    """What has to be there for this benchmark is not; the message says what."""


class Goal(msgspec.Struct, frozen=True):
    """At least, or at most."""

    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        return f">= {self.least:,g}" if self.least is not None else f"<= {self.most:,g}"

    def share(self, value: float) -> float:
        """How much of the goal is reached; 1 and more: met."""
        if self.least is not None:
            return value / self.least if self.least else float(value >= 0)
        most = self.most or 0.0
        return 1.0 if value <= most else most / value


class Row(msgspec.Struct, frozen=True):
    """One figure. `baseline` was measured in the same run, `baseline_name` says of what; `ratio` is
    how many times better we are, where that is not `value / baseline`."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None
    baseline: float | None = None
    baseline_name: str = ""

    @property
    def ratio(self) -> float | None:
        """Value by baseline."""
        return self.value / self.baseline if self.baseline else None

    def verdict(self) -> str:
        """Met, or the distance."""
        if self.goal is None:
            return ""
        share = self.goal.share(self.value)
        if share >= 1:
            return "met"
        if self.goal.least is None:
            return f"{1 / share:.3g} times it" if share else "missed"
        return f"{share:.0%} of it"


class Result(msgspec.Struct, frozen=True):
    """A benchmark's figures. `bars` and `curves` are its plot; without them its rows that have a
    baseline are. `notes`: what a reader of the figures has to know."""

    benchmark: str
    about: str
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    curves: tuple[Curve, ...] = ()
    axes: tuple[str, str] = ("", "")
    skipped: str = ""


def keep(result: Result, seconds: float) -> Path:
    """Writes `results/NAME.json`, and `results/NAME.svg` where there is something to draw."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result.benchmark}.json"
    path.write_text(json.dumps(told(result, seconds), indent=2) + "\n", encoding="utf-8")
    drawn = picture(result)
    if drawn:
        path.with_suffix(".svg").write_text(drawn, encoding="utf-8")
    return path


def told(result: Result, seconds: float) -> dict[str, Any]:
    """The result and what it was measured on, as JSON has it."""
    plain: dict[str, Any] = msgspec.to_builtins(result)
    for shown in ("bars", "curves", "axes"):
        plain.pop(shown)
    for row, said in zip(result.rows, plain["rows"], strict=True):
        said["goal"] = str(row.goal) if row.goal else ""
        said["verdict"] = row.verdict()
    return {**plain, "seconds": round(seconds, 1), "measured": msgspec.to_builtins(machine())}


def keep_together(results: Sequence[Mapping[str, Any]], name: str) -> Path:
    """Writes all results of a run into `results/NAME` alone."""
    path = RESULTS / name
    path.write_text(json.dumps(list(results), indent=2) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Any:
    """A kept result; None where there is none."""
    return json.loads(path.read_bytes()) if path.exists() else None


def picture(result: Result) -> str:
    """The plot of a result; empty where it has none."""
    title = f"{result.benchmark}: {result.about}"
    if result.curves:
        return curves(title, result.curves, result.axes)
    pairs = [row for row in result.rows if row.baseline]
    shown = result.bars or tuple(bar for row in pairs for bar in _pair(row))
    return bars(title, shown) if shown else ""


def _pair(row: Row) -> tuple[Bar, Bar]:
    ours = Bar(row.name, row.value, row.unit, group=row.name)
    return ours, Bar(row.baseline_name, row.baseline or 0.0, row.unit, own=False, group=row.name)
