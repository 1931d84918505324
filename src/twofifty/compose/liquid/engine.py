"""Liquid as the product has it: compiled at publishing, escaped for its context, metered."""

from collections.abc import Mapping

from liquid import BoundTemplate, DictLoader, Environment, Mode

from twofifty.compose.context import TemplateError, TemplateProblem, refused
from twofifty.compose.liquid.assets import own_assets
from twofifty.compose.liquid.check import unknown_filters, unknown_partials, unknown_tags
from twofifty.compose.liquid.faults import RAISED, fault
from twofifty.compose.liquid.names import ANY, Kind, bound_names, check_names
from twofifty.compose.liquid.prepare import prepare
from twofifty.compose.liquid.shop import Shop
from twofifty.compose.liquid.stream import Streams
from twofifty.compose.liquid.survey import survey
from twofifty.compose.liquid.template import LiquidTemplate

NO_PARTIALS: Mapping[str, str] = {}


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
    prepare(bound)
    problems += unknown_filters(house, bound, name)
    problems += unknown_partials(bound, name, partials)
    problems += Streams(bound, name).settle()
    return bound
