"""A parsed template as the token stream that `compose.context` judges.

A capture and a partial each begin between tags, so they are streams of their own, and a partial
may only be called between tags.
"""

from collections.abc import Iterator

import msgspec
from liquid import BoundTemplate, RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.include_tag import IncludeNode
from liquid.builtin.tags.render_tag import RenderNode
from liquid.builtin.tags.tablerow_tag import TablerowNode

from twofifty.compose.context import (
    Begin,
    Context,
    Else,
    End,
    Literal,
    Place,
    TemplateProblem,
    Token,
    Value,
    judge,
)
from twofifty.compose.liquid.faults import place_of
from twofifty.compose.liquid.output import prints, settle


class _Stream(msgspec.Struct):
    """The tokens of one stream, and the node of each of its values, in order."""

    tokens: list[Token]
    nodes: list[Node]


class Streams:
    """All streams of a template, judged as they are read."""

    def __init__(self, template: BoundTemplate, name: str) -> None:
        self._room = RenderContext(template)
        self._name = name
        self._captures: list[BlockNode] = []
        self._main = template.nodes

    def settle(self) -> Iterator[TemplateProblem]:
        """Tell every printing node its context; yield what no escaping makes safe."""
        yield from self._judged(self._main)
        while self._captures:
            yield from self._judged([self._captures.pop()])

    def _judged(self, nodes: list[Node]) -> Iterator[TemplateProblem]:
        stream = _Stream([], [])
        self._read(nodes, stream)
        judged, problems = judge(stream.tokens)
        yield from problems
        for node, each in zip(stream.nodes, judged, strict=True):
            settle(node, each.context)
            if isinstance(node, IncludeNode | RenderNode) and each.context is not Context.TEXT:
                yield TemplateProblem(each.place, "a partial is called between tags only")

    def _read(self, nodes: list[Node], stream: _Stream) -> None:
        for node in nodes:
            if isinstance(node, ContentNode):
                stream.tokens.append(Literal(node.text))
            elif isinstance(node, CaptureNode):
                self._captures.append(node.block)
            elif prints(node) or isinstance(node, IncludeNode | RenderNode):
                stream.tokens.append(Value(self._place(node), str(node)))
                stream.nodes.append(node)
            else:
                self._inner(node, stream)

    def _inner(self, node: Node, stream: _Stream) -> None:
        """A block: a mere sequence, or one with branches."""
        inner = list(node.children(self._room, include_partials=False))
        if isinstance(node, BlockNode) or not inner:
            self._read(inner, stream)
            return
        stream.tokens.append(Begin(self._place(node), isinstance(node, ForNode | TablerowNode)))
        for count, child in enumerate(inner):
            if count:
                stream.tokens.append(Else(self._place(child), isinstance(child, BlockNode)))
            branch = list(child.children(self._room, include_partials=False))
            self._read(branch, stream)
        stream.tokens.append(End())

    def _place(self, node: Node) -> Place:
        return place_of(node.token, self._name) or Place(self._name, 1, 1)
