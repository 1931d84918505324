"""Mail in the forms that are hashed (RFC 6376 3.4): *relaxed* forgives what relays do to white
space, *simple* forgives nothing. Pure.

All of it runs over every byte of every mail, so the scans were chosen by the clock: two spaces in a
row are in the columns of the text part and nowhere behind it, tabs are nowhere, to search backwards
takes half the time, and the standard library's newline decoder notes every kind of line end that it
has seen.
"""

import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

import msgspec

from twofifty.compose.dkim.error import DkimError
from twofifty.compose.mime.written import Written

Form = Literal["relaxed", "simple"]

_CRLF: Final = b"\r\n"
_FIELD_ENDS: Final = re.compile(rb"\r\n(?![ \t])")
_NAME: Final = re.compile(rb"[!-9;-~]+")
_SPACES: Final = re.compile(rb"  +")
_FOLDS: Final = re.compile(rb"[ \t\r\n]+")


class Field(msgspec.Struct, frozen=True):
    """One header field: its name in lower case, and the whole of it without the CRLF at its end."""

    name: str
    whole: bytes

    @property
    def value(self) -> bytes:
        """What stands behind the colon, folded as it came."""
        return self.whole.partition(b":")[2]


class Parts(msgspec.Struct, frozen=True):
    """A mail: its header fields from the top down, and its body."""

    fields: tuple[Field, ...]
    body: bytes


def parts(raw: bytes) -> Parts:
    """A mail in its parts. Raises DkimError: a line of its head is no header field, or a line ends
    otherwise than by CRLF, so that relays would change it and could be made to see two mails."""
    if raw.__class__ is not Written:
        _check_ends(raw)
    head, body = _split(raw)
    return Parts(tuple(map(_field, _FIELD_ENDS.split(head))) if head else (), body)


def chosen(fields: Iterable[Field], names: Iterable[str]) -> Iterator[Field]:
    """The fields that `h=` names, in its order; of those with one name the lowest first, and none
    for a name that is there more often than fields are (5.4.2)."""
    left: dict[str, list[Field]] = {}
    for field in fields:
        left.setdefault(field.name, []).append(field)
    for name in names:
        if left.get(name):
            yield left[name].pop()


def relaxed_field(field: Field) -> bytes:
    """`name:value`, the value in one line, one space for any white space (3.4.2)."""
    value = field.value.strip(b" \t\r\n")
    if b"\n" in value or b"\t" in value or b"  " in value:
        value = _FOLDS.sub(b" ", value)
    return field.name.encode("ascii") + b":" + value


def relaxed_body(body: bytes, *, bare: bool = False) -> bytes:
    """Lines without white space at their ends, one space for any within, no empty lines at the end
    (3.4.4). An empty body stays empty. `bare`: it is known that no line ends in white space."""
    if b"\t" in body:
        body = body.replace(b"\t", b" ")
    end = body.rfind(b"  ") + 2
    if end > 1:
        body = _SPACES.sub(b" ", body[:end]) + body[end:]
    if not bare and body.rfind(b" \r\n") >= 0:
        body = body.replace(b" \r\n", _CRLF)
    return _ended(body.removesuffix(b" "))


def simple_body(body: bytes) -> bytes:
    """No empty lines at the end, and a CRLF there in any case (3.4.3)."""
    return _ended(body) or _CRLF


def _ended(body: bytes) -> bytes:
    """`body` with one CRLF at its end, where anything is left of it."""
    if body.endswith(_CRLF) and not body.endswith(b"\n\r\n"):
        return body if len(body) > len(_CRLF) else b""
    # There is no CR or LF but in CRLF.
    kept = body.rstrip(_CRLF)
    return kept + _CRLF if kept else b""


def _check_ends(raw: bytes) -> None:
    seen = io.IncrementalNewlineDecoder(None, translate=False)
    seen.decode(raw.decode("latin-1"), final=True)
    if seen.newlines not in ("\r\n", None):
        raise DkimError("the mail has line ends other than CRLF")


def _split(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith(_CRLF):
        return b"", raw[len(_CRLF) :]
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.removesuffix(_CRLF), body


def _field(whole: bytes) -> Field:
    name, colon, _ = whole.partition(b":")
    known = _name(name) if colon else None
    if known is None:
        raise DkimError(f"{whole[:40]!r} is no header field")
    return Field(known, whole)


@lru_cache(maxsize=256)
def _name(stated: bytes) -> str | None:
    """A field's name in lower case; None for what is no name."""
    name = stated.rstrip(b" \t")
    return name.decode("ascii").lower() if _NAME.fullmatch(name) else None
