"""The template as a tree of frozen values.

A further kind of tag (a dynamic name, a block of a parent template) is one more class in `Node`.
"""

import msgspec

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


Node = Text | LineStart | Value | Section | Partial
