"""The template as a tree of frozen values.

Parsing gives `Parent` and `Block` too; `inherit.py` puts plain nodes in their places, so that what
generates code or checks names never meets them.
"""

from collections.abc import Mapping

import msgspec

from twofifty.compose.context.kind import Context
from twofifty.compose.context.place import Place


class Text(msgspec.Struct, frozen=True):
    """Literal text, at most one line of it with its newline."""

    text: str


class LineStart(msgspec.Struct, frozen=True):
    """A line of the source begins here; a partial puts its indentation here."""


class Value(msgspec.Struct, frozen=True):
    """`{{a.b}}` is the name ("a", "b"); `{{.}}` is (). `raw` for `{{{x}}}` and `{{&x}}`."""

    name: tuple[str, ...]
    raw: bool
    place: Place
    context: Context = Context.TEXT


class Section(msgspec.Struct, frozen=True):
    """`{{#name}}...{{/name}}`, or `{{^name}}...{{/name}}` if `inverted`."""

    name: tuple[str, ...]
    inverted: bool
    children: tuple["Node", ...]
    place: Place


class Partial(msgspec.Struct, frozen=True):
    """`{{>name}}`. `indent`: the white space before a tag that is alone on its line, else None."""

    name: str
    indent: str | None
    place: Place


class Dynamic(msgspec.Struct, frozen=True):
    """`{{>*name}}`: the partial whose name the view model says. `choices`: the trees by name."""

    name: tuple[str, ...]
    indent: str | None
    place: Place
    choices: Mapping[str, str] = {}


class Parent(msgspec.Struct, frozen=True):
    """`{{<name}}...{{/name}}`: that partial with its blocks replaced by these."""

    name: str
    blocks: tuple["Block", ...]
    indent: str | None
    place: Place


class Block(msgspec.Struct, frozen=True):
    """`{{$name}}...{{/name}}`: where a block may be replaced, or in a `Parent` what replaces it.

    `alone`: its tags have lines for themselves, of which no newline is left. `indent`: what the
    lines of a replacement begin with.
    """

    name: str
    children: tuple["Node", ...]
    indent: str
    alone: bool
    place: Place


Node = Text | LineStart | Value | Section | Partial | Dynamic | Parent | Block
