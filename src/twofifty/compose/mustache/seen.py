"""Values escaped for their context and quoted-printable, kept by the text that they were.

Labels, prices, titles and addresses of pictures repeat from mail to mail. What is kept is bounded.
"""

from collections.abc import Callable
from typing import Final

from twofifty.compose.context.markup import Json
from twofifty.compose.mime.quoted import line, value

_MOST: Final = 4_096
_LONGEST: Final = 200


class Seen(dict[str, str]):
    """The written form of each text: of one that is not known yet, `seen[text]` writes it. Raises
    `UnfitError`."""

    __slots__ = ("_escape",)

    def __init__(self, escape: Callable[[object], str]) -> None:
        super().__init__()
        self._escape = escape

    def __missing__(self, text: str) -> str:
        written = value(self._escape(text))
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = written
        return written


class _Lines(dict[str, str]):
    """As `Seen`, for lines that stand alone."""

    def __missing__(self, text: str) -> str:
        written = line(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = written
        return written


_LINES: Final = _Lines()


def quoted_json(escape: Callable[[object], str]) -> Callable[[object], str]:
    """As `quoted`, for JSON. What our own code made has many lines that all orders share."""

    def written(given: object) -> str:
        text = escape(given)
        if given.__class__ is Json and text.startswith("{\n") and text.endswith("\n}"):
            return "\r\n".join(map(_LINES.__getitem__, text.split("\n")))
        return value(text)

    return written


def quoted(escape: Callable[[object], str]) -> Callable[[object], str]:
    """What escapes any value and encodes it."""

    def written(given: object) -> str:
        return value(escape(given))

    return written
