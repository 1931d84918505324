"""Values escaped for their context and quoted-printable, kept by the text that they were.

Labels, prices, titles and addresses of pictures repeat from mail to mail. What is kept is bounded.
"""

import re
from collections.abc import Callable
from typing import Final

from twofifty.compose.context.markup import Json
from twofifty.compose.kept import Block
from twofifty.compose.mime.quoted import VALUE, line, value

_MOST: Final = 4_096
_LONGEST: Final = 200
# What is written as it is, wherever it stands: no sign of HTML or quoted-printable, no longer than
# a value may be, and no first or last sign that a line may not begin or end with.
_SIMPLE: Final = re.compile(rf"(?![.F])[!#-%(-;?-~ ]{{0,{VALUE}}}(?<! )")


class Seen(dict[str, str]):
    """The written form of each text: of one that is not known yet, `seen[text]` writes it. Raises
    `UnfitError`. `simple`: plain words need no escape."""

    __slots__ = ("_escape", "_simple")

    def __init__(self, escape: Callable[[object], str], simple: bool = False) -> None:
        super().__init__()
        self._escape = escape
        self._simple = simple

    def __missing__(self, text: str) -> str:
        plain = self._simple and _SIMPLE.fullmatch(text)
        written = text if plain else value(self._escape(text))
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


class _Blocks(dict[str, str]):
    """The lines of each text that mails share."""

    def __missing__(self, text: str) -> str:
        written = _in_lines(text)
        if len(self) >= _MOST:
            self.clear()
        self[text] = written
        return written


_BLOCKS: Final = _Blocks()


def quoted_json(escape: Callable[[object], str]) -> Callable[[object], str]:
    """As `quoted`, for JSON. What our own code made has many lines that all orders share."""

    def written(given: object) -> str:
        if isinstance(given, Json) and given.blocks:
            return "\r\n".join(map(_block, given.blocks))
        text = escape(given)
        if given.__class__ is Json and text.startswith("{\n") and text.endswith("\n}"):
            return _in_lines(text)
        return value(text)

    return written


def _block(text: str) -> str:
    return _BLOCKS[text] if text.__class__ is Block else _in_lines(text)


def _in_lines(text: str) -> str:
    return "\r\n".join(map(_LINES.__getitem__, text.split("\n")))


def quoted(escape: Callable[[object], str]) -> Callable[[object], str]:
    """What escapes any value and encodes it."""

    def written(given: object) -> str:
        return value(escape(given))

    return written
