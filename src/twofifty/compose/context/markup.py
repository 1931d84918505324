"""Text that our own code made for one context, and that may stand there as it is.

It is raw only where the template asks for it raw and the context is the one that it was made for.
Everywhere else it is escaped like any text. Never make one from what a customer or shop wrote.
"""


class Markup(str):
    """HTML that may stand between tags."""

    __slots__ = ()


class Json(Markup):
    """A whole JSON value that may stand in a script, as `clean.jsonld` writes it. `blocks`: its
    lines in blocks of which mails share some; none where that is not known."""

    __slots__ = ("blocks",)

    blocks: tuple[str, ...]

    def __new__(cls, text: str, blocks: tuple[str, ...] = ()) -> "Json":
        """`blocks`, a new line between them, are `text`."""
        made = super().__new__(cls, text)
        made.blocks = blocks
        return made


class Encoded(Markup):
    """A part of a URL that is percent-encoded already, for the place after its scheme and host."""

    __slots__ = ()
