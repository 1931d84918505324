"""Quoted-printable (RFC 2045 6.7): 7-bit, and safe for every relay.

What holds for every result: lines end in CRLF and have at most 76 characters, all of them ASCII; no
line begins with a dot (SMTP would double it) or with `From ` (mbox would mark it), and none ends in
white space.

A text is encoded as a whole, or in pieces: a template's literals when it is compiled, its values
when it is rendered. So that the whole keeps the rules wherever the values end, both sides keep a
bargain. A value's first and last line have at most VALUE characters. A literal is broken so that
what follows it begins in no column after the one that was asked for; BEFORE_VALUE for a value.
"""

import re
from typing import Final

from twofifty.compose.mime.clean import utf_8

LINE: Final = 76
VALUE: Final = 44
BEFORE_VALUE: Final = LINE - 1 - VALUE
_HARMLESS: Final = bytes(range(0x20, 0x7F)) + b"\t\n"
_ODD = re.compile(rb"[^\t\n -~]+")
_RISKY = re.compile(rb"\n(?:\.|F(?=rom ))")
# So many different bytes are faster to escape in a pass for each than by looking at every one.
_FEW: Final = 24
_BLANKS: Final = (b" ", b"\t")
_FROM: Final = b"From "
_SHORT: Final = 100
_FIRST: Final = b"=46"
# Of lines that are remembered: how many, and how long.
_MOST: Final = 8_192
_LONGEST: Final = 1_000


class UnfitError(Exception):
    """A piece that has no encoding by itself, so that the whole text must be encoded: with a
    carriage return, of which the next piece may have the line feed, or with half a surrogate
    pair."""


def quoted_printable(text: str) -> bytes:
    """`text` as lines that end in CRLF, one more CRLF after the last of them.

    Every kind of line end becomes CRLF; lone surrogates become U+FFFD. In a multipart the last CRLF
    belongs to the boundary after it.
    """
    lines = _escaped(utf_8(unified(text))).split(b"\n")
    return _joined([*lines, b""])


def quoted_lines(text: str) -> bytes:
    """As `quoted_printable`, for a text of which mails share most lines: each is encoded once."""
    return b"\r\n".join([*map(_LINES.__getitem__, unified(text).split("\n")), b""])


def unified(text: str) -> str:
    """`text` with every kind of line end as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def line(text: str) -> str:
    """A line that stands alone, without its end. Raises `UnfitError`."""
    if len(text) <= _SHORT and "\n" not in text:
        shown = _short(text)
        return shown if len(shown) <= LINE else _broken(shown.encode()).decode()
    return _joined([_escaped(_whole(text))]).decode()


def value(text: str) -> str:
    """A value, encoded for wherever it may stand. Raises `UnfitError`."""
    if len(text) <= _SHORT and "\n" not in text:
        shown = _short(text)
        return shown if len(shown) <= VALUE else _folded(shown.encode(), VALUE, VALUE).decode()
    lines = _escaped(_whole(text)).split(b"\n")
    if len(lines) == 1:
        return _folded(_begun(lines[0]), VALUE, VALUE).decode()
    lines[0] = _behind(lines[0], BEFORE_VALUE, LINE)
    lines[-1] = _folded(_begun(lines[-1]), LINE - 1, VALUE)
    return _joined(lines).decode()


def literal(text: str, column: int, limit: int) -> tuple[str, int]:
    """A literal, encoded for beginning in no column after `column`; and the last column in which it
    may end, at most `limit`. Raises `UnfitError`."""
    *lines, last = _escaped(_whole(text)).split(b"\n")
    placed = []
    for line in lines:
        placed.append(_behind(line, column, LINE))
        column = 0
    end = _behind(_begun(last), column, limit)
    column = 0 if b"\n" in end else column
    return b"\r\n".join([*placed, end]).decode(), column + len(end) - (end.rfind(b"\n") + 1)


def _short(text: str) -> str:
    """A short text of one line, escaped for wherever it may stand."""
    if not (text.isascii() and text.isprintable()) or "=" in text:
        text = text.translate(_SIGNS)
    if text.startswith(".") or (text.startswith("F") and _may_be_from(text)):
        text = f"={ord(text[0]):02X}{text[1:]}"
    return f"{text[:-1]}=20" if text[-1:] == " " else text


def _may_be_from(text: str) -> bool:
    return text.startswith("From ") or "From ".startswith(text)


class _Signs(dict[int, str]):
    """What each sign becomes, as `str.translate` asks; UTF-8 where it is not ASCII."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign == "\r" or 0xD800 <= code < 0xE000:
            raise UnfitError
        plain = " " <= sign <= "~" and sign != "="
        self[code] = sign if plain else f"={sign.encode().hex('=').upper()}"
        return self[code]


