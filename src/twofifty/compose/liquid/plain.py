"""Liquid as its specification has it: values are written as they are, for `templates render`."""

from collections.abc import Mapping

from liquid import BoundTemplate, DictLoader, Mode

from twofifty.compose.liquid.equal import mended
from twofifty.compose.liquid.faults import RAISED, fault
from twofifty.compose.liquid.meter import MAX_SOURCE
from twofifty.compose.liquid.room import Bound, House
from twofifty.compose.liquid.walk import expressions, nodes
from twofifty.compose.context import TemplateError


class PlainBound(Bound):
    """A template of the plain dialect, its comparisons mended as it is made."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        mend(self)


class PlainHouse(House):
    """The plain dialect: no escaping, unknown filters are errors, partials from a mapping."""

    template_class = PlainBound


def render_plain(source: str, data: dict[str, object], partials: Mapping[str, str]) -> str:
    """The text of a template for `data`; `{% render %}` and `{% include %}` know `partials`.

    Raises `TemplateError` with the place of what is wrong, and for a template that loops or grows
    beyond the limits of `meter`.
    """
    sized(source, partials)
    try:
        house = PlainHouse(loader=DictLoader(dict(partials)), tolerance=Mode.STRICT)
        return house.from_string(source, path="template").render(data)
    except RAISED as error:
        raise fault(error, "template") from error


def sized(source: str, partials: Mapping[str, str]) -> None:
    """Raises `TemplateError` for a template that is too long, its partials counted in."""
    if len(source) + sum(map(len, partials.values())) > MAX_SOURCE:
        raise TemplateError(f"a template and its partials have at most {MAX_SOURCE:,} characters")


def mend(template: BoundTemplate) -> None:
    """Give all comparisons of a template our meaning of `blank`."""
    for node in nodes(template):
        for expression in expressions(node):
            mended(expression)
