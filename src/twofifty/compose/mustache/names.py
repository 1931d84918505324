"""The names that a template asks for, and whether its view model has them."""

import difflib
from collections.abc import Iterator

import msgspec

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.context.place import Place
from twofifty.compose.mustache.compile import Template
from twofifty.compose.mustache.tree import Node, Partial, Section, Value

MAX_VISITS = 10_000


class Name(msgspec.Struct, frozen=True):
    """A dotted name and the sections around it, outermost first: ("lines",) and "title"."""

    sections: tuple[str, ...]
    name: str


class _Use(msgspec.Struct, frozen=True):
    """A value, section or missing partial, with the names of the sections around it."""

    node: Value | Section | Partial
    sections: tuple[str, ...]


def names(template: Template) -> frozenset[Name]:
    """Every name the template and its partials ask for, the implicit `.` left out."""
    return frozenset(
        Name(use.sections, ".".join(use.node.name))
        for use in _uses(template)
        if not isinstance(use.node, Partial) and use.node.name
    )


def check(template: Template, known: frozenset[str]) -> list[TemplateProblem]:
    """What the view model lacks, in the order of the text; a partial's problems come after.

    `known` has the view model's dotted names, those of a list's items under the list's name:
    {"number", "lines", "lines.title"}. Names on the way to a known one are known too. Inside a
    section that is itself unknown nothing more is said.
    """
    complete = known | {prefix for name in known for prefix in _prefixes(name)}
    problems = (_problem(use, complete) for use in _uses(template))
    return [problem for problem in dict.fromkeys(problems) if problem]


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


# Walking


def _uses(template: Template) -> Iterator[_Use]:
    """All uses, each partial once for each set of sections around it."""
    waiting: list[tuple[tuple[Node, ...], tuple[str, ...]]] = [(template.nodes, ())]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for nodes, sections in waiting:
        for use in _uses_in(nodes, sections):
            if isinstance(use.node, Partial) and use.node.name in template.partials.trees:
                visit = (use.node.name, use.sections)
                if visit not in seen and len(seen) < MAX_VISITS:
                    seen.add(visit)
                    waiting.append((template.partials.trees[use.node.name], use.sections))
            else:
                yield use


def _uses_in(nodes: tuple[Node, ...], sections: tuple[str, ...]) -> Iterator[_Use]:
    for node in nodes:
        if isinstance(node, Value | Partial):
            yield _Use(node, sections)
        elif isinstance(node, Section):
            yield _Use(node, sections)
            yield from _uses_in(node.children, _inside(node, sections))


def _inside(node: Section, sections: tuple[str, ...]) -> tuple[str, ...]:
    """The sections around a section's children. A name counts once, at its innermost place, so
    that a partial which calls itself in a section comes to an end."""
    name = ".".join(node.name)
    if node.inverted or not name:
        return sections
    return (*(section for section in sections if section != name), name)


# Judging


def _problem(use: _Use, complete: frozenset[str]) -> TemplateProblem | None:
    node = use.node
    if isinstance(node, Partial):
        message = f"there is no partial {node.name!r}; add it or remove the tag"
        return TemplateProblem(node.place, message, None)
    frames = _frames(use.sections, complete)
    if frames is None or not node.name or _resolve(node.name, frames, complete):
        return None
    written = ".".join(node.name)
    nearest = _nearest(written, frames, complete)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    return TemplateProblem(node.place, f"nothing is called {written!r} here{hint}", nearest)


def _frames(sections: tuple[str, ...], complete: frozenset[str]) -> tuple[str, ...] | None:
    """The sections' full names, outermost first; None if one of them is unknown."""
    frames: tuple[str, ...] = ()
    for section in sections:
        resolved = _resolve(tuple(section.split(".")), frames, complete)
        if resolved is None:
            return None
        frames = (*frames, resolved)
    return frames


def _resolve(
    name: tuple[str, ...], frames: tuple[str, ...], complete: frozenset[str]
) -> str | None:
    """The full known name. As in rendering, the innermost frame with the first part decides."""
    for prefix in (*(f"{frame}." for frame in reversed(frames)), ""):
        if prefix + name[0] in complete:
            full = prefix + ".".join(name)
            return full if full in complete else None
    return None


def _nearest(written: str, frames: tuple[str, ...], complete: frozenset[str]) -> str | None:
    """The most similar of all names that could be written in this place."""
    inner = {
        name.removeprefix(f"{frame}.")
        for frame in frames
        for name in complete
        if name.startswith(f"{frame}.")
    }
    matches = difflib.get_close_matches(written, sorted(complete | inner), n=1)
    return matches[0] if matches else None
