"""A mail as a tree of parts (RFC 2045, 2046), read from bytes that may be broken in any way: mixed
line ends, no boundary, bad base64, cut off, nested without end. Never raises; the work is bounded
by the size of the mail and `_DEEPEST`."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from quopri import decodestring
from typing import Final

import msgspec

from twofifty.track.bounce.charset import decoded
from twofifty.track.bounce.fields import fields, first, parameter
from twofifty.track.bounce.report import Fields

LARGEST: Final = 1 << 20
"""Bytes of a mail that are looked at: what a notice says stands at its beginning."""
_DEEPEST: Final = 8
_MOST_PARTS: Final = 100
_KIND: Final = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_INSIDE: Final = ("message/rfc822", "message/global", "message/partial", "message/news")
_EXPLAINS: Final = re.compile(r"\bMIME\b|multi-?part", re.IGNORECASE)
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")


class Part(msgspec.Struct, frozen=True):
    """One part: its fields, its type (`text/plain`), its text where it is a leaf, what is in it."""

    head: Fields
    kind: str
    text: str = ""
    parts: tuple["Part", ...] = ()


def parse(raw: bytes) -> Part:
    """The tree of a mail. A leading mbox line and blank lines are no part of it."""
    text = raw[:LARGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("latin-1")
    text = text.lstrip("\n")
    if text.startswith(("From ", ">From ")):
        text = text.partition("\n")[2]
    return _part(text, 0, "text/plain")


def _part(text: str, depth: int, usual: str) -> Part:
    head, body = _halves(text)
    stated = first(head, "content-type")
    named = _KIND.match(stated)
    kind = named[1].lower() if named else usual
    if depth < _DEEPEST and kind.startswith("multipart/"):
        inner_kind = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        pieces = _pieces(body, parameter(stated, "boundary"))
        return Part(head, kind, "", tuple(_part(one, depth + 1, inner_kind) for one in pieces))
    content = _transfer(body, first(head, "content-transfer-encoding").lower())
    if depth < _DEEPEST and kind in _INSIDE:
        inner = content.decode("latin-1").lstrip("\n")
        return Part(head, kind, "", (_part(inner, depth + 1, "text/plain"),))
    return Part(head, kind, decoded(content, parameter(stated, "charset")))


def _pieces(body: str, boundary: str) -> list[str]:
    if not boundary or f"--{boundary}" not in body:
        boundary = _guessed(body)
    return _split(body, boundary) if boundary else [body]


def _halves(text: str) -> tuple[Fields, str]:
    """Head and body. A part that begins without any field is all body."""
    if text.startswith("\n"):
        return (), text[1:]
    head, _, body = text.partition("\n\n")
    found = fields(_decoded_line(line) for line in head.split("\n"))
    return (found, body) if found else ((), text)


def _decoded_line(line: str) -> str:
    """Fields should be ASCII; where they are not, UTF-8 or ISO-2022-JP is what they are."""
    return line if line.isascii() and "\x1b" not in line else decoded(line.encode("latin-1"), "")


def _guessed(body: str) -> str:
    """The boundary of a body that has another one than its head says, or was told none: what the
    first line is that begins like one and stands before a field."""
    found = re.search(r"(?:^|\n)--([^\n]{3,120}?)[ \t]{0,40}\n(?=Content-|\n)", body, re.IGNORECASE)
    return found[1] if found else ""


def _split(body: str, boundary: str) -> list[str]:
    """The pieces between the boundaries; text before the first one counts, for some put the notice
    there; one that only explains MIME does not."""
    edge = re.compile(rf"(?:^|\n)--{re.escape(boundary)}(--)?[ \t]*(?=\n|$)")
    pieces: list[str] = []
    start = 0
    for found in edge.finditer(body):
        pieces.append(body[start : found.start()])
        start = found.end() + 1
        if found[1] or len(pieces) > _MOST_PARTS:
            break
    else:
        pieces.append(body[start:])
    if not pieces[0].strip() or _EXPLAINS.search(pieces[0]):
        return pieces[1:]
    return ["\n" + pieces[0], *pieces[1:]]


def _transfer(body: str, encoding: str) -> bytes:
    raw = body.encode("latin-1")
    if "quoted-printable" in encoding:
        return decodestring(raw)
    if "base64" in encoding:
        return _base64(raw)
    return raw


def _base64(raw: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", raw)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return b64decode(letters + b"=" * (-len(letters) % 4))
    except (NotBase64, ValueError):
        return raw
