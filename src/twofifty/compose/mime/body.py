"""Bodies in quoted-printable (RFC 2045 6.7): 7-bit, and safe for every relay.

Lines have at most 76 characters. No line begins with a dot (SMTP would double it) or with `From `
(mbox would mark it); white space at the end of a line is encoded.

The whole body goes through a few passes at C speed; only long lines are touched one by one.
"""

import re

from twofifty.compose.mime.clean import utf_8

LINE = 76
HARMLESS = bytes(range(0x20, 0x7F)) + b"\t\n"
RISKY_BEGINS = (b".", b"From ")
RISKY_BEGIN = re.compile(rb"\n(?:\.|F(?=rom ))")


def quoted_printable(text: str) -> bytes:
    """`text` as lines that end in CRLF, one more CRLF after the last of them.

    Every kind of line end becomes CRLF; lone surrogates become U+FFFD. In a multipart the last CRLF
    belongs to the boundary after it.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = _escaped(b"\n%b\n" % utf_8(text))
    if b"\n." in data or b"\nFrom " in data:
        data = RISKY_BEGIN.sub(_escaped_begin, data)
    if b" \n" in data or b"\t\n" in data:
        data = data.replace(b" \n", b"=20\n").replace(b"\t\n", b"=09\n")
    lines = data.split(b"\n")[1:]
    return b"\r\n".join([line if len(line) <= LINE else _fold(line) for line in lines])


def _escaped(data: bytes) -> bytes:
    """Every byte that may not stand for itself as =XX, newlines left as they are."""
    data = data.replace(b"=", b"=3D")
    # One pass for each different byte: few of them occur in one mail.
    for byte in set(data.translate(None, HARMLESS)):
        data = data.replace(bytes((byte,)), _hex(byte))
    return data


def _hex(byte: int) -> bytes:
    return b"=%02X" % byte


def _escaped_begin(match: re.Match[bytes]) -> bytes:
    return b"\n" + _hex(match[0][1])


def _fold(line: bytes) -> bytes:
    """An encoded line in pieces with soft breaks; no escape is cut in two."""
    pieces = []
    while len(line) > LINE:
        cut = line.rfind(b"=", LINE - 3, LINE - 1)
        cut = LINE - 1 if cut < 0 else cut
        pieces.append(line[:cut])
        line = line[cut:]
        if line.startswith(RISKY_BEGINS):
            line = _hex(line[0]) + line[1:]
    pieces.append(line)
    return b"=\r\n".join(pieces)
