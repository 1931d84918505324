"""Whether a view model of a known shape has what a template asks for, before any mail is sent."""

import difflib
from collections.abc import Iterator
from typing import Final

import msgspec

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.context.place import Place
from twofifty.compose.mustache.compile import Template
from twofifty.compose.mustache.endless import endless
from twofifty.compose.mustache.partials import Trees
from twofifty.compose.mustache.shape import Kind, Many, Record, Shape
from twofifty.compose.mustache.tree import Dynamic, Node, Partial, Section, Value

MAX_VISITS: Final = 10_000


def check(template: Template, shape: Shape) -> list[TemplateProblem]:
    """What does not fit, in the order of the text; a partial's problems come after."""
    return checked(template.nodes, template.partials.trees, shape)


def checked(nodes: tuple[Node, ...], trees: Trees, shape: Shape) -> list[TemplateProblem]:
    """As `check`, for trees that are not compiled: unknown names with the nearest known one, lists
    and records that are printed, partials that are missing or call themselves without end.

    Inside a section that is itself unknown nothing more is said.
    """
    found = [*_Check(trees).run(nodes, shape), *endless(trees)]
    return list(dict.fromkeys(found))


class _Frame(msgspec.Struct, frozen=True):
    """A section around: its name as written, and the shape of its item."""

    name: str
    shape: Shape


_Frames = tuple[_Frame, ...]


class _Check:
    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.waiting: list[tuple[tuple[Node, ...], _Frames]] = []
        self.seen: set[tuple[str, tuple[int, ...]]] = set()

    def run(self, nodes: tuple[Node, ...], shape: Shape) -> Iterator[TemplateProblem]:
        self.waiting.append((nodes, (_Frame("", shape),)))
        for tree, frames in self.waiting:
            yield from self._nodes(tree, frames)

    def _nodes(self, nodes: tuple[Node, ...], frames: _Frames) -> Iterator[TemplateProblem]:
        for node in nodes:
            match node:
                case Value():
                    yield from _printed(node, frames)
                case Section():
                    yield from self._section(node, frames)
                case Partial() if node.name in self.trees:
                    self._call(node.name, frames)
                case Partial():
                    message = f"there is no partial {node.name!r}; add it or remove the tag"
                    yield TemplateProblem(node.place, message)
                case Dynamic():
                    yield from self._dynamic(node, frames)

    def _section(self, node: Section, frames: _Frames) -> Iterator[TemplateProblem]:
        found = _resolved(node.name, frames)
        if found is None:
            yield _unknown(node.name, node.place, frames)
        elif node.inverted:
            yield from self._nodes(node.children, frames)
        else:
            item = found.of if isinstance(found, Many) else found
            entered = _Frame(".".join(node.name), item)
            # A shape counts once, at its innermost place, so that recursion comes to an end.
            outer = tuple(frame for frame in frames if frame.shape is not item)
            yield from self._nodes(node.children, (*outer, entered))

    def _dynamic(self, node: Dynamic, frames: _Frames) -> Iterator[TemplateProblem]:
        found = _resolved(node.name, frames)
        if found is None:
            yield _unknown(node.name, node.place, frames)
        elif found not in (Kind.TEXT, Kind.ANY):
            yield _misused(node.name, node.place, "a partial's name is a text")
        for tree in node.choices.values():
            self._call(tree, frames)

    def _call(self, name: str, frames: _Frames) -> None:
        visit = (name, tuple(id(frame.shape) for frame in frames))
        if visit not in self.seen and len(self.seen) < MAX_VISITS:
            self.seen.add(visit)
            self.waiting.append((self.trees[name], frames))


def _resolved(name: tuple[str, ...], frames: _Frames) -> Shape | None:
    """The shape of a name. As in rendering, the innermost frame with the first part decides."""
    if not name:
        return frames[-1].shape
    for frame in reversed(frames):
        if frame.shape is Kind.ANY:
            return Kind.ANY
        if isinstance(frame.shape, Record) and name[0] in frame.shape.names:
            return _member(frame.shape, name)
    return None


def _member(shape: Shape, name: tuple[str, ...]) -> Shape | None:
    for part in name:
        if shape is Kind.ANY:
            return shape
        if not isinstance(shape, Record) or part not in shape.names:
            return None
        shape = shape.names[part]
    return shape


def _printed(node: Value, frames: _Frames) -> Iterator[TemplateProblem]:
    found = _resolved(node.name, frames)
    written = ".".join(node.name) or "."
    if found is None:
        yield _unknown(node.name, node.place, frames)
    elif isinstance(found, Many):
        repeat = f"{{{{#{written}}}}}...{{{{/{written}}}}}"
        yield _misused(node.name, node.place, f"it is a list; repeat over it with {repeat}")
    elif isinstance(found, Record):
        inner = next(iter(found.names), "name")
        name = inner if written == "." else f"{written}.{inner}"
        yield _misused(node.name, node.place, f"it has names of its own; write {{{{{name}}}}}")


def _misused(name: tuple[str, ...], place: Place, why: str) -> TemplateProblem:
    return TemplateProblem(place, f"{('.'.join(name) or '.')!r} cannot be shown: {why}")


def _unknown(name: tuple[str, ...], place: Place, frames: _Frames) -> TemplateProblem:
    written = ".".join(name)
    nearest = _nearest(written, frames)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    last = frames[-1]
    if isinstance(last.shape, Kind):
        hint = f" ({last.name!r} is {last.shape.value} and has no names){hint}"
    return TemplateProblem(place, f"nothing is called {written!r} here{hint}", nearest)


def _nearest(written: str, frames: _Frames) -> str | None:
    """The most similar of all names that could be written in this place."""
    known = {name for frame in frames for name in _names(frame.shape, "")}
    matches = difflib.get_close_matches(written, sorted(known), n=1)
    return matches[0] if matches else None


def _names(shape: Shape, prefix: str) -> Iterator[str]:
    """All dotted names of a record, and those behind its lists, for hints."""
    if isinstance(shape, Many):
        yield from _names(shape.of, prefix)
    elif isinstance(shape, Record):
        for name, inner in shape.names.items():
            yield prefix + name
            yield from _names(inner, f"{prefix}{name}.")
