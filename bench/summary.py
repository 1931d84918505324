"""All results on one page: `results/table.md`, from the JSON of each.

`python -m bench.summary` writes it anew, and goals and plots in docs/explain/performance.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures import RESULTS, read
from bench.measures.runs import RUNS

PAGE = Path(__file__).parents[1] / "docs" / "explain" / "performance.md"
HEAD = """# What was measured

Written by `python -m bench`; do not edit. Each figure stands beside a baseline of the same run.
"Before" is the same figure of an earlier version, where it was measured.
"""
COLUMNS = ("figure", "value", "goal", "", "baseline", "ratio", "before")
Json = dict[str, Any]


def write() -> None:
    """Brings `results/table.md` up to date."""
    before = {
        (one["benchmark"], row["name"]): row["value"]
        for one in read(RESULTS / "before.json") or ()
        for row in one["rows"]
    }
    sections = ("\n".join(_section(one, before)) for one in _results())
    page = "\n\n".join([HEAD + "\n" + "\n".join(_goals()), *sections])
    (RESULTS / "table.md").write_text(page + "\n", encoding="utf-8")


def _results() -> list[Json]:
    found = (read(RESULTS / f"{name}.json") for name in RUNS)
    return [one for one in found if one is not None]


def _goals() -> Iterator[str]:
    """Every figure that has a goal."""
    yield "| benchmark | figure | measured | goal | |"
    yield "|---|---|---:|---|---|"
    for one in _results():
        if one["skipped"]:
            yield f"| `{one['benchmark']}` | | not measured: {one['skipped']} | | |"
        for row in one["rows"]:
            if row["goal"]:
                cells = (row["name"], _value(row), row["goal"], row["verdict"])
                yield f"| `{one['benchmark']}` | {' | '.join(cells)} |"


def _section(kept: Json, before: dict[tuple[str, str], float]) -> Iterator[str]:
    yield f"## {kept['benchmark']}\n"
    yield f"{kept['about']}. {circumstances(kept)}."
    if kept["skipped"]:
        yield f"\nNot measured: {kept['skipped']}."
        return
    yield ""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---|---:|---|---|---:|---:|---:|"
    for row in kept["rows"]:
        yield f"| {' | '.join(_cells(row, before.get((kept['benchmark'], row['name']))))} |"
    for note in kept["notes"]:
        yield f"\n{note}"


def circumstances(kept: Json) -> str:
    """When a result was measured, of what, and on what."""
    measured = kept["measured"]
    when = f"{measured['at'][:16].replace('T', ' ')} UTC, commit {measured['commit']}"
    what = f"{measured['cores']} cores ({measured['processor']}), load {measured['load']:g} before"
    return f"{when}, {what}, Python {measured['python']}"


def _cells(row: Json, before: float | None) -> Iterator[str]:
    yield row["name"]
    yield _value(row)
    yield row["goal"]
    yield row["verdict"]
    baseline = row["baseline"]
    yield f"{number(baseline)} ({row['baseline_name']})" if baseline else ""
    yield f"{number(row['value'] / baseline)} x" if baseline else ""
    yield number(before) if before is not None else ""


def _value(row: Json) -> str:
    return f"{number(row['value'])} {row['unit']}".strip()


def number(value: float) -> str:
    """Three or four digits of it."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def main() -> None:
    """Writes the page, and the table of goals between its marks in the document."""
    write()
    page = PAGE.read_text(encoding="utf-8")
    page = _between(page, "goals", "\n".join(_goals()))
    page = _between(page, "plots", "\n\n".join(_plots()))
    PAGE.write_text(page, encoding="utf-8")


def _plots() -> Iterator[str]:
    for one in _results():
        name = one["benchmark"]
        if (RESULTS / f"{name}.svg").exists():
            yield f"![{name}: {one['about']}](../../bench/results/{name}.svg)"


def _between(page: str, name: str, text: str) -> str:
    """The page with `text` between the marks of that name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    head, _, rest = page.partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        raise SystemExit(f"{PAGE.name}: the marks of {name} are gone")
    return f"{head}{begin}\n{text}\n{end}{tail}"


if __name__ == "__main__":
    main()
