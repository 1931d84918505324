"""Bytes to a JSON tree, strictly (RFC 8259, RFC 7493): one document has one meaning, or none.

    400   not UTF-8 (or with a byte order mark), not JSON (also NaN, Infinity), lone surrogates
    413   over 1 MiB
    422   JSON, but outrageous: a key twice in an object, nested deeper than 32, a list over its
          limit (1,000 where it is named like lines, 5,000 anywhere), a number over 30 digits

The hot path decides with a few passes at C speed; only where it says no does the exact scanner
of `place` walk the document, to name the field. U+0000 is taken out of strings, for PostgreSQL
refuses it; other control characters are compose's business.
"""

import re
from decimal import Decimal

import msgspec

from twofifty.errors import BadInput, Problem
from twofifty.intake import place

MAX_BYTES = 1_048_576

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_NOT_STRUCTURE = bytes(sorted(set(range(256)) - set(b'"[]{}')))
_DIGITS_AS_ZERO = bytes(ord("0") if chr(byte).isdigit() else byte for byte in range(256))
_LONG_NUMBER = b"0" * (place.MAX_DIGITS + 1)
_LONG_SAMPLE = b"0" * (len(_LONG_NUMBER) // 4)
_AT_BYTE = re.compile(r" ?\(byte (\d+)\)")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class _Outsized(Exception):
    """A number too large to be meant; met in the middle of decoding."""


def checked_size(size: int) -> None:
    """Raises BadInput 413 where a body of `size` bytes is over the limit."""
    if size > MAX_BYTES:
        message = f"send at most {MAX_BYTES:,} bytes; this body has {size:,} or more"
        raise BadInput(413, "the body is over 1 MiB", (Problem("body", message),))


def tree(body: bytes) -> object:
    """The JSON document in `body`: dicts, lists, str, int, Decimal, bool, None; never a float.

    Raises BadInput: 400, 413, 422 as above, with the path of the field.
    """
    checked_size(len(body))
    return reply(body)


def reply(body: bytes) -> object:
    """As `tree`, for what we asked for ourselves: who asked has bounded its size."""
    found = _decoded(body)
    if _suspect(body, found):
        _raise_if_outrageous(body)
    nul = b"\\" in body and b"\\u0000" in body
    return _without_nul(found) if nul else found


def _decoded(body: bytes) -> object:
    try:
        return _DECODER.decode(body)
    except UnicodeDecodeError:
        raise _not_utf8(body) from None
    except (RecursionError, _Outsized, msgspec.ValidationError):
        _raise_if_outrageous(body)
        raise _not_json(body, "the document cannot be read") from None
    except msgspec.DecodeError as fault:
        raise _not_json(body, str(fault)) from None


def _decimal(literal: str) -> Decimal:
    if place.outsized(literal):
        raise _Outsized
    return Decimal(literal)


_DECODER = msgspec.json.Decoder(float_hook=_decimal)


def _suspect(body: bytes, found: object) -> bool:
    """Whether anything might be outrageous; a false alarm costs time, never a good document."""
    structure = _unescaped(body).translate(None, _NOT_STRUCTURE)
    return (
        structure.count(b'"') != _unescaped(_ENCODER.encode(found)).count(b'"')
        or not _shallow(structure.replace(b'""', b""))
        or body.count(b",") >= place.MAX_LINES
        or _may_hold_a_long_number(body)
    )


def _unescaped(document: bytes) -> bytes:
    """The document without escaped quotes: every quote left opens or closes a string.

    The tree of a document that says a key twice has lost strings. Encoded again it has fewer
    quotes, however the document was spaced and escaped; any other has as many.
    """
    if b"\\" not in document:
        return document
    return document.replace(b"\\\\", b"").replace(b'\\"', b"")


def _may_hold_a_long_number(body: bytes) -> bool:
    """31 digits in a row are seven in a row at every fourth place, which is sooner looked at."""
    sample = body[::4].translate(_DIGITS_AS_ZERO)
    return _LONG_SAMPLE in sample and _LONG_NUMBER in body.translate(_DIGITS_AS_ZERO)


def _shallow(brackets: bytes) -> bool:
    """Whether pairs within pairs vanish in 32 rounds. A bracket inside a string leaves its quotes
    behind, nothing vanishes around them, and the answer is no."""
    for _ in range(place.MAX_DEPTH):
        if not brackets:
            return True
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return not brackets


def _without_nul(node: object) -> object:
    if isinstance(node, str):
        return node.replace("\0", "")
    if isinstance(node, dict):
        return {_without_nul(key): _without_nul(value) for key, value in node.items()}
    return [_without_nul(item) for item in node] if isinstance(node, list) else node


def _raise_if_outrageous(body: bytes) -> None:
    if problem := place.outrage(body):
        raise BadInput(422, "the JSON cannot be used", (problem,))


def _not_utf8(body: bytes) -> BadInput:
    try:
        body.decode("utf-8")
        start = 0
    except UnicodeDecodeError as fault:
        start = fault.start
    problem = Problem(place.path_at(body, start), f"byte {start} is not UTF-8; encode it so")
    return BadInput(400, "the body is not UTF-8", (problem,))


def _not_json(body: bytes, said: str) -> BadInput:
    if body.startswith(_BYTE_ORDER_MARKS):
        problem = Problem("body", "leave out the byte order mark and send UTF-8")
        return BadInput(400, "the body starts with a byte order mark", (problem,))
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body)
    if named := place.outrage(body) or place.not_a_value(body):
        return BadInput(400, "the body is not JSON", (named,))
    found = _AT_BYTE.search(said)
    at = int(found[1]) if found else len(body)
    reason = _AT_BYTE.sub("", said.removeprefix("JSON is malformed: "))
    here = Problem(place.path_at(body, at), f"{reason} at byte {at}")
    return BadInput(400, "the body is not JSON", (here,))
