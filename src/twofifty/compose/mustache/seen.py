"""Values escaped for their context and quoted-printable, kept by the text that they were.

Labels, prices, titles and addresses of pictures repeat from mail to mail. What is kept is bounded.
"""

from collections.abc import Callable
from typing import Final

from twofifty.compose.mime.quoted import value

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


def quoted(escape: Callable[[object], str]) -> Callable[[object], str]:
    """What escapes any value and encodes it."""

    def written(given: object) -> str:
        return value(escape(given))

    return written
