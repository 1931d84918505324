"""A part's body: quoted-printable, or base64 where most of it would be escapes.

A letter outside ASCII takes six or nine characters in quoted-printable, and three or four in
base64. So the text decides: what is mostly Cyrillic, Arabic, Chinese ... goes as base64. Text in
Latin letters never does, for spam filters distrust what is hidden without need.
"""

from binascii import a2b_base64, a2b_qp, b2a_base64
from typing import Final, Literal

import msgspec

from twofifty.compose.mime.clean import utf_8
from twofifty.compose.mime.quoted import LINE, quoted_lines, quoted_printable, unified

Encoding = Literal["quoted-printable", "base64"]

_ASCII: Final = bytes(range(0x80))
_CRLF: Final = b"\r\n"
# Escapes in a hundred bytes of text: with more of them base64 is shorter.
_MOST: Final = 18


class Body(msgspec.Struct, frozen=True):
    """A part as it goes over the wire; the last CRLF of its lines is the boundary's."""

    encoding: Encoding
    lines: bytes

    @property
    def text(self) -> str:
        """What it says, every line end a line feed."""
        decoded = a2b_base64 if self.encoding == "base64" else a2b_qp
        return decoded(self.lines.removesuffix(_CRLF)).decode().replace("\r\n", "\n")

    def fits(self, limit: int) -> bool:
        """Whether the text has at most `limit` bytes in UTF-8."""
        # No encoding is shorter than what it encodes.
        return len(self.lines) <= limit or len(self.text.encode()) <= limit


def body(text: str) -> Body:
    """A text as a body. Every kind of line end becomes CRLF, lone surrogates U+FFFD."""
    data = utf_8(unified(text)).replace(b"\n", _CRLF)
    return _base64(data) if _is_foreign(data) else _quoted(quoted_printable(text))


def body_of_lines(text: str) -> Body:
    """As `body`, for a text of which mails share most lines."""
    if not text.isascii() and _is_foreign(utf_8(unified(text)).replace(b"\n", _CRLF)):
        return body(text)
    return _quoted(quoted_lines(text))


def is_foreign(text: str) -> bool:
    """Whether a text is mostly not ASCII, so that it goes as base64."""
    return _is_foreign(utf_8(text))


def page_of(quoted: str) -> Body:
    """HTML that is quoted-printable already. Most of it is markup, in every language, so that no
    other encoding is shorter."""
    return _quoted(quoted.encode())


def body_of(quoted: str) -> Body:
    """A text that is quoted-printable already, as `quoted_printable` makes it, as a body."""
    lines = quoted.encode()
    signs = lines.count(b"=")
    if _is_many(signs, len(lines) - 3 * signs):
        data = a2b_qp(lines.removesuffix(_CRLF))
        return _base64(data) if _is_foreign(data) else _quoted(lines)
    return _quoted(lines)


def _is_foreign(data: bytes) -> bool:
    return _is_many(len(data.translate(None, _ASCII)), len(data))


def _is_many(escapes: int, size: int) -> bool:
    return escapes * 100 > _MOST * size


def _quoted(lines: bytes) -> Body:
    return Body("quoted-printable", lines)


def _base64(data: bytes) -> Body:
    written = b2a_base64(data, newline=False)
    lines = [written[at : at + LINE] for at in range(0, len(written), LINE)]
    return Body("base64", _CRLF.join([*lines, b""]))
