"""A parsed template's expressions, made to work as the product has them."""

from liquid import BoundTemplate
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.expression import Expression

from twofifty.compose.context import Markup
from twofifty.compose.liquid.equal import mended
from twofifty.compose.liquid.path import quickened
from twofifty.compose.liquid.quick import shortened
from twofifty.compose.liquid.walk import expressions, nodes


def prepare(bound: BoundTemplate) -> None:
    """Comparisons as Shopify's, paths read fast, an author's literals trusted."""
    for node in nodes(bound):
        shortened(node)
        for expression in expressions(node):
            mended(expression)
            quickened(expression)
            shortened(expression)
            _trust(expression)


def _trust(expression: Expression) -> None:
    """An author's own literal may be markup: `{{ name | append: '<br>' }}`."""
    if isinstance(expression, StringLiteral) and (
        "<" in expression.value or "&" in expression.value
    ):
        expression.value = Markup(expression.value)