_SIGNS: Final = _Signs()


class _Lines(dict[str, bytes]):
    """The lines that were encoded lately. What is kept is bounded."""

    def __missing__(self, text: str) -> bytes:
        written = _joined([_escaped(utf_8(text))])
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = written
        return written


_LINES: Final = _Lines()


def _whole(text: str) -> bytes:
    if "\r" in text:
        raise UnfitError
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise UnfitError from None


def _escaped(data: bytes) -> bytes:
    """Lines that are right but for their length."""
    data = data.replace(b"=", b"=3D")
    odd = set(data.translate(None, _HARMLESS))
    if len(odd) > _FEW:
        data = _ODD.sub(_hex, data)
    else:
        for byte in odd:
            data = data.replace(bytes((byte,)), b"=%02X" % byte)
    if data.startswith((b".", _FROM)):
        data = b"=%02X" % data[0] + data[1:]
    if b"\n." in data or b"\nFrom " in data:
        data = _RISKY.sub(_risk, data)
    if b" \n" in data or (b"\t" in data and b"\t\n" in data):
        data = data.replace(b" \n", b"=20\n").replace(b"\t\n", b"=09\n")
    if data.endswith(_BLANKS):
        data = data[:-1] + b"=%02X" % data[-1]
    return data


def _hex(found: re.Match[bytes]) -> bytes:
    """A run of bytes as =XX=XX."""
    return b"=" + found[0].hex("=").upper().encode()


def _risk(found: re.Match[bytes]) -> bytes:
    return b"\n=%02X" % found[0][1]


def _begun(line: bytes) -> bytes:
    """A line of which the end, and what follows, is not known: it must not become `From `."""
    return _FIRST + line[1:] if line and _FROM.startswith(line) else line


def _joined(lines: list[bytes]) -> bytes:
    if max(map(len, lines)) > LINE:
        # What was broken already has lines that are short enough.
        lines = [line if len(line) <= LINE or b"\n" in line else _broken(line) for line in lines]
    return b"\r\n".join(lines)


def _broken(line: bytes) -> bytes:
    """As `_folded` in whole lines, for the usual ones, of which no part begins with a dot or an
    F."""
    parts = []
    begin, size = 0, len(line)
    while size - begin > LINE:
        end = begin + LINE - 1
        escape = line.rfind(b"=", end - 2, end)
        end = end if escape < 0 else escape
        if line[end] in b".F":
            return _folded(line, LINE - 1, LINE)
        parts.append(line[begin:end])
        begin = end
    return b"=\r\n".join([*parts, line[begin:]])


def _behind(line: bytes, column: int, last: int) -> bytes:
    """A line that begins in `column`, with soft breaks."""
    return _folded(b" " * column + line, LINE - 1, last)[column:]


def _folded(line: bytes, first: int, last: int) -> bytes:
    """A line with soft breaks: at most `first` characters before the first of them, at most `last`
    after the last of them, or in all if there is none. No escape is cut in two."""
    parts: list[bytes] = []
    begin, lead, room = 0, b"", first
    while len(lead) + len(line) - begin > last:
        end = min(begin + room - len(lead), len(line))
        escape = line.rfind(b"=", max(end - 2, begin), end)
        end = end if escape < 0 or end == len(line) else escape
        parts.append(lead + line[begin:end])
        lead = _lead(line, end)
        begin, room = end + bool(lead), LINE - 1
    return b"=\r\n".join([*parts, lead + line[begin:]])


def _lead(line: bytes, begin: int) -> bytes:
    """The escape of a character that may not begin a line; nothing for any other."""
    if line.startswith(b".", begin):
        return b"=2E"
    rest = line[begin : begin + len(_FROM)]
    return _FIRST if rest and _FROM.startswith(rest) else b""
