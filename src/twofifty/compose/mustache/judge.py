"""The context of each value of a template: its trees with contexts in them.

A partial is judged once for each state of the HTML in which it is called, and each of these becomes
a tree of its own. One that calls itself must end in the context in which it begins.
"""

import msgspec
from msgspec.structs import replace

from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.context.judge import Walk
from twofifty.compose.context.state import State, joined
from twofifty.compose.mustache.limits import MAX_NODES
from twofifty.compose.mustache.partials import Trees
from twofifty.compose.mustache.tree import Dynamic, Node, Partial, Section, Text, Value


class Judged(msgspec.Struct, frozen=True):
    """Trees whose values know their contexts, and the values for which there is none."""

    nodes: tuple[Node, ...]
    trees: Trees
    problems: tuple[TemplateProblem, ...]


def judged(nodes: tuple[Node, ...], trees: Trees) -> Judged:
    """Judge a template and what it calls. Raises `TemplateError` if that is too much."""
    judge = _Judge(trees)
    walk = Walk()
    found = judge.nodes(nodes, walk)
    problems = dict.fromkeys([*walk.problems, *judge.problems])
    return Judged(found, judge.made, tuple(problems))


class _Judge:
    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.made: dict[str, tuple[Node, ...]] = {}
        self.names: dict[tuple[str, State], str] = {}
        self.ends: dict[str, State] = {}
        self.open: set[str] = set()
        self.called_by_themselves: set[str] = set()
        self.problems: list[TemplateProblem] = []
        self.count = 0

    def nodes(self, nodes: tuple[Node, ...], walk: Walk) -> tuple[Node, ...]:
        self.count += len(nodes)
        if self.count > MAX_NODES:
            raise TemplateError(
                f"the template and its partials have more than {MAX_NODES:,} lines and tags, each "
                "context for itself; use fewer partials"
            )
        return tuple(self._node(node, walk) for node in nodes)

    def _node(self, node: Node, walk: Walk) -> Node:
        match node:
            case Text():
                walk.text(node.text)
            case Value():
                return replace(node, context=walk.value(node.place, written(node)))
            case Section():
                walk.begin(node.place)
                children = self.nodes(node.children, walk)
                walk.end()
                return replace(node, children=children)
            case Partial() if node.name in self.trees:
                begun = walk.state
                name = self._variant(node.name, begun, node)
                walk.state = self.ends[name]
                return replace(node, name=name)
            case Dynamic():
                return self._dynamic(node, walk)
        return node

    def _variant(self, name: str, begun: State, call: Partial | Dynamic) -> str:
        """The name of the tree of a partial that is called in the state `begun`."""
        key = (name, begun)
        if key in self.names:
            if self.names[key] in self.open:
                self.called_by_themselves.add(self.names[key])
            return self.names[key]
        variant = name if name not in self.ends else f"{name} [{len(self.names)}]"
        self.names[key] = variant
        self.ends[variant] = begun
        self.open.add(variant)
        walk = Walk(begun)
        self.made[variant] = self.nodes(self.trees[name], walk)
        self.open.remove(variant)
        self.problems += walk.problems
        self.ends[variant] = self._end(variant, walk.state, call)
        return variant

    def _end(self, variant: str, end: State, call: Partial | Dynamic) -> State:
        """The state after a partial that began in what `ends` says now."""
        if variant not in self.called_by_themselves:
            return end
        met = joined(self.ends[variant], end)
        if met is None:
            message = "this partial calls itself; close in it what it opens, tags and quotes too"
            self.problems.append(TemplateProblem(call.place, message))
        return self.ends[variant]

    def _dynamic(self, node: Dynamic, walk: Walk) -> Dynamic:
        """Any of the partials, or none: all must lead to one context."""
        walk.begin(node.place)
        choices: dict[str, str] = {}
        for name in node.choices:
            variant = self._variant(name, walk.state, node)
            choices[name] = variant
            walk.state = self.ends[variant]
            walk.otherwise(always=False)
        walk.end()
        return replace(node, choices=choices)


def written(value: Value) -> str:
    """The tag of a value, as one may write it."""
    return f"{{{{{'.'.join(value.name) or '.'}}}}}"
