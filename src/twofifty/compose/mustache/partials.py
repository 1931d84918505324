"""Which partials a template reaches, and which of them reach themselves."""

from collections.abc import Iterator, Mapping

import msgspec

from twofifty.compose.mustache.parse import parse
from twofifty.compose.mustache.tree import Node, Partial, Section


class Partials(msgspec.Struct, frozen=True):
    """The trees of all partials that a template can reach; `recursive` names those in a cycle."""

    trees: Mapping[str, tuple[Node, ...]]
    recursive: frozenset[str]


def reachable(nodes: tuple[Node, ...], sources: Mapping[str, str]) -> Partials:
    """Parse what `nodes` reach. A partial that `sources` lacks is left out: it renders nothing."""
    trees: dict[str, tuple[Node, ...]] = {}
    waiting = sorted(called(nodes))
    while waiting:
        name = waiting.pop()
        if name in sources and name not in trees:
            trees[name] = parse(sources[name], name)
            waiting.extend(called(trees[name]))
    return Partials(trees, _recursive(trees))


def called(nodes: tuple[Node, ...]) -> frozenset[str]:
    """The names of the partials that stand in `nodes` themselves."""
    return frozenset(_called(nodes))


def _called(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Partial):
            yield node.name
        elif isinstance(node, Section):
            yield from _called(node.children)


def _recursive(trees: Mapping[str, tuple[Node, ...]]) -> frozenset[str]:
    calls = {name: called(nodes) & trees.keys() for name, nodes in trees.items()}
    return frozenset(name for name in calls if name in _reached_from(name, calls))


def _reached_from(name: str, calls: Mapping[str, frozenset[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(calls[name])
    while waiting:
        callee = waiting.pop()
        if callee not in reached:
            reached.add(callee)
            waiting.extend(calls[callee])
    return reached
