"""The names that a template asks for, against the names that its view has.

What a loop walks over gives its variable the names of the list's items; what is assigned from a
name has that one's names. Where that cannot be told, nothing is said.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression
from liquid.builtin.expressions.path import Path
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.include_tag import IncludeNode
from liquid.builtin.tags.render_tag import RenderNode
from liquid.builtin.tags.tablerow_tag import TablerowNode
from liquid.expression import Expression

from twofifty.compose.context import Place, TemplateProblem
from twofifty.compose.liquid.check import problem
from twofifty.compose.liquid.faults import place_of
from twofifty.compose.liquid.walk import expressions, nodes


class Kind(NamedTuple):
    """What is known of a value: its names (None: it may have any) and what it is a list of."""

    names: Mapping[str, "Kind"] | None = None
    items: "Kind | None" = None


ANY: Final = Kind()
TEXT: Final = Kind({"size": ANY, "first": ANY, "last": ANY})
# Filters that give back items of the list that they are given.
_PICKS: Final = {"where", "sort", "reverse", "uniq", "compact", "reject", "sort_natural", "concat"}
_TAKES: Final = {"first", "last", "find"}


def kind_of(value: object) -> Kind:
    """The kind of a view's value. `None` may have any names: nothing is known of it."""
    if isinstance(value, dict):
        return Kind({str(key): kind_of(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return _list_of(value)
    return ANY if value is None else TEXT


def check_names(bound: BoundTemplate, known: Kind, name: str) -> list[TemplateProblem]:
    """Every name that the template asks for and `known` does not have, in the order of its text."""
    scope = dict(known.names or {})
    for _ in range(2):  # a name may be used above where it is assigned
        for node in nodes(bound):
            _bind(node, scope)
    problems = {
        _unknown(path, scope, name): None
        for node in nodes(bound)
        for path in expressions(node)
        if isinstance(path, Path)
    }
    return [each for each in problems if each is not None]


def bound_names(bound: BoundTemplate) -> set[str]:
    """Every name that a template itself gives to something, or to a partial that it calls."""
    named: set[str] = set()
    for node in nodes(bound):
        named.update(map(str, (*node.template_scope(), *node.block_scope())))
        if isinstance(node, IncludeNode | RenderNode):
            partial = node.partial_scope()
            named.update(map(str, partial.in_scope if partial else ()))
    return named


def _list_of(values: Iterable[object]) -> Kind:
    merged = ANY
    for count, each in enumerate(values):
        merged = _both(merged, kind_of(each)) if count else kind_of(each)
    return Kind({"size": ANY, "first": merged, "last": merged}, merged)


def _both(one: Kind, other: Kind) -> Kind:
    """What may be asked of a value that is the one or the other."""
    if one.names is None or other.names is None:
        return ANY
    names = {
        name: _both(one.names[name], other.names[name])
        if name in one.names and name in other.names
        else one.names.get(name, other.names.get(name, ANY))
        for name in {**one.names, **other.names}
    }
    items = _both(one.items, other.items) if one.items and other.items else None
    return Kind(names, one.items if items is None else items)


def _bind(node: Node, scope: dict[str, Kind]) -> None:
    if isinstance(node, AssignNode):
        _add(scope, str(node.name), _kind(node.expression, scope))
    elif isinstance(node, CaptureNode):
        _add(scope, str(node.name), TEXT)
    elif isinstance(node, ForNode | TablerowNode):
        over = _kind(node.expression.iterable, scope)
        scope |= {"forloop": ANY, "tablerowloop": ANY}
        _add(scope, str(node.expression.identifier), over.items or ANY)
    else:
        for name in (*node.template_scope(), *node.block_scope()):
            _add(scope, str(name), ANY)


def _add(scope: dict[str, Kind], name: str, kind: Kind) -> None:
    """A name may be given to several things: then it has the names of each of them."""
    scope[name] = _both(scope[name], kind) if name in scope else kind


def _kind(expression: Expression, scope: Mapping[str, Kind]) -> Kind:
    if isinstance(expression, FilteredExpression):
        kind = _kind(expression.left, scope)
        for each in expression.filters or ():
            if each.name in _TAKES:
                kind = kind.items or ANY
            elif each.name not in _PICKS:
                return ANY
        return kind
    if isinstance(expression, Path):
        return _follow(expression, scope)[0]
    return ANY


def _follow(path: Path, scope: Mapping[str, Kind]) -> tuple[Kind, str, Kind | None]:
    """The kind at a path's end; or at its first unknown name that name and what lacks it."""
    kind = Kind(scope)
    for segment in path.path:
        if kind.names is None:
            return ANY, "", None
        if isinstance(segment, str):
            if segment not in kind.names:
                return ANY, segment, kind
            kind = kind.names[segment]
        else:
            kind = kind.items or ANY
    return kind, "", None


def _unknown(path: Path, scope: Mapping[str, Kind], name: str) -> TemplateProblem | None:
    _, missing, where = _follow(path, scope)
    if where is None:
        return None
    place = place_of(path.token, name) or Place(name, 1, 1)
    found = problem(place, "name", missing, list(where.names or ()))
    if missing == str(path):
        return found
    return TemplateProblem(place, f"{found.message} in {str(path)[:120]!r}", found.nearest)
