"""An incremental parser of SMTP replies (RFC 5321 4.2), with bounds that no server can widen.

A line holds three digits, then a space (last line), a hyphen (more follow) or nothing, then text.
Lines end with CRLF; a bare LF is taken as well, for reading it wrongly can do no harm here.
Enhanced codes are those of RFC 2034 and RFC 3463.
"""

import re
from collections import deque

import msgspec

from twofifty.deliver.outcome import Reply

MAX_LINE = 2_000
MAX_LINES = 200
MAX_REPLY = 65_536
MAX_TEXT = 500
MAX_UNREAD = 32
"""Replies that may lie unread: so many commands are never in flight, so more is a flood."""

_START = re.compile(rb"([2-5][0-9]{2})([ -]|$)")
_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?: +|$)")


class ReplyFault(Exception):
    """What the server sent is no SMTP reply. The message says why, in a few words."""


class RawReply(msgspec.Struct, frozen=True):
    """A reply as it came: the code, and the text of each line without code and line end."""

    code: int
    lines: tuple[bytes, ...]

    def reply(self) -> Reply:
        """The same as the value that leaves this room: one line, printable, bounded."""
        enhanced, texts = None, []
        for line in self.lines:
            found = _ENHANCED.match(line)
            if found:
                enhanced = enhanced or found[1].decode("ascii")
                line = line[found.end() :]
            texts.append(line)
        return Reply(code=self.code, text=_printable(b" ".join(texts)), enhanced=enhanced)


class ReplyParser:
    """Feed it what arrives, take complete replies from `replies`. After a ReplyFault it is spent,
    but the replies that were complete before the fault are there."""

    __slots__ = ("_code", "_lines", "_partial", "_size", "replies")

    def __init__(self) -> None:
        self.replies: deque[RawReply] = deque()
        self._partial = b""
        self._code = 0
        self._lines: list[bytes] = []
        self._size = 0

    @property
    def unread(self) -> bool:
        """Whether a reply, or a part of one, is here that nobody has taken."""
        return bool(self.replies or self._partial or self._lines)

    def feed(self, data: bytes) -> None:
        """Takes in what came. Raises ReplyFault."""
        lines = (self._partial + data).split(b"\n")
        self._partial = lines.pop()
        for line in lines:
            self._line(line.removesuffix(b"\r"))
        if len(self._partial) > MAX_LINE:
            raise ReplyFault(f"a reply line of more than {MAX_LINE} bytes")

    def _line(self, line: bytes) -> None:
        found = _START.match(line)
        if not found:
            raise ReplyFault("something that is not an SMTP reply")
        code = int(found[1])
        self._size += len(line)
        if len(line) > MAX_LINE or self._size > MAX_REPLY or len(self._lines) >= MAX_LINES:
            raise ReplyFault("a reply that is too long")
        if self._lines and code != self._code:
            raise ReplyFault("a reply with two codes")
        self._code = code
        self._lines.append(line[4:])
        if found[2] != b"-":
            self._complete()

    def _complete(self) -> None:
        if len(self.replies) >= MAX_UNREAD:
            raise ReplyFault("replies that nobody asked for")
        self.replies.append(RawReply(self._code, tuple(self._lines)))
        self._size = 0
        self._lines.clear()


def _printable(text: bytes) -> str:
    """One line of at most `MAX_TEXT` printable characters; everything else becomes a space."""
    decoded = text[: MAX_TEXT * 4].decode("utf-8", "replace")
    if not decoded.isprintable():
        decoded = "".join(letter if letter.isprintable() else " " for letter in decoded)
    return " ".join(decoded.split())[:MAX_TEXT]
