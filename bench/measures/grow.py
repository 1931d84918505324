"""`grow`: the same work in stores with more and more history."""

import shutil
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from bench.figures import Goal, Result, Row
from bench.history import History
from bench.measures.latency import waited
from bench.measures.looks import PAGES, TIMES, Looks, compared
from bench.measures.numbers import percentile
from bench.measures.size import Size
from bench.orders import canonical
from bench.picture import Bar
from bench.processes import Load, Sink
from bench.scene import FAR, WARM_UP, Meter, Wanted, service, wait_for, warm

BASE = 2_000
SIZES, FULL = (10_000, 100_000), (10_000, 100_000, 1_000_000)
AS_FAST, AS_SOON = 0.9, 1.2
PACED = 200
TURNS = 2
ENVIRON = {"TWOFIFTY_INSTANCE": "bench"}
"""One name for all copies of the store, so that none holds its mail."""


class Seen(msgspec.Struct, frozen=True):
    """What one store did: orders a second, microseconds of CPU per order, median seconds from due
    to 250, MB of memory."""

    rate: float
    cpu: float
    p50: float
    memory: float


def measure(size: Size) -> Result:
    """Stores of each size take turns, the smallest is the baseline."""
    sizes = FULL if size.full else SIZES
    count = size.of(3_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        homes = _made(Path(name), sizes)
        runs: dict[int, list[Seen]] = {orders: [] for orders in sizes}
        for turn in range(min(size.turns(), TURNS)):
            for orders, home in homes.items():
                runs[orders].append(_seen(home, count, (turn + 1) * 10_000_000))
        stores = {orders: _size_mb(home) for orders, home in homes.items()}
        looks = compared(homes, ENVIRON, 5 if size.quick else TIMES)
    rows = [row for orders in sizes for row in _rows(orders, runs, stores[orders])]
    rows += [row for orders in sizes for row in _looked(orders, looks)]
    bars = tuple(
        Bar(f"{orders:,} orders of history", _middle(runs[orders], "rate"), "orders/s")
        for orders in sizes
    )
    return Result("grow", f"{count} orders into stores with history", tuple(rows), bars=bars)


def _made(folder: Path, sizes: tuple[int, ...]) -> dict[int, Path]:
    """A store of each size, all grown out of the same orders."""
    first = folder / "base"
    first.mkdir()
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        ours = stack.enter_context(service(sink.port, Wanted(environ=ENVIRON, folder=first)))
        Load(ours.port, canonical(BASE, first=FAR // 2)).answers()
        wait_for(sink, BASE)
        ours.terminate()
    homes = {}
    for orders in sizes:
        home = homes[orders] = folder / str(orders)
        shutil.copytree(first, home)
        History(home / "data" / "twofifty.db").grow(orders)
    return homes


def _seen(home: Path, count: int, first: int) -> Seen:
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        ours = stack.enter_context(service(sink.port, Wanted(environ=ENVIRON, folder=home)))
        had = warm(ours, sink, WARM_UP, first + FAR)
        meter = Meter(ours.pid)
        answers = Load(ours.port, canonical(count, first=first)).answers()
        wait_for(sink, had + count)
        rate = count / (sink.span()[1] - answers.began())
        cpu = meter.seconds() / count * 1e6
        waits = waited(ours, sink, PACED, had + count, first + count)
        memory = meter.memory()
        ours.terminate()
        return Seen(rate, cpu, percentile(waits, 0.5), memory)


def _rows(orders: int, runs: dict[int, list[Seen]], store: float) -> list[Row]:
    """Of one size, beside the smallest; ratios are of neighbours in time."""
    least = min(runs)
    name, here, base = f"{orders:,}", runs[orders], runs[least]
    rate, soon = (_middle(here, field) for field in ("rate", "p50"))
    rows = [
        Row(f"{name}: orders to 250", rate, "orders/s", None, _middle(base, "rate"), f"{least:,}"),
        Row(
            f"{name}: CPU per order",
            _middle(here, "cpu"),
            "us",
            None,
            _middle(base, "cpu"),
            f"{least:,}",
        ),
        Row(f"{name}: p50", soon * 1e3, "ms", None, _middle(base, "p50") * 1e3, f"{least:,}"),
        Row(f"{name}: memory, all our processes", _middle(here, "memory"), "MB"),
        Row(f"{name}: store", store, "MB"),
    ]
    if orders == least:
        return rows
    pairs = list(zip(here, base, strict=True))
    share = statistics.median(one.rate / two.rate for one, two in pairs)
    later = statistics.median(one.p50 / two.p50 for one, two in pairs)
    cpu = statistics.median(one.cpu / two.cpu for one, two in pairs)
    return [
        *rows,
        Row(f"{name}: share of the rate", share, "x", Goal(least=AS_FAST)),
        Row(f"{name}: times the latency", later, "x", Goal(most=AS_SOON)),
        Row(f"{name}: times the CPU", cpu, "x"),
    ]


def _looked(orders: int, looks: dict[int, Looks]) -> list[Row]:
    """Of one size, beside the smallest."""
    least = min(looks)
    name, here, base = f"{orders:,}", looks[orders], looks[least]
    rows = [
        Row(f"{name}: start to ready", here.ready, "s", None, base.ready, f"{least:,}"),
        Row(f"{name}: CPU when idle", here.idle, "% of a core", None, base.idle, f"{least:,}"),
    ]
    if orders == least:
        return rows
    times = {page: here.pages[page] / base.pages[page] for page in PAGES}
    rows += [Row(f"{name}: times the latency, {page}", one, "x") for page, one in times.items()]
    middle = statistics.median(times.values())
    return [*rows, Row(f"{name}: times the latency of looks", middle, "x", Goal(most=AS_SOON))]


def _middle(runs: list[Seen], field: str) -> float:
    return statistics.median(getattr(one, field) for one in runs)


def _size_mb(home: Path) -> float:
    return sum(file.stat().st_size for file in (home / "data").glob("twofifty.db*")) / 1e6
