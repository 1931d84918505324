"""What a view model looks like, so that a template can be checked before it meets one.

Record({"number": Kind.TEXT, "test": Kind.FLAG, "lines": Many(Record({"title": Kind.TEXT}))})
"""

from collections.abc import Mapping
from enum import Enum

import msgspec

from twofifty.compose.context.markup import Markup


class Kind(Enum):
    """What one value is. `ANY`: it is not known, and everything may be done with it."""

    TEXT = "a text"
    FLAG = "a flag"
    MARKUP = "markup"
    URL = "a URL"
    ANY = "anything"


class Record(msgspec.Struct, frozen=True):
    """A dict with these names. Any of them may be missing or None in a view model."""

    names: Mapping[str, "Shape"]


class Many(msgspec.Struct, frozen=True):
    """A list of such things."""

    of: "Shape"


Shape = Kind | Record | Many


def shape_of(*views: object) -> Shape:
    """The shape that these view models have together; where they say nothing, ANY."""
    whole: Shape = Kind.ANY
    for view in views:
        whole = _merged(whole, _shape(view))
    return whole


def _shape(value: object) -> Shape:
    if isinstance(value, dict):
        return Record({name: _shape(inner) for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return Many(shape_of(*value))
    if value is None:
        return Kind.ANY
    if isinstance(value, bool):
        return Kind.FLAG
    return Kind.MARKUP if isinstance(value, Markup) else Kind.TEXT


def _merged(one: Shape, other: Shape) -> Shape:
    if isinstance(one, Record) and isinstance(other, Record):
        names = dict(one.names)
        for name, shape in other.names.items():
            names[name] = _merged(names.get(name, Kind.ANY), shape)
        return Record(names)
    if isinstance(one, Many) and isinstance(other, Many):
        return Many(_merged(one.of, other.of))
    if Kind.ANY in (one, other):
        return other if one is Kind.ANY else one
    return one if one == other else Kind.ANY
