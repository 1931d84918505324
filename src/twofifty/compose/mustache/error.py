"""What can be wrong with a template."""

from twofifty.compose.mustache.tree import Place
from twofifty.errors import TwofiftyError


class TemplateError(TwofiftyError):
    """A template cannot be used. The message says where, what, and how to mend it.

    `place` is the tag at fault; None for a fault that only showed while rendering.
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
