"""The two choices given at compile time: what is escaped, and what may stay raw."""

from typing import Literal

import msgspec


class Dialect(msgspec.Struct, frozen=True):
    """How values become text.

    `escape`: `html` escapes & < > " ' in every value; `text` escapes nothing.
    `raw`: what `{{{x}}}` and `{{&x}}` leave unescaped in `html`: `never` nothing, `markup` only
    values of type `Markup`, `always` everything (as the Mustache specification has it).
    """

    escape: Literal["html", "text"] = "html"
    raw: Literal["never", "markup", "always"] = "markup"


HTML = Dialect()
TEXT = Dialect(escape="text")
SPEC = Dialect(raw="always")
