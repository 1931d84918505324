"""Quoted-printable for bodies that come as a template's pieces.

Most of a mail is its template's literals, the same in every mail: they are encoded when the
template is published, and only the values between them when a mail is sent.

Pieces follow each other in any order, so each keeps one promise: it may begin anywhere up to column
`TAIL`, and it ends there or before. A piece that ends further right adds a soft line break.
"""

import re
from collections.abc import Iterable

from twofifty.compose.mime.body import LINE, fold, quoted_printable, without

TAIL = 20
PADDING = "x" * TAIL
SOFT_BREAK = "=\r\n"
SHORT = LINE - TAIL - len("=")
# Leaves room for the soft break, and for the two characters that the escape of a first dot adds.
WIDTH = LINE - 3
ASCII = bytes(range(0x80))
RISKY_FIRST = ".F"
ODD_RUN = re.compile("[^ -<>-~]+")


class BodyEncoder:
    """Made once for a template's literals; encodes the pieces of each mail rendered from it."""

    def __init__(self, literals: Iterable[str]) -> None:
        self._known = {literal: _literal(literal) for literal in literals}

    def encode(self, pieces: Iterable[str]) -> bytes:
        """What `quoted_printable` gives for the joined pieces, but for other soft line breaks.

        The pieces may be in any order and hold any text; known literals are only quicker. A
        carriage return at the end of a piece is a line end by itself.
        """
        known = self._known.get
        encoded = [known(piece) or _value(piece) for piece in pieces]
        encoded.append("\r\n")
        body = "".join(encoded)
        return body.encode() if body.isascii() else without(body.encode(), ASCII)


def _literal(text: str) -> str:
    """Folded as if it began at column `TAIL`, a first dot or From escaped."""
    data = quoted_printable(PADDING + text, WIDTH).decode()[TAIL : -len("\r\n")]
    if data.startswith("."):
        data = f"=2E{data[1:]}"
    elif data.startswith("From "):
        data = f"=46{data[1:]}"
    last_line = len(data) - data.rfind("\n") - 1
    return data if "\n" in data and last_line <= TAIL else data + SOFT_BREAK


def _value(text: str) -> str:
    """A short value keeps its non-ASCII characters; `encode` escapes those of all at once."""
    if not text:
        return ""
    if not text.isprintable() or text[0] in RISKY_FIRST:
        return _literal(text)
    if "=" in text or (not text.isascii() and _longest(text) > SHORT):
        text = ODD_RUN.sub(_hex_run, text)
    if len(text) > SHORT:
        text = fold((PADDING + text).encode(), WIDTH).decode()[TAIL:]
    return text + SOFT_BREAK


def _longest(text: str) -> int:
    """A bound of the encoded length. What UTF-8 has more bytes than characters, doubled, bounds
    the bytes to escape; each escape adds two."""
    size = len(text.encode())
    return size + 2 * 2 * (size - len(text))


def _hex_run(match: re.Match[str]) -> str:
    return f"={match[0].encode().hex('=')}".upper()
