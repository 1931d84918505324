"""Text that our own code made for one context, and that may stand there as it is.

It is raw only where the template asks for it raw and the context is the one that it was made for.
Everywhere else it is escaped like any text. Never make one from what a customer or shop wrote.
"""


class Markup(str):
    """HTML that may stand between tags."""

    __slots__ = ()


class Json(Markup):
    """A whole JSON value that may stand in a script, as `clean.jsonld` writes it."""

    __slots__ = ()


class Encoded(Markup):
    """A part of a URL that is percent-encoded already, for the place after its scheme and host."""

    __slots__ = ()
