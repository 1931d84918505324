"""What speaks against the sources of a pack's parts, before a mail is made of them."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from twofifty.compose.brand import Brand
from twofifty.compose.context.error import TemplateError, TemplateProblem, placed
from twofifty.compose.liquid import check_liquid, compile_liquid, shopify_names
from twofifty.compose.liquid.names import Kind as Names
from twofifty.compose.liquid.names import kind_of
from twofifty.compose.mustache.publish import faults
from twofifty.compose.mustache.shape import Shape, shape_of
from twofifty.compose.pack import Pack, Part
from twofifty.compose.part import DIALECTS, html_of, partials_of
from twofifty.compose.publish.occasions import trials
from twofifty.compose.tongue import Tongue
from twofifty.compose.view import view
from twofifty.notice.model import Kind

View = Mapping[str, object]


def wrong_sources(
    pack: Pack, kind: Kind, brand: Brand, tongue: Tongue
) -> Iterator[TemplateProblem]:
    """What speaks against the sources of a kind's parts."""
    of_kind = [part for part in pack.parts() if part.kind == kind]
    for layout in sorted({part.layout for part in of_kind}):
        letters = [msgspec.structs.replace(letter, layout=layout) for letter in trials(kind)]
        views = [view(letter, brand, tongue) for letter in letters]
        for part in of_kind:
            if part.layout == layout:
                yield from _wrong(part, pack, views)


def _wrong(part: Part, pack: Pack, views: Sequence[View]) -> list[TemplateProblem]:
    if part.engine == "mustache":
        return _mustache(part, pack, shape_of(*views))
    names = {**(kind_of(views[0]).names or {}), **(shopify_names().names or {})}
    return _liquid(part, pack, Names(names))


def _mustache(part: Part, pack: Pack, shape: Shape) -> list[TemplateProblem]:
    partials = partials_of(part, pack.files)
    try:
        source = html_of(part, pack.files[part.path])
    except TemplateError as error:
        return list(error.problems) or [placed(error, part.path)]
    return faults(source, shape, partials, DIALECTS[part.format], part.path)


def _liquid(part: Part, pack: Pack, known: Names) -> list[TemplateProblem]:
    try:
        source = html_of(part, pack.files[part.path])
        made = compile_liquid(source, partials_of(part, pack.files), part.path)
    except TemplateError as error:
        return list(error.problems) or [placed(error, part.path)]
    return check_liquid(made, known)
