"""Header fields, read from whatever stands where they should be (RFC 5322). Never raises."""

import re
from binascii import Error as NotBase64
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from twofifty.track.bounce.charset import decoded
from twofifty.track.bounce.report import Fields

_FIELD: Final = re.compile(r"([!-9;-~]{1,70})[ \t]*:[ \t]*(.*)")
_WORD: Final = re.compile(r"=\?[^?\s]{1,40}\?[bqBQ]\?[^?]{0,400}\?=")
_MOST_FIELDS: Final = 500
_LONGEST: Final = 8_000
_BLANKS: Final = re.compile(r"\s{9,}")


def fields(lines: Iterable[str]) -> Fields:
    """The fields of `lines`; a line that is none is passed over."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            if found:
                found[-1][1].append(line.strip())
            continue
        matched = _FIELD.match(line)
        if matched and len(found) < _MOST_FIELDS:
            found.append((matched[1].lower(), [matched[2].strip()]))
    return tuple((name, _value(parts)) for name, parts in found)


def _value(parts: list[str]) -> str:
    return _BLANKS.sub(" ", " ".join(parts)[:_LONGEST]).strip()


def first(given: Fields, *names: str) -> str:
    """The first value that is not empty of any of `names` (in lower case), or an empty text."""
    for wanted in names:
        for name, value in given:
            if name == wanted and value:
                return value
    return ""


def every(given: Fields, name: str) -> tuple[str, ...]:
    """All values of `name` (in lower case)."""
    return tuple(value for known, value in given if known == name)


def unworded(text: str) -> str:
    """`text` with its encoded words (RFC 2047) decoded as far as they can be."""
    if "=?" not in text:
        return text
    return _WORD.sub(lambda found: _word(found[0]), re.sub(r"\?=\s+=\?", "?==?", text))


def _word(encoded: str) -> str:
    try:
        pieces = decode_header(encoded)
    except (HeaderParseError, NotBase64, ValueError, LookupError, AssertionError):
        return encoded
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "")
        for piece, charset in pieces
    )


def parameter(value: str, name: str) -> str:
    """A parameter of a structured field (`boundary`, `charset`), quoted or not; empty if absent."""
    found = re.search(
        rf'(?:^|[;\s]){name}\s*=\s*(?:"([^"]{{0,400}})"?|([^\s;"]{{1,400}}))', value, re.IGNORECASE
    )
    return (found[1] or found[2] or "").strip() if found else ""
