"""Which partials a template reaches, and which of them reach themselves."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.mustache.limits import MAX_PARTIAL, MAX_SOURCE, too_large
from twofifty.compose.mustache.parse import Parsed, read
from twofifty.compose.mustache.tree import (
    Block,
    Dynamic,
    Node,
    Parent,
    Partial,
    Section,
    Value,
)

# What is kept of a section's text follows from at least and at most so many names.
_LEAST_NAMES: Final = 2
_MOST_NAMES: Final = 32
_MOST_VISITS: Final = 400

Name = tuple[str, ...]
Trees = Mapping[str, tuple[Node, ...]]


class Partials(msgspec.Struct, frozen=True):
    """The trees of all partials that a template can reach; `recursive` names those in a cycle."""

    trees: Trees
    recursive: frozenset[str]


class Sources(msgspec.Struct, frozen=True):
    """A template and what it reaches, parsed, and all that is wrong with them."""

    nodes: tuple[Node, ...]
    trees: dict[str, tuple[Node, ...]]
    problems: list[TemplateProblem]


def reachable(source: str, name: str, sources: Mapping[str, str]) -> Sources:
    """Parse a template and what it reaches. A partial that `sources` lacks is left out: it renders
    nothing. One whose name is a variable may be any of them."""
    problems: list[TemplateProblem] = []
    nodes = _read(source, name, MAX_SOURCE, problems)
    found = Sources(nodes, {}, problems)
    waiting = sorted(_asked(nodes, sources))
    while waiting:
        called = waiting.pop()
        if called in sources and called not in found.trees:
            tree = _read(sources[called], called, MAX_PARTIAL, problems)
            found.trees[called] = tree
            waiting.extend(sorted(_asked(tree, sources)))
    return found


def linked(trees: Trees) -> Partials:
    """Trees without parents, with those named that reach themselves."""
    calls = {name: called(nodes) & trees.keys() for name, nodes in trees.items()}
    recursive = _in_cycles(calls)
    return Partials(trees, recursive)


def called(nodes: tuple[Node, ...]) -> frozenset[str]:
    """The names of the trees that `nodes` themselves may call."""
    return frozenset(_called(nodes))


def asked(nodes: tuple[Node, ...], partials: Partials) -> tuple[Name, ...]:
    """The names that the body of a section asks for, its partials with it; none where there
    are very few or many, or where its text follows from more than names."""
    names: set[Name] = set()
    seen: set[str] = set()
    waiting, visits = [*nodes], 0
    while waiting:
        node = waiting.pop()
        visits += 1
        if visits > _MOST_VISITS or not _is_told(node, partials):
            return ()
        match node:
            case Value():
                names.add(node.name)
            case Section():
                names.add(node.name)
                waiting += node.children
            case Partial() if node.name not in seen:
                seen.add(node.name)
                waiting += partials.trees.get(node.name, ())
    names.discard(())
    return tuple(sorted(names)) if _LEAST_NAMES <= len(names) <= _MOST_NAMES else ()


def _is_told(node: Node, partials: Partials) -> bool:
    """Whether what a node writes follows from names alone."""
    if isinstance(node, Partial):
        return node.name not in partials.recursive
    return not isinstance(node, Dynamic)


def _read(source: str, name: str, limit: int, problems: list[TemplateProblem]) -> tuple[Node, ...]:
    large = too_large(source, name, limit)
    parsed = Parsed((), (large,)) if large else read(source, name)
    problems.extend(parsed.problems)
    return parsed.nodes


def _asked(nodes: tuple[Node, ...], sources: Mapping[str, str]) -> frozenset[str]:
    """The names of the sources that `nodes` may need."""
    return frozenset(name for node in walk(nodes) for name in _asked_by(node, sources))


def _asked_by(node: Node, sources: Mapping[str, str]) -> Iterator[str]:
    match node:
        case Partial() | Parent():
            yield node.name
        case Dynamic():
            yield from sources


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """All nodes, each before what it holds."""
    waiting = [*reversed(nodes)]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case Section() | Block():
                waiting.extend(reversed(node.children))
            case Parent():
                waiting.extend(reversed(node.blocks))


def _called(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in walk(nodes):
        if isinstance(node, Partial):
            yield node.name
        elif isinstance(node, Dynamic):
            yield from node.choices.values()


def _in_cycles(calls: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names that call themselves by way of others: what stays when all that call none of the
    rest, or are called by none of it, are taken away again and again."""
    inverse: dict[str, set[str]] = {name: set() for name in calls}
    for name, names in calls.items():
        for callee in names:
            inverse[callee].add(name)
    left = _peeled(set(calls), calls.__getitem__, inverse.__getitem__)
    return frozenset(_peeled(left, inverse.__getitem__, calls.__getitem__))


def _peeled(
    names: set[str],
    forward: Callable[[str], frozenset[str] | set[str]],
    backward: Callable[[str], frozenset[str] | set[str]],
) -> set[str]:
    degree = {name: len(forward(name) & names) for name in names}
    waiting = [name for name in names if not degree[name]]
    left = set(names)
    while waiting:
        name = waiting.pop()
        left.discard(name)
        for other in backward(name) & left:
            degree[other] -= 1
            if not degree[other]:
                waiting.append(other)
    return left
