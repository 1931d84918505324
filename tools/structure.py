"""The structure ratchet: measures src/twofifty and holds each figure under its ceiling.

    python -m tools.structure            one line a figure over its ceiling, exit 1 if there is any
    python -m tools.structure --show     the whole table
    python -m tools.structure --accept   lowers ceilings to what is measured, rounded up to a step

The ceilings stand in tests/shape/ratchet.json. They may fall and never rise, and none is above
its aim. All figures are such that less is better. Standard library only.
"""

import argparse
import ast
import json
import math
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
CEILINGS = ROOT / "tests" / "shape" / "ratchet.json"

# The composition root wires everything, so its fan-out is not judged.
WIRING = "twofifty.app"

# A module that imports one of these, or a module that does, is not free of I/O.
IO = frozenset(
    "aiosmtpd aiosmtplib asyncio concurrent http httptools httpx2 logging multiprocessing os"
    " pathlib rich select selectors shutil signal smtplib socket sqlite3 ssl starlette structlog"
    " subprocess tempfile threading typer urllib.request uvicorn uvloop".split()
)

_LOOP = ast.For | ast.AsyncFor | ast.While
_DECISION = _LOOP | ast.If | ast.IfExp | ast.ExceptHandler | ast.comprehension | ast.match_case
_TRY = ast.Try | ast.TryStar
_BLOCK = _LOOP | _TRY | ast.If | ast.With | ast.AsyncWith | ast.Match
_DEF = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPE = _DEF | ast.ClassDef | ast.Lambda


class Aim(NamedTuple):
    """The highest ceiling a figure may have, and the step to which `--accept` rounds up."""

    most: float
    step: float
    meaning: str


AIMS: Mapping[str, Aim] = {
    "file_lines_median": Aim(110, 10, "lines of the middle file"),
    "file_lines_p90": Aim(300, 25, "nine of ten files are not longer"),
    "file_lines_max": Aim(450, 25, "lines of the longest file"),
    "function_lines_median": Aim(8, 2, "lines of the middle function, docstring included"),
    "function_lines_p90": Aim(25, 5, "nine of ten functions are not longer"),
    "function_lines_max": Aim(60, 10, "lines of the longest function"),
    "complexity_mean": Aim(2.2, 0.1, "paths through a function, on average"),
    "complexity_over_10_share": Aim(0.005, 0.001, "functions with more than ten paths"),
    "nesting_p95": Aim(2, 1, "blocks inside blocks"),
    "parameters_p95": Aim(4, 1, "parameters of a function, self not counted"),
    "import_cycles": Aim(0, 1, "groups of modules that import each other"),
    "import_depth": Aim(10, 1, "modules in the longest chain of imports"),
    "fan_out_p90": Aim(7, 1, "modules of ours that a module imports"),
    "fan_out_max": Aim(12, 1, "the same, the worst; app/ is exempt"),
    "broad_except_share": Aim(0.03, 0.005, "handlers that catch everything"),
    "broad_except_unexplained": Aim(0, 1, "such handlers without a comment that says why"),
    "unannotated_share": Aim(0, 0.01, "parameters and returns without a type"),
    "type_ignores_per_kloc": Aim(0.5, 0.1, "type-ignores in a thousand lines"),
    "io_lines_share": Aim(0.6, 0.02, "lines in modules that reach I/O, directly or not"),
}


class Measured(NamedTuple):
    """A figure's value and where its worst case is (may be empty)."""

    value: float
    where: str = ""


class Source(NamedTuple):
    """A module: its dotted name, its file, its text and its syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Lines of the file, blank ones included."""
        return len(self.text.splitlines())


class Function(NamedTuple):
    """What is counted of one function. `slots` are parameters and the return."""

    where: str
    lines: int
    complexity: int
    nesting: int
    parameters: int
    slots: int
    bare_slots: int


class Handler(NamedTuple):
    """One `except`: whether it catches everything, and whether a comment says why.

    One that cleans up and raises the same again is not broad: nothing is swallowed.
    """

    where: str
    broad: bool
    explained: bool


def measure(package: Path) -> dict[str, Measured]:
    """Every figure of `AIMS` for the package in the folder `package`."""
    sources = list(read(package))
    functions = [function for source in sources for function in functions_of(source)]
    imports = {source.name: imports_of(source) for source in sources}
    graph = own_graph(imports)
    return {
        **_files(sources),
        **_functions(functions),
        **_imports(graph),
        **_handlers([handler for source in sources for handler in handlers_of(source)]),
        "type_ignores_per_kloc": _type_ignores(sources),
        "io_lines_share": _io_lines(sources, imports, graph),
    }


