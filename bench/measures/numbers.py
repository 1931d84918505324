"""What is counted from what was measured."""

import json
import statistics
from collections.abc import Sequence

from bench.figures import RESULTS
from bench.processes import Taken


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return statistics.quantiles(values, n=1_000, method="inclusive")[round(share * 1_000) - 1]


def percentiles(values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Points of a curve: percent, and the value in milliseconds."""
    cut = statistics.quantiles(values, n=200, method="inclusive")
    return tuple((k / 2, value * 1e3) for k, value in enumerate(cut, 1))


def compared(taken: Sequence[Taken], recipients: set[str]) -> tuple[int, int]:
    """How many of `recipients` got nothing, and how many messages came more than once."""
    reached = [one.recipient for one in taken if one.recipient in recipients]
    return len(recipients) - len(set(reached)), len(reached) - len(set(reached))


def kept(benchmark: str, row: str) -> float | None:
    """A figure of the newest kept result of another benchmark: in a run of all, of this run."""
    path = RESULTS / f"{benchmark}.json"
    if not path.exists():
        return None
    rows = json.loads(path.read_bytes())["rows"]
    return next((float(one["value"]) for one in rows if one["name"] == row), None)
