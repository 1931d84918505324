"""Values of the row format, column by column, as text or numbers that mean the same everywhere.

DECIMAL and FLOAT become `Decimal`, integers and BIT `int`, DATETIME the text
`2026-11-21 10:00:00.123` without an offset, TIMESTAMP the same with `+00:00`, ENUM and SET their
names, JSON its text, BINARY(n) hexadecimal digits. Nought dates stay text and mean nothing.

The forms are those of MySQL's `libbinlogevents` and MariaDB's knowledge base ("RBR values").
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

import msgspec

from twofifty.adapters.mysql_log import decimals, document
from twofifty.adapters.mysql_log.charset import Decode
from twofifty.adapters.mysql_log.wire import Garbled

Read = Callable[[bytes, int], tuple[object, int]]
"""Reads the value that begins at a place: the value and the place behind it."""

TINY, SHORT, LONG, FLOAT, DOUBLE, TIMESTAMP, LONGLONG, INT24 = 1, 2, 3, 4, 5, 7, 8, 9
DATE, TIME, DATETIME, YEAR, VARCHAR, BIT = 10, 11, 12, 13, 15, 16
TIMESTAMP2, DATETIME2, TIME2, JSON, NEWDECIMAL, ENUM, SET = 17, 18, 19, 245, 246, 247, 248
BLOB, VAR_STRING, STRING, GEOMETRY, VECTOR = 252, 253, 254, 255, 242
# MariaDB's column compression: a byte before the text says whether it is compressed.
BLOB_COMPRESSED, VARCHAR_COMPRESSED = 140, 141

_INTEGERS = {TINY: 1, SHORT: 2, INT24: 3, LONG: 4, LONGLONG: 8}
_FIXED = {**_INTEGERS, FLOAT: 4, DOUBLE: 8, YEAR: 1, DATE: 3, TIME: 3, TIMESTAMP: 4, DATETIME: 8}
_SUB_SECOND = {TIMESTAMP2: 4, DATETIME2: 5, TIME2: 3}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZERO = "0000-00-00 00:00:00"


class Form(msgspec.Struct, frozen=True):
    """How a column is written: its type and metadata as the table map says them; what else
    reading needs is said by the log's optional metadata or by the server. `fixed`: the length of a
    BINARY(n)."""

    type: int
    meta: int = 0
    unsigned: bool = False
    members: tuple[str, ...] = ()
    decode: Decode | None = None
    fixed: int = 0


def real(type_: int, meta: int) -> tuple[int, int]:
    """Type and length of a STRING column, which may be an ENUM, a SET or a long CHAR: both bytes
    of the metadata are mixed then."""
    if type_ != STRING:
        return type_, meta
    high, low = meta & 0xFF, meta >> 8
    if high & 0x30 != 0x30:
        return high | 0x30, low | (((high & 0x30) ^ 0x30) << 4)
    return high, low


def reader(form: Form) -> Read:
    """What reads a column of that form. Raises Garbled for a type that is not known."""
    type_, meta = real(form.type, form.meta)
    if type_ in _INTEGERS:
        return _integer(_INTEGERS[type_], unsigned=form.unsigned)
    if type_ in _SUB_SECOND:
        return _fractional(type_, meta)
    if type_ in _PLAIN:
        return _PLAIN[type_]
    if type_ in _MADE:
        return _MADE[type_](msgspec.structs.replace(form, type=type_, meta=meta))
    raise Garbled(f"columns of type {type_} cannot be read from the binary log")


def skipper(form: Form) -> Read:
    """What goes over a column of that form without looking at it."""
    type_, meta = real(form.type, form.meta)
    if type_ in _FIXED:
        return _over(_FIXED[type_])
    if type_ in _SUB_SECOND:
        return _over(_SUB_SECOND[type_] + (meta + 1) // 2)
    if type_ in (ENUM, SET):
        return _over(meta)
    if type_ == NEWDECIMAL:
        return _over(sum(decimals.sizes(meta & 0xFF, meta >> 8)))
    if type_ == BIT:
        return _over(_bit_size(meta))
    width = _width(type_, meta)
    return lambda data, pos: (None, pos + width + int.from_bytes(data[pos : pos + width], "little"))


def _over(size: int) -> Read:
    return lambda _, pos: (None, pos + size)


def _width(type_: int, meta: int) -> int:
    """How many bytes the length of a value of varying length has."""
    if type_ in (BLOB, BLOB_COMPRESSED, JSON, GEOMETRY, VECTOR):
        return meta
    if type_ in (VARCHAR, VAR_STRING, VARCHAR_COMPRESSED, STRING):
        return 1 if meta < 256 else 2
    raise Garbled(f"columns of type {type_} cannot be read from the binary log")


def _integer(size: int, *, unsigned: bool) -> Read:
    def read(data: bytes, pos: int) -> tuple[object, int]:
        end = pos + size
        return int.from_bytes(data[pos:end], "little", signed=not unsigned), end

    return read


def _float(data: bytes, pos: int) -> tuple[object, int]:
    """Six digits are all that a FLOAT is sure of, and what the server shows."""
    return Decimal(f"{struct.unpack_from('<f', data, pos)[0]:.6g}"), pos + 4


def _double(data: bytes, pos: int) -> tuple[object, int]:
    return Decimal(repr(struct.unpack_from("<d", data, pos)[0])), pos + 8


def _year(data: bytes, pos: int) -> tuple[object, int]:
    return (1900 + data[pos] if data[pos] else 0), pos + 1


def _date(data: bytes, pos: int) -> tuple[object, int]:
    packed = int.from_bytes(data[pos : pos + 3], "little")
    return f"{packed >> 9:04}-{packed >> 5 & 15:02}-{packed & 31:02}", pos + 3


def _old_datetime(data: bytes, pos: int) -> tuple[object, int]:
    digits = f"{int.from_bytes(data[pos : pos + 8], 'little'):014}"
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return f"{day} {digits[8:10]}:{digits[10:12]}:{digits[12:14]}", pos + 8


def _old_timestamp(data: bytes, pos: int) -> tuple[object, int]:
    return _utc(int.from_bytes(data[pos : pos + 4], "little")), pos + 4


def _old_time(data: bytes, pos: int) -> tuple[object, int]:
    number = int.from_bytes(data[pos : pos + 3], "little", signed=True)
    rest = abs(number)
    sign = "-" if number < 0 else ""
    return f"{sign}{rest // 10_000:02}:{rest // 100 % 100:02}:{rest % 100:02}", pos + 3


_PLAIN: dict[int, Read] = {
    FLOAT: _float,
    DOUBLE: _double,
    YEAR: _year,
    DATE: _date,
    DATETIME: _old_datetime,
    TIMESTAMP: _old_timestamp,
    TIME: _old_time,
}


def _fractional(type_: int, digits: int) -> Read:
    """The types with parts of a second (since MySQL 5.6), big end first."""
    size, behind = _SUB_SECOND[type_], (digits + 1) // 2
    shown = _SHOWN[type_]

    def read(data: bytes, pos: int) -> tuple[object, int]:
        middle, end = pos + size, pos + size + behind
        whole = int.from_bytes(data[pos:middle], "big")
        return shown(whole, data[middle:end], digits), end

    return read


def _fraction(parts: bytes, digits: int) -> str:
    if not digits:
        return ""
    written = f"{int.from_bytes(parts, 'big'):0{len(parts) * 2}}"
    return "." + written[:digits]


def _datetime2(whole: int, parts: bytes, digits: int) -> str:
    packed = whole - 0x8000000000
    months, clock = packed >> 22, packed & 0x1FFFF
    day = f"{months // 13:04}-{months % 13:02}-{packed >> 17 & 31:02}"
    time = f"{clock >> 12:02}:{clock >> 6 & 63:02}:{clock & 63:02}"
    return f"{day} {time}{_fraction(parts, digits)}"


def _timestamp2(whole: int, parts: bytes, digits: int) -> str:
    if not whole:
        return _ZERO
    return _utc(whole, _fraction(parts, digits))


def _time2(whole: int, parts: bytes, digits: int) -> str:
    """Negative times are the complement of the whole field, fraction and all."""
    bits = 8 * len(parts)
    packed = (whole << bits | int.from_bytes(parts, "big")) - (0x800000 << bits)
    sign, rest = ("-" if packed < 0 else ""), abs(packed)
    clock = rest >> bits
    behind = _fraction((rest & (1 << bits) - 1).to_bytes(len(parts), "big"), digits)
    return f"{sign}{clock >> 12 & 1023:02}:{clock >> 6 & 63:02}:{clock & 63:02}{behind}"


_SHOWN: dict[int, Callable[[int, bytes, int], str]] = {
    TIMESTAMP2: _timestamp2,
    DATETIME2: _datetime2,
    TIME2: _time2,
}


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def _utc(seconds: int, fraction: str = "") -> str:
    return f"{_second(seconds)}{fraction}+00:00" if seconds else _ZERO


def _decimal(form: Form) -> Read:
    precision, scale = form.meta & 0xFF, form.meta >> 8
    size = sum(decimals.sizes(precision, scale))

    def read(data: bytes, pos: int) -> tuple[object, int]:
        return decimals.exact(data[pos : pos + size], precision, scale), pos + size

    return read


def _bit_size(meta: int) -> int:
    bits = (meta >> 8) * 8 + (meta & 0xFF)
    return (bits + 7) // 8


def _bit(form: Form) -> Read:
    size = _bit_size(form.meta)
    return lambda data, pos: (int.from_bytes(data[pos : pos + size], "big"), pos + size)


def _enum(form: Form) -> Read:
    size, members = form.meta, ("", *form.members)

    def read(data: bytes, pos: int) -> tuple[object, int]:
        index = int.from_bytes(data[pos : pos + size], "little")
        if index >= len(members):
            raise Garbled(f"an ENUM of {len(members) - 1} words holds the word {index}")
        return members[index], pos + size

    return read


def _set(form: Form) -> Read:
    size, members = form.meta, form.members

    def read(data: bytes, pos: int) -> tuple[object, int]:
        bits = int.from_bytes(data[pos : pos + size], "little")
        chosen = (word for at, word in enumerate(members) if bits >> at & 1)
        return ",".join(chosen), pos + size

    return read


def _words(form: Form) -> Read:
    width, decode = _width(form.type, form.meta), form.decode
    if decode is None:
        raise Garbled("the character set of a column is not known")

    def read(data: bytes, pos: int) -> tuple[object, int]:
        start = pos + width
        end = start + int.from_bytes(data[pos:start], "little")
        return decode(data[start:end]), end

    return read


def _json(form: Form) -> Read:
    width = form.meta

    def read(data: bytes, pos: int) -> tuple[object, int]:
        start = pos + width
        end = start + int.from_bytes(data[pos:start], "little")
        return document.text(data[start:end]), end

    return read


_MADE: dict[int, Callable[[Form], Read]] = {
    NEWDECIMAL: _decimal,
    BIT: _bit,
    ENUM: _enum,
    SET: _set,
    JSON: _json,
    **dict.fromkeys((VARCHAR, VAR_STRING, STRING, BLOB), _words),
}
