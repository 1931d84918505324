"""A message as DATA wants it, clean line ends and leading dots doubled, or BDAT, in chunks. Pure.

Both run over every byte of every message, so the scans were chosen by the clock: each is about half
of the obvious one (three counts; `in` and `replace`).
"""

import io
import re

from twofifty.compose.mime.written import Written

_RECIPIENT = re.compile(rb"\n[ \t]*[Rr](?i:cpt)\b")
_LEADING_DOT = re.compile(rb"\r(?=\n\.)")


def is_clean(data: bytes) -> bool:
    """Whether the last line ends with CRLF and no CR or LF stands alone (RFC 5321 2.3.8).

    The standard library's newline decoder notes every kind of line end that it has seen.
    """
    seen = io.IncrementalNewlineDecoder(None, translate=False)
    seen.decode(data.decode("latin-1"), final=True)
    return seen.newlines == "\r\n" and data.endswith(b"\r\n")


def dot_stuffed(data: bytes) -> bytes:
    """`data` with each leading dot doubled (RFC 5321 4.5.2); itself where there is none."""
    if data.__class__ is Written:
        return data
    if _LEADING_DOT.search(data):
        data = data.replace(b"\r\n.", b"\r\n..")
    return b"." + data if data.startswith(b".") else data


def in_chunks(data: bytes) -> tuple[bytes, bytes]:
    """`data` as all but its last line, and that line: the little that BDAT LAST holds back, so that
    a connection that dies before it leaves nothing in doubt. The first part may be empty."""
    cut = data.rfind(b"\r\n", 0, -2) + 2
    return (data[:cut], data[cut:]) if cut > 1 else (b"", data)


def reads_as_command(data: bytes) -> bool:
    """Whether some line would name a recipient, if a server read the message as commands."""
    return _RECIPIENT.search(data) is not None


def has_raw_utf8_header(data: bytes) -> bool:
    """Whether the header section holds bytes above 127 (RFC 6532)."""
    return not data.partition(b"\r\n\r\n")[0].isascii()
