"""`{% capture %}`: text that remembers whether it is markup.

Where the block holds nothing but text and values, what it keeps is text, escaped where it is shown.
Where the author wrote markup in it, what it keeps is markup, with every value in it escaped.
"""

from html import unescape
from typing import TextIO

from liquid import RenderContext
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag

from twofifty.compose.context import Context, Markup, escaper
from twofifty.compose.liquid.sheet import Sheet


class Tainted(str):
    """A value on its way into a capture, not escaped yet."""

    __slots__ = ()


class Captured(Sheet):
    """What is written in a capture: markup, text of the template and values apart."""

    def kept(self) -> str:
        """The text, or `Markup` if any piece of it is markup."""
        if not any(map(_is_markup, self.pieces)):
            return "".join(self.pieces)
        escape = escaper(Context.TEXT)
        return Markup(
            "".join(escape(each) if isinstance(each, Tainted) else each for each in self.pieces)
        )


class Capture(CaptureNode):
    """A capture that keeps text or markup."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        pieces = Captured()
        self.block.render(context, pieces)
        context.assign(self.name, pieces.kept())
        return 0


class Capturing(CaptureTag):
    """The tag of `Capture`."""

    node_class = Capture


def text_of(markup: str) -> str:
    """Markup as the text that it shows, tags and all: what a filter or an attribute works on."""
    return unescape(markup) if isinstance(markup, Markup) else markup


def _is_markup(piece: str) -> bool:
    if isinstance(piece, Tainted):
        return False
    return isinstance(piece, Markup) or "<" in piece or "&" in piece
