"""Where the walk through a template's HTML stands between two tokens."""

from enum import Enum

import msgspec

from twofifty.compose.context import url


class Where(Enum):
    """The tokenizer's state (HTML standard, 13.2.5), as far as contexts need it."""

    TEXT = "text"
    TAG_NAME = "the name of a tag"
    TAG = "inside a tag"
    NAME = "the name of an attribute"
    AFTER_NAME = "after an attribute's name"
    BEFORE_VALUE = "the place before a value"
    QUOTED = "an attribute's value"
    UNQUOTED = "an attribute's value without quotes"
    RAW = "an element whose content is no HTML"
    COMMENT = "a comment"
    DECLARATION = "a declaration"


class State(msgspec.Struct, frozen=True):
    """`element` and `attribute` are lower-case names, `kind` the `type` of a script, `inner` the
    place within a URL, a style or JSON; `conditional`: between `<!--[if mso]>` and `<![endif]-->`;
    `refresh`: the tag is a `meta` that may refresh.
    """

    where: Where = Where.TEXT
    element: str = ""
    attribute: str = ""
    quote: str = ""
    inner: str = ""
    kind: str = ""
    conditional: bool = False
    refresh: bool = False


UNKNOWN = "?"
_BETWEEN = {Where.TAG_NAME, Where.TAG, Where.NAME, Where.AFTER_NAME}


def joined(one: State, other: State) -> State | None:
    """The state after a section of which it is not known which of two ways it went: the stricter
    one; None if the two are different contexts."""
    if one == other:
        return one
    if {one.where, other.where} <= _BETWEEN:
        return _in_tag(one, other)
    if msgspec.structs.replace(one, inner=other.inner) == other:
        inner = _inner(one.inner, other.inner)
        return None if inner is None else msgspec.structs.replace(one, inner=inner)
    return None


def _in_tag(one: State, other: State) -> State | None:
    """Between attributes. What follows may belong to a name that only one of the ways began."""
    name = {"where": Where.NAME, "attribute": UNKNOWN, "quote": "", "inner": ""}
    first, second = (msgspec.structs.replace(way, **name) for way in (one, other))
    kinds = {first.kind, second.kind}
    refresh = first.refresh or second.refresh
    kind = first.kind if len(kinds) == 1 else UNKNOWN
    first, second = (
        msgspec.structs.replace(way, kind=kind, refresh=refresh) for way in (first, second)
    )
    return first if first == second else None


def _inner(one: str, other: str) -> str | None:
    if {one, other} <= {"name", "word", "value"}:
        return "word"
    return url.joined(one, other)
