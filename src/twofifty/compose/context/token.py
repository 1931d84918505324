"""A template as a stream of tokens, the same for every template language.

Partials stand in the stream where they are called, with the places of their own source.
"""

import msgspec

from twofifty.compose.context.place import Place


class Literal(msgspec.Struct, frozen=True):
    """Text of the template itself. It may be cut anywhere, and follow another literal."""

    text: str


class Value(msgspec.Struct, frozen=True):
    """Something that is printed. `shown`: the tag as written, for messages: `{{ order.name }}`."""

    place: Place
    shown: str = "the value"


class Begin(msgspec.Struct, frozen=True):
    """A section, condition or loop begins. `repeats`: its text may come more than once."""

    place: Place
    repeats: bool = True


class Else(msgspec.Struct, frozen=True):
    """Another branch of the innermost section. `otherwise`: one of the branches is always taken
    (`else`); False for a branch with a condition of its own (`elsif`, `when`)."""

    place: Place
    otherwise: bool = True


class End(msgspec.Struct, frozen=True):
    """The innermost section ends."""


Token = Literal | Value | Begin | Else | End
