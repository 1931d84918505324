"""Liquid as its specification has it: values are written as they are, for `templates render`."""

from collections.abc import Mapping
from typing import TextIO

from liquid import BoundTemplate, DictLoader, Mode, RenderContext
from liquid.builtin.output import Output, OutputNode

from twofifty.compose.liquid.equal import mended
from twofifty.compose.liquid.faults import RAISED, fault
from twofifty.compose.liquid.room import Bound, House
from twofifty.compose.liquid.ruby import adopt, text
from twofifty.compose.liquid.survey import survey
from twofifty.compose.liquid.walk import expressions, nodes


class PlainBound(Bound):
    """A template of the plain dialect, its comparisons mended as it is made."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        mend(self)


class PlainHouse(House):
    """The plain dialect: no escaping, unknown filters are errors, partials from a mapping."""

    template_class = PlainBound

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        adopt(self.filters)
        self.add_tag(Printing)


class Printed(OutputNode):
    """`{{ x }}`, written as Liquid's origin writes it."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(text(self.expression.evaluate(context)))


class Printing(Output):
    """The pseudo tag of `Printed`."""

    node_class = Printed


def render_plain(source: str, data: dict[str, object], partials: Mapping[str, str]) -> str:
    """The text of a template for `data`; `{% render %}` and `{% include %}` know `partials`.

    Raises `TemplateError` with the place of what is wrong, and for a template that loops or grows
    beyond the limits of `meter`.
    """
    survey(source, partials, "template")
    try:
        house = PlainHouse(loader=DictLoader(dict(partials)), tolerance=Mode.STRICT)
        return house.from_string(source, path="template").render(data)
    except RAISED as error:
        raise fault(error, "template") from error


def mend(template: BoundTemplate) -> None:
    """Give all comparisons of a template our meaning of `blank`."""
    for node in nodes(template):
        for expression in expressions(node):
            mended(expression)
