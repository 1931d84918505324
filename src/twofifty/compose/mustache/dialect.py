"""The choices given at compile time: what is escaped, and what may stay raw."""

from typing import Literal

import msgspec


class Dialect(msgspec.Struct, frozen=True):
    """How values become text.

    `escape`: `html` escapes every value for the context in which it stands; `text` escapes nothing;
    `header` keeps a value on one line.
    `raw`: what `{{{x}}}` and `{{&x}}` leave unescaped in `html`: `never` nothing, `markup` only
    what our own code made for that context, `always` everything. With `always` no context is looked
    at and values are escaped for HTML text, as the Mustache specification has it.
    """

    escape: Literal["html", "text", "header"] = "html"
    raw: Literal["never", "markup", "always"] = "markup"

    @property
    def body(self) -> bool:
        """Whether the text is a part of a mail, and worth being written as one."""
        return self.escape == "text" or self.judged

    @property
    def judged(self) -> bool:
        """Whether values are escaped for the context in which they stand."""
        return self.escape == "html" and self.raw != "always"


HTML = Dialect()
TEXT = Dialect(escape="text")
HEADER = Dialect(escape="header")
SPEC = Dialect(raw="always")
