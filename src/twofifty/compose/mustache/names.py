"""The names that a template asks for."""

from collections.abc import Iterator

import msgspec

from twofifty.compose.mustache.compile import Template
from twofifty.compose.mustache.tree import Dynamic, Node, Section, Value


class Name(msgspec.Struct, frozen=True):
    """A dotted name and the sections around it in its source, outermost first: ("lines",) and
    "title"."""

    sections: tuple[str, ...]
    name: str


def names(template: Template) -> frozenset[Name]:
    """Every name the template and its partials ask for, the implicit `.` left out."""
    trees = (template.nodes, *template.partials.trees.values())
    return frozenset(name for tree in trees for name in _names(tree, ()))


def _names(nodes: tuple[Node, ...], sections: tuple[str, ...]) -> Iterator[Name]:
    for node in nodes:
        if not isinstance(node, Value | Section | Dynamic):
            continue
        name = ".".join(node.name)
        if name:
            yield Name(sections, name)
        if isinstance(node, Section):
            inside = (*sections, name) if name and not node.inverted else sections
            yield from _names(node.children, inside)