def read(package: Path) -> Iterator[Source]:
    """The modules under the folder `package`, named from it on."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        yield Source(name, path, text, ast.parse(text, filename=str(path)))


# ── One module ──────────────────────────────────────────────────────────────────────────────────


def functions_of(source: Source) -> Iterator[Function]:
    """Every function and method, nested ones too, each for itself."""
    for node in ast.walk(source.tree):
        if isinstance(node, _DEF):
            parameters = _parameters(node)
            slots = [*(p.annotation for p in parameters), node.returns]
            yield Function(
                where=f"{source.name}:{node.lineno} {node.name}",
                lines=(node.end_lineno or node.lineno) - node.lineno + 1,
                complexity=1 + sum(_decisions(child) for child in _within(node)),
                nesting=_nesting(node),
                parameters=len(parameters),
                slots=len(slots),
                bare_slots=slots.count(None),
            )


def handlers_of(source: Source) -> Iterator[Handler]:
    """Every `except` clause."""
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            around = lines[node.lineno - 1 : node.body[0].lineno]
            explained = any("#" in line and "noqa" not in line for line in around)
            yield Handler(f"{source.name}:{node.lineno}", _swallows_all(node), explained)


def imports_of(source: Source) -> frozenset[str]:
    """Dotted names of all that is imported, at the top, in functions and for types alike.

    `from a import b` gives both `a` and `a.b`, for b may be a module.
    """
    package = source.name if source.path.stem == "__init__" else source.name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = _absolute(node, package)
            found.add(start)
            found.update(f"{start}.{alias.name}" for alias in node.names)
    return frozenset(found)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*above, node.module] if node.module else above)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    spec = node.args
    named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    rest = [arg for arg in (spec.vararg, spec.kwarg) if arg is not None]
    return [arg for arg in [*named, *rest] if arg.arg not in {"self", "cls"}]


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, but not those of functions and classes inside."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _SCOPE):
            yield child
            yield from _within(child)


def _decisions(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    return int(isinstance(node, _DECISION))


def _nesting(node: ast.AST) -> int:
    return max((_depth(child, node) for child in ast.iter_child_nodes(node)), default=0)


def _depth(node: ast.AST, parent: ast.AST) -> int:
    if isinstance(node, _SCOPE):
        return 0
    is_elif = isinstance(parent, ast.If) and parent.orelse == [node]
    return _nesting(node) + int(isinstance(node, _BLOCK) and not is_elif)


def _swallows_all(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    raises_again = isinstance(last, ast.Raise) and last.exc is None
    return _is_broad(handler.type) and not raises_again


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(one) for one in caught.elts)
    return caught is None or getattr(caught, "id", "") in {"Exception", "BaseException"}


# ── All modules ─────────────────────────────────────────────────────────────────────────────────


def own_graph(imports: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    """For each module the modules of the same package that it imports. A name that is not a module
    counts for the module that holds it."""
    return {name: _own(wanted, imports.keys()) - {name} for name, wanted in imports.items()}


def _own(wanted: Iterable[str], modules: Iterable[str]) -> set[str]:
    known = set(modules)
    found = {name for name in wanted if name in known}
    # `from a.b import c` named both a.b and a.b.c: where c is a module, a.b is only the way to it.
    return found - {name.rpartition(".")[0] for name in found if _only_way(name, wanted, known)}


def _only_way(name: str, wanted: Iterable[str], known: set[str]) -> bool:
    package = name.rpartition(".")[0]
    others = (one for one in wanted if one.rpartition(".")[0] == package)
    return package in known and all(one in known for one in others)


def cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of modules each of which reaches every other one."""
    reach = {name: reachable(name, graph) for name in graph}
    groups = {
        frozenset(other for other in reach[name] if name in reach[other])
        for name in graph
        if name in reach[name]
    }
    return sorted(sorted(group) for group in groups)


