"""What a template asks for and nobody has: tags, filters, partials and names, each with its place
and the known word that looks most like it."""

import difflib
from collections.abc import Collection, Iterator

from liquid import BoundTemplate, Environment
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.builtin.tags.include_tag import IncludeNode
from liquid.builtin.tags.render_tag import RenderNode
from liquid.token import Token

from twofifty.compose.context import Place, TemplateProblem
from twofifty.compose.liquid.faults import place_at, place_of
from twofifty.compose.liquid.walk import expressions, nodes


def unknown_tags(house: Environment, source: str, name: str) -> Iterator[TemplateProblem]:
    """Every tag that Liquid does not have."""
    known = [tag for tag in house.tags if tag.isidentifier()]
    found = house.analyze_tags_from_string(source, name).unknown_tags
    for tag, spans in found.items():
        for span in spans:
            yield problem(place_at(source, span.index, name), "tag", tag, known)


def unknown_filters(house: Environment, bound: BoundTemplate, name: str) -> list[TemplateProblem]:
    """Every filter that neither Liquid nor Shopify has."""
    return [
        problem(_place(each.token, name), "filter", each.name, house.filters)
        for node in nodes(bound)
        for expression in expressions(node)
        if isinstance(expression, FilteredExpression)
        for each in expression.filters or ()
        if each.name not in house.filters
    ]


def unknown_partials(
    bound: BoundTemplate, name: str, known: Collection[str]
) -> Iterator[TemplateProblem]:
    """Every partial that is called by a name that was not given."""
    for node in nodes(bound):
        asked = called(node)
        if asked is not None and asked not in known:
            yield problem(_place(node.token, name), "partial", asked, known)


def called(node: Node) -> str | None:
    """The name of the partial that a node calls; None for no call, or a name known at render."""
    if isinstance(node, IncludeNode | RenderNode) and isinstance(node.name, StringLiteral):
        return str(node.name.value)
    return None


def problem(place: Place, what: str, name: str, known: Collection[str]) -> TemplateProblem:
    """An unknown name of some kind, with the nearest known one."""
    name = name[:80]
    nearest = next(iter(difflib.get_close_matches(name, known, 1)), None)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    return TemplateProblem(place, f"unknown {what} {name!r}{hint}", nearest)


def _place(token: Token, name: str) -> Place:
    return place_of(token, name) or Place(name, 1, 1)
