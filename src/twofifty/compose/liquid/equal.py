"""`nil == blank`, as Shopify has it: nothing, false and blank text are blank however compared."""

from liquid import RenderContext
from liquid.builtin.expressions.logical import EqExpression, NeExpression
from liquid.builtin.expressions.primitive import Blank
from liquid.expression import Expression
from liquid.undefined import is_undefined


class Equal(EqExpression):
    """`==` to which nil, undefined and false are equal to `blank`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        left, right = self.left.evaluate(context), self.right.evaluate(context)
        if left.__class__ is str and right.__class__ is str:
            return left == right
        blank = _blank(left, right)
        return bool(super().evaluate(context)) if blank is None else blank


class Unequal(NeExpression):
    """`!=` that says the opposite of `Equal`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        left, right = self.left.evaluate(context), self.right.evaluate(context)
        if left.__class__ is str and right.__class__ is str:
            return left != right
        blank = _blank(left, right)
        return bool(super().evaluate(context)) if blank is None else not blank


def mended(expression: Expression) -> None:
    """Give a comparison of python-liquid's our meaning of `blank`."""
    if type(expression) is EqExpression:
        expression.__class__ = Equal
    elif type(expression) is NeExpression:
        expression.__class__ = Unequal


def _blank(left: object, right: object) -> bool | None:
    """Whether one is `blank` and the other nothing or false; None where `==` says it itself."""
    if isinstance(left, Blank):
        return True if _nothing(right) else None
    if isinstance(right, Blank):
        return True if _nothing(left) else None
    return None


def _nothing(value: object) -> bool:
    return value is None or value is False or is_undefined(value)
