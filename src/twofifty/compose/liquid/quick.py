"""Short ways through python-liquid's tree for what is plain, which nearly everything is.

Whatever is not goes the library's way, so that it means the same."""

from typing import Final, TextIO

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions.logical import (
    BooleanExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    is_truthy,
)
from liquid.builtin.expressions.loop import LoopExpression
from liquid.expression import Expression
from liquid.utils.chain_map import ReadOnlyChainMap

# Of these nothing but nil and false is false.
_PLAIN: Final[frozenset[type]] = frozenset((str, bool, int, float, type(None), dict, list))


class Names(ReadOnlyChainMap):
    """Names by the innermost mapping that has them, asked before they are looked up."""

    def __getitem__(self, key: str) -> object:
        for names in self._maps:
            if key in names:
                return names[key]
        raise KeyError(key)


class Block(BlockNode):
    """Nodes one after the other, without asking each whether it is allowed where all are."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        blank = context.env.suppress_blank_control_flow_blocks and self.blank
        if blank or context.disabled_tags:
            return super().render_to_output(context, buffer)
        written = 0
        for node in self.nodes:
            written += node.render_to_output(context, buffer)
        return written


class Truth(BooleanExpression):
    """A condition."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> bool:
        return _holds(self.expression.evaluate(context))


class Both(LogicalAndExpression):
    """`and`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        return _holds(self.left.evaluate(context)) and _holds(self.right.evaluate(context))


class Either(LogicalOrExpression):
    """`or`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        return _holds(self.left.evaluate(context)) or _holds(self.right.evaluate(context))


_SHORT: Final[dict[type, type]] = {
    BlockNode: Block,
    BooleanExpression: Truth,
    LogicalAndExpression: Both,
    LogicalOrExpression: Either,
}


def shortened(each: Node | Expression) -> None:
    """Give a node or an expression its short way, where it has one."""
    if isinstance(each, LoopExpression):
        # A string of the library's own compares slowly.
        each.identifier = str(each.identifier)
    short = _SHORT.get(type(each))
    if short is not None:
        each.__class__ = short


def _holds(value: object) -> bool:
    if value.__class__ in _PLAIN:
        return value is not None and value is not False
    return is_truthy(value)
