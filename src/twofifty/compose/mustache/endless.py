"""Partials that call themselves where no section could end it."""

from collections.abc import Iterator

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.mustache.partials import Trees
from twofifty.compose.mustache.tree import Node, Partial


def endless(trees: Trees) -> Iterator[TemplateProblem]:
    """A problem for each call, outside of any section, that leads back to where it stands."""
    always = {name: _calls(tree, trees) for name, tree in trees.items()}
    for name, calls in always.items():
        for call in calls:
            if name in _reached(call.name, always):
                message = (
                    f"partial {call.name!r} calls itself without end; put the call into a section "
                    "that ends it"
                )
                yield TemplateProblem(call.place, message)


def _calls(nodes: tuple[Node, ...], trees: Trees) -> list[Partial]:
    return [node for node in nodes if isinstance(node, Partial) and node.name in trees]


def _reached(name: str, always: dict[str, list[Partial]]) -> set[str]:
    reached = {name}
    waiting = [name]
    while waiting:
        for call in always[waiting.pop()]:
            if call.name not in reached:
                reached.add(call.name)
                waiting.append(call.name)
    return reached
