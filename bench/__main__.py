"""`make bench`: every benchmark, or those named; `--quick` for a tenth of the work."""

import argparse

from rich.console import Console
from rich.table import Table

from bench.figures import Result, keep
from bench.runs import RUNS


def main() -> None:
    """Runs them, prints a table, keeps the results."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, kept nowhere")
    asked = parser.parse_args()
    if unknown := set(asked.names) - RUNS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}")
    console = Console()
    for name in asked.names or RUNS:
        run, count = RUNS[name]
        with console.status(f"{name} ..."):
            result = run(count // 10 if asked.quick else count)
        console.print(_table(result))
        if not asked.quick:
            keep(result)


def _table(result: Result) -> Table:
    table = Table(title=f"{result.benchmark}: {result.about}", title_justify="left", box=None)
    for name in ("figure", "value", "goal", "baseline", "ratio"):
        table.add_column(name, justify="left" if name in ("figure", "goal") else "right")
    for row in result.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f} x"
        baseline = "" if row.baseline is None else f"{row.baseline:,.4g} ({row.baseline_name})"
        table.add_row(row.name, f"{row.value:,.4g} {row.unit}", row.goal, baseline, ratio)
    return table


if __name__ == "__main__":
    main()
