"""Liquid as the product has it: compiled at publishing, escaped for its context, metered."""

from collections.abc import Mapping

import msgspec
from liquid import BoundTemplate, DictLoader, Environment, Mode
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.expression import Expression

from twofifty.compose.context import Markup, TemplateError, TemplateProblem, refused
from twofifty.compose.liquid import filters_money, filters_shop, filters_text, numbers
from twofifty.compose.liquid.assets import own_assets
from twofifty.compose.liquid.capture import Capturing, text_of
from twofifty.compose.liquid.check import unknown_filters, unknown_partials, unknown_tags
from twofifty.compose.liquid.equal import mended
from twofifty.compose.liquid.faults import RAISED, fault
from twofifty.compose.liquid.names import ANY, Kind, bound_names, check_names
from twofifty.compose.liquid.output import Cycling, Echoing, Showing
from twofifty.compose.liquid.path import quickened
from twofifty.compose.liquid.room import Filter, House, Room
from twofifty.compose.liquid.ruby import marked
from twofifty.compose.liquid.sheet import Sheet
from twofifty.compose.liquid.shopify import ShopView
from twofifty.compose.liquid.stream import Streams
from twofifty.compose.liquid.survey import survey
from twofifty.compose.liquid.walk import expressions, nodes

NO_PARTIALS: Mapping[str, str] = {}


class LiquidTemplate(msgspec.Struct, frozen=True):
    """A compiled template and all partials that it was given."""

    name: str
    bound: BoundTemplate
    partials: Mapping[str, BoundTemplate]

    def render(self, view: Mapping[str, object]) -> str:
        """The HTML for a view, every value escaped for its context; names it lacks are empty.

        Raises `TemplateError` for a template beyond the limits of `meter`, a partial that is not
        there, a filter that cannot work on what it is given.
        """
        room = Room(self.bound, globals=view)
        if isinstance(view, ShopView):
            room.read_by(view.reader)
        buffer = Sheet()
        try:
            self.bound.render_with_context(room, buffer)
        except RAISED as error:
            raise fault(error, self.name) from error
        return buffer.getvalue()


class Shop(House):
    """Shopify's filters, our printing tags."""

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        for name, run in self.filters.items():
            self.filters[name] = _on_text(run)
        for module in (numbers, filters_text, filters_money, filters_shop):
            self.filters.update(module.FILTERS)
        for tag in (Showing, Echoing, Cycling, Capturing):
            self.add_tag(tag)


def compile_liquid(
    source: str, partials: Mapping[str, str] = NO_PARTIALS, name: str = "template"
) -> LiquidTemplate:
    """Compile `source` with its `partials`; `name` stands in errors.

    Raises `TemplateError` with every unknown tag or filter, every value that stands where no
    escaping makes it safe, or the first fault of the syntax.
    """
    survey(source, partials, name)
    sources = {each: own_assets(text) for each, text in partials.items()}
    house = Shop(loader=DictLoader(sources), tolerance=Mode.STRICT)
    problems: list[TemplateProblem] = []
    bound = _compiled(house, own_assets(source), name, problems)
    ready = {each: _compiled(house, text, each, problems) for each, text in sources.items()}
    if problems:
        raise refused(tuple(problems))
    house.loader = _Ready(ready)
    return LiquidTemplate(name, bound, ready)


def check_liquid(template: LiquidTemplate, known: Kind) -> list[TemplateProblem]:
    """What the template and its partials ask for and `known` does not have."""
    bounds = {template.name: template.bound, **template.partials}
    free = {name for bound in bounds.values() for name in bound_names(bound)}
    found = check_names(template.bound, known, template.name)
    inner = Kind(
        {**dict.fromkeys(free, ANY), **(known.names or {}), **dict.fromkeys(template.partials, ANY)}
    )
    for name, bound in template.partials.items():
        found += check_names(bound, inner, name)
    return found


class _Ready(DictLoader):
    """The partials, compiled already. Every other name is an error."""

    def __init__(self, ready: Mapping[str, BoundTemplate]) -> None:
        super().__init__({})
        self._ready = ready

    def load(self, env: Environment, name: str, **_: object) -> BoundTemplate:
        """Raises `TemplateError` for a partial that was not given."""
        found = self._ready.get(name)
        if found is None:
            raise TemplateError(f"there is no partial {name[:80]!r}")
        return found


def _compiled(
    house: Shop, source: str, name: str, problems: list[TemplateProblem]
) -> BoundTemplate:
    partials = house.loader.templates if isinstance(house.loader, DictLoader) else {}
    try:
        unknown = list(unknown_tags(house, source, name))
        if unknown:
            problems += unknown
            return house.from_string("", path=name)
        bound = house.from_string(source, path=name)
    except RAISED as error:
        raise fault(error, name, source) from error
    for node in nodes(bound):
        for expression in expressions(node):
            mended(expression)
            quickened(expression)
            _trust(expression)
    problems += unknown_filters(house, bound, name)
    problems += unknown_partials(bound, name, partials)
    problems += Streams(bound, name).settle()
    return bound


def _trust(expression: Expression) -> None:
    """An author's own literal may be markup: `{{ name | append: '<br>' }}`."""
    if isinstance(expression, StringLiteral) and (
        "<" in expression.value or "&" in expression.value
    ):
        expression.value = Markup(expression.value)


def _on_text(run: Filter) -> Filter:
    """A filter of the library's, given the text of markup: what it returns is text again."""

    def filtered(left: object, *given: object, **named: object) -> object:
        plain = [text_of(each) if isinstance(each, str) else each for each in (left, *given)]
        return run(*plain, **named)

    return marked(filtered, run)
