"""Walking python-liquid's tree."""

from collections.abc import Iterator

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.expression import Expression


def nodes(template: BoundTemplate) -> Iterator[Node]:
    """Every node of a template in the order of its text, those of partials left out."""
    room = RenderContext(template)
    waiting = list(reversed(template.nodes))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(node.children(room, include_partials=False)))


def expressions(node: Node) -> Iterator[Expression]:
    """Every expression that stands in a node itself, with those inside it."""
    waiting = list(node.expressions())
    while waiting:
        expression = waiting.pop()
        yield expression
        waiting += expression.children()
