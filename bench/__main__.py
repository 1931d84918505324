"""`make bench`: measures the product and, where they are here, its peers; a table, JSON and plots.

    make bench                          every benchmark, about a quarter of an hour
    make bench ARGS="drain e2e"         some of them
    make bench ARGS="--full grow"       the long forms, up to 1,000,000 orders
    make bench ARGS="--quick"           a look in two minutes; nothing is kept
    make bench ARGS="--into before.json"    all results in one file, the others untouched

Environment: `BENCH_PEERS`, the folder of the peers' scripts (else build/peers); `BENCH_BESIDE`,
other sources of the product, whose `drain` and `e2e` are measured in turn with these.
"""

import argparse
import signal
import sys
import time
import traceback

from rich.console import Console
from rich.table import Table

from bench import summary
from bench.figures import Result, Skipped, keep, keep_together, told
from bench.machine import machine
from bench.measures.runs import RUNS
from bench.measures.size import Size

PAPER = 150


def main() -> int:
    """Runs them, prints tables, keeps the results; 1 where one of them failed."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    size = Size(full=asked.full, quick=asked.quick, rounds=asked.rounds)
    names = asked.names or list(RUNS)
    console = Console(width=None if sys.stdout.isatty() else PAPER)
    began, failed, results = time.monotonic(), [], []
    here = machine()
    console.print(f"{here.processor}, {here.cores} cores, load {here.load:g}, {here.commit}")
    for number, name in enumerate(names, 1):
        with console.status(f"{name} ({number} of {len(names)}) ..."):
            result, seconds = _measured(name, size, console)
        if result is None:
            failed.append(name)
            continue
        console.print(_table(result, seconds))
        results.append(told(result, seconds))
        if asked.into:
            keep_together(results, asked.into)
        elif not asked.quick:
            keep(result, seconds)
            summary.write()
    console.print(f"{time.monotonic() - began:.0f} s in all", *(f"failed: {one}" for one in failed))
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, kept nowhere")
    parser.add_argument("--full", action="store_true", help="the long forms")
    parser.add_argument("--rounds", type=int, default=3, help="turns of what is compared")
    parser.add_argument("--into", metavar="FILE.json", help="keep all in this file of results/")
    asked = parser.parse_args()
    if unknown := set(asked.names) - RUNS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}")
    return asked


def _measured(name: str, size: Size, console: Console) -> tuple[Result | None, float]:
    began = time.monotonic()
    try:
        result = RUNS[name](size)
    except Skipped as why:
        result = Result(name, "not measured", skipped=str(why))
    except Exception:  # noqa: BLE001
        # One that fails must not cost the others their run.
        console.print(f"{name} failed:\n{traceback.format_exc()}", markup=False)
        return None, 0.0
    return result, time.monotonic() - began


def _table(result: Result, seconds: float) -> Table:
    title = f"{result.benchmark} ({seconds:.0f} s): {result.skipped or result.about}"
    table = Table(title=title, title_justify="left", box=None)
    for name in ("figure", "value", "goal", "", "baseline", "ratio"):
        table.add_column(name, justify="left" if name in ("figure", "goal", "") else "right")
    for row in result.rows:
        ratio = "" if row.ratio is None else f"{summary.number(row.ratio)} x"
        baseline = f"{summary.number(row.baseline)} ({row.baseline_name})" if row.baseline else ""
        value = f"{summary.number(row.value)} {row.unit}"
        goal = str(row.goal) if row.goal else ""
        table.add_row(row.name, value, goal, row.verdict(), baseline, ratio)
    for note in result.notes:
        table.add_row(note)
    return table


if __name__ == "__main__":
    sys.exit(main())