def reachable(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    """All that `start` imports, directly or not; itself only if it is in a cycle."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = graph[waiting.pop()] - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def longest_chain(graph: Mapping[str, set[str]]) -> list[str]:
    """The longest line of modules of which each imports the next. Imports in a cycle are left out:
    they have their own figure."""
    looped = {name for group in cycles(graph) for name in group}
    known: dict[str, list[str]] = {}

    def chain(name: str) -> list[str]:
        if name not in known:
            below = (chain(one) for one in sorted(graph[name] - looped))
            known[name] = [name, *max(below, key=len, default=[])]
        return known[name]

    return max((chain(name) for name in sorted(graph)), key=len, default=[])


# ── Figures ─────────────────────────────────────────────────────────────────────────────────────


def _files(sources: Sequence[Source]) -> dict[str, Measured]:
    return _spread("file_lines", [(source.lines, source.name) for source in sources])


def _functions(functions: Sequence[Function]) -> dict[str, Measured]:
    tangled = [f for f in functions if f.complexity > 10]
    bare = [f for f in functions if f.bare_slots]
    slots = sum(f.slots for f in functions)
    return {
        **_spread("function_lines", [(f.lines, f.where) for f in functions]),
        "complexity_mean": Measured(
            _share(sum(f.complexity for f in functions), len(functions)), _most_tangled(functions)
        ),
        "complexity_over_10_share": Measured(
            _share(len(tangled), len(functions)), _names(f.where for f in tangled)
        ),
        "nesting_p95": _rank([(f.nesting, f.where) for f in functions], 0.95),
        "parameters_p95": _rank([(f.parameters, f.where) for f in functions], 0.95),
        "unannotated_share": Measured(
            _share(sum(f.bare_slots for f in bare), slots), _names(f.where for f in bare)
        ),
    }


def _most_tangled(functions: Sequence[Function]) -> str:
    worst = sorted(functions, key=lambda f: f.complexity, reverse=True)[:10]
    return "most of all " + _names(f"{f.where} ({f.complexity})" for f in worst)


def _imports(graph: Mapping[str, set[str]]) -> dict[str, Measured]:
    loops = cycles(graph)
    chain = longest_chain(graph)
    fans = [(len(found), name) for name, found in graph.items() if not name.startswith(WIRING)]
    return {
        "import_cycles": Measured(len(loops), _names(" <-> ".join(loop) for loop in loops)),
        "import_depth": Measured(len(chain), " -> ".join(chain)),
        "fan_out_p90": _rank(fans, 0.9),
        "fan_out_max": _rank(fans, 1),
    }


def _handlers(handlers: Sequence[Handler]) -> dict[str, Measured]:
    broad = [handler for handler in handlers if handler.broad]
    silent = [handler.where for handler in broad if not handler.explained]
    return {
        "broad_except_share": Measured(
            _share(len(broad), len(handlers)), _names(handler.where for handler in broad)
        ),
        "broad_except_unexplained": Measured(len(silent), _names(silent)),
    }


def _type_ignores(sources: Sequence[Source]) -> Measured:
    found = {source.name: source.text.count("# type: ignore") for source in sources}
    thousands = sum(source.lines for source in sources) / 1000
    return Measured(
        _share(sum(found.values()), thousands), _names(name for name, n in found.items() if n)
    )


def _io_lines(
    sources: Sequence[Source],
    imports: Mapping[str, frozenset[str]],
    graph: Mapping[str, set[str]],
) -> Measured:
    doers = {name for name, wanted in imports.items() if any(_is_io(one) for one in wanted)}
    reaching = [s for s in sources if s.name in doers or reachable(s.name, graph) & doers]
    return Measured(_share(sum(s.lines for s in reaching), sum(s.lines for s in sources)))


def _is_io(name: str) -> bool:
    return name in IO or name.partition(".")[0] in IO


def _spread(name: str, cases: Sequence[tuple[int, str]]) -> dict[str, Measured]:
    return {
        f"{name}_median": Measured(statistics.median([n for n, _ in cases] or [0])),
        f"{name}_p90": _rank(cases, 0.9),
        f"{name}_max": _rank(cases, 1),
    }


def _rank(cases: Sequence[tuple[int, str]], share: float) -> Measured:
    """The least case that `share` of all cases do not exceed, with its place."""
    if not cases:
        return Measured(0)
    value, where = sorted(cases)[max(0, math.ceil(share * len(cases)) - 1)]
    return Measured(value, where)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)


# ── The ratchet ─────────────────────────────────────────────────────────────────────────────────


def ceilings(file: Path = CEILINGS) -> dict[str, float]:
    """The recorded ceilings by figure."""
    recorded: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))
    return {name: recorded[name] for name in AIMS}


def lowered(name: str, value: float, ceiling: float) -> float:
    """The ceiling after accepting `value`: rounded up to the figure's step, never higher."""
    step = AIMS[name].step
    reached = round(math.ceil(round(value / step, 6)) * step, 6)
    return min(ceiling, int(reached) if reached == int(reached) else reached)


def table(figures: Mapping[str, Measured], limits: Mapping[str, float]) -> Iterator[str]:
    """One line a figure: name, value, ceiling, meaning."""
    for name, aim in AIMS.items():
        value = figures[name].value
        mark = "over" if value > limits[name] else ""
        yield f"{name:26} {value:8.4g} {limits[name]:8.4g} {mark:4}  {aim.meaning}"


def verdicts(figures: Mapping[str, Measured], limits: Mapping[str, float]) -> Iterator[str]:
    """One line for each figure over its ceiling, with its place."""
    for name, (value, where) in figures.items():
        if value > limits[name]:
            said = f"structure: {name} is {value:.4g}, the ceiling {limits[name]:.4g}"
            yield f"{said}: {where}" if where else said


def main(words: Sequence[str] | None = None) -> int:
    """Runs the ratchet. Returns the exit code: 0 all under their ceilings, 1 not."""
    parser = argparse.ArgumentParser(prog="structure", description="The structure ratchet.")
    parser.add_argument("--show", action="store_true", help="the whole table")
    parser.add_argument("--accept", action="store_true", help="lower the ceilings where better")
    asked = parser.parse_args(words)
    figures, limits = measure(ROOT / "src" / "twofifty"), ceilings()
    if asked.accept:
        limits = {name: lowered(name, figures[name].value, limits[name]) for name in AIMS}
        CEILINGS.write_text(json.dumps(limits, indent=2) + "\n", encoding="utf-8")
    said = [*(table(figures, limits) if asked.show else ()), *verdicts(figures, limits)]
    print(*said, sep="\n", end="\n" if said else "")
    return int(any(verdicts(figures, limits)))


if __name__ == "__main__":
    sys.exit(main())
