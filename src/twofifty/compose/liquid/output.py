"""The tags that print a value. Each knows the context in which it stands and escapes for it."""

from collections.abc import Callable
from typing import TextIO

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.cycle_tag import CycleNode, CycleTag
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from liquid.token import Token

from twofifty.compose.context import Context, Json, Markup, escaper, raw_escaper
from twofifty.compose.liquid.capture import Captured, Tainted, text_of
from twofifty.compose.liquid.filters_text import is_whole


class Printing:
    """How one printing tag escapes: what fits a context, `Markup` raw only between tags."""

    __slots__ = ("_between", "_escape", "_json")

    def __init__(self, context: Context) -> None:
        self._between = context is Context.TEXT
        self._json = raw_escaper(context)
        self._escape: Callable[[object], str] = (
            raw_escaper(context) if self._between else escaper(context)
        )

    def write(self, value: object, buffer: TextIO) -> int:
        """Write a value as text of the context; into a capture still unescaped, but marked."""
        text = value if isinstance(value, str) else to_liquid_string(value, autoescape=False)
        if isinstance(text, Json):
            return buffer.write(self._json(text))
        if not self._between:
            return buffer.write(self._escape(str(text_of(text))))
        if isinstance(buffer, Captured):
            return buffer.write(text if isinstance(text, Markup) else Tainted(text))
        if isinstance(text, Markup) and not is_whole(text):
            # What follows would stand in a tag that nobody judged.
            return buffer.write(self._escape(str(text_of(text))))
        return buffer.write(self._escape(text))


class Shown(OutputNode):
    """`{{ x }}` and `{% echo x %}`."""

    __slots__ = ("printing",)

    def __init__(self, token: Token, expression: Expression) -> None:
        super().__init__(token, expression)
        self.printing = Printing(Context.TEXT)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return self.printing.write(self.expression.evaluate(context), buffer)


class Cycled(CycleNode):
    """`{% cycle a, b %}`."""

    __slots__ = ("printing",)

    def __init__(self, token: Token, group: Expression | None, args: list[Expression]) -> None:
        super().__init__(token, group, args)
        self.printing = Printing(Context.TEXT)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        items = [each.evaluate(context) for each in self.args]
        group = str(self.group.evaluate(context)) if self.group else ""
        turn = context.cycle(group or str(items), len(items))
        return self.printing.write(items[turn], buffer) if turn < len(items) else 0


class Showing(Output):
    """The pseudo tag of `Shown`."""

    node_class = Shown


class Echoing(EchoTag):
    """The tag of `Shown` in words."""

    node_class = Shown  # type: ignore[assignment]


class Cycling(CycleTag):
    """The tag of `Cycled`."""

    node_class = Cycled


def prints(node: Node) -> bool:
    """Whether a node prints a value."""
    return isinstance(node, Shown | Cycled)


def settle(node: Node, context: Context) -> None:
    """Tell a printing node where it stands."""
    if isinstance(node, Shown | Cycled):
        node.printing = Printing(context)
