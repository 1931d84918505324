"""Bytes of a text column as text, by the column's character set."""

import codecs
from collections.abc import Callable, Mapping

Decode = Callable[[bytes], str]

BINARY = "binary"

# MySQL's names to Python's, where they differ.
_CODECS: Mapping[str, str] = {
    "utf8mb4": "utf-8",
    "utf8mb3": "utf-8",
    "utf8": "utf-8",
    "ucs2": "utf-16-be",
    "utf16": "utf-16-be",
    "utf16le": "utf-16-le",
    "utf32": "utf-32-be",
    "latin1": "cp1252",
    "latin2": "iso8859-2",
    "latin5": "iso8859-9",
    "latin7": "iso8859-13",
    "greek": "iso8859-7",
    "hebrew": "iso8859-8",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "tis620": "tis-620",
    "macroman": "mac-roman",
    "macce": "mac-latin2",
    "sjis": "shift-jis",
    "ujis": "euc-jp",
    "eucjpms": "euc-jp",
    "euckr": "euc-kr",
}


def decoder(charset: str, fixed: int = 0) -> Decode | None:
    """What reads a column of that character set; None where Python has none.

    `fixed`: the length of a BINARY(n) column, which reads as hexadecimal digits: the log leaves
    out the noughts at its end. Other binary columns read as text where they are UTF-8, else so.
    """
    if charset == BINARY:
        return _padded(fixed) if fixed else text_or_digits
    name = _CODECS.get(charset, charset)
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    return _latin1 if known == "cp1252" else _of(known)


def _of(name: str) -> Decode:
    return lambda data: str(data, name, "replace")


def _latin1(data: bytes) -> str:
    """What MySQL calls latin1: Windows-1252, whose five gaps are control characters."""
    try:
        return str(data, "cp1252")
    except UnicodeDecodeError:
        return "".join(_gap(byte) for byte in data)


def _gap(byte: int) -> str:
    one = bytes((byte,))
    return str(one, "latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")


def text_or_digits(data: bytes) -> str:
    """Text where it is UTF-8, else hexadecimal digits."""
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        return data.hex()


def _padded(size: int) -> Decode:
    return lambda data: data.ljust(size, b"\0").hex()
