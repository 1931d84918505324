"""MySQL's binary JSON as text (MariaDB's JSON is text already).

Written after the comment on top of MySQL's `sql-common/json_binary.h`: a value is a type byte and
its data; objects and arrays are small (two-byte offsets) or large (four-byte ones).
"""

import struct
from datetime import timedelta
from decimal import Decimal

import msgspec

from twofifty.adapters.mysql_log import decimals
from twofifty.adapters.mysql_log.wire import Garbled

_SMALL_OBJECT, _LARGE_OBJECT, _SMALL_ARRAY, _LARGE_ARRAY, _LITERAL = 0, 1, 2, 3, 4
_INT16, _UINT16, _INT32, _UINT32, _INT64, _UINT64, _DOUBLE = 5, 6, 7, 8, 9, 10, 11
_STRING, _OPAQUE = 12, 15
_LITERALS: dict[int, bool | None] = {0: None, 1: True, 2: False}
_NUMBERS = {_INT16: "<h", _UINT16: "<H", _INT32: "<i", _UINT32: "<I", _INT64: "<q", _UINT64: "<Q"}
_INLINE = {False: (_LITERAL, _INT16, _UINT16), True: (_LITERAL, _INT16, _UINT16, _INT32, _UINT32)}
_NEWDECIMAL, _DATE, _TIME, _DATETIME, _TIMESTAMP = 246, 10, 11, 12, 7
_DEEPEST = 100


def text(data: bytes) -> str:
    """The JSON text of a binary document; an empty one is `null`. Raises Garbled."""
    if not data:
        return "null"
    try:
        return msgspec.json.encode(_value(data[0], data, 1, 0)).decode("utf-8")
    except (IndexError, struct.error, KeyError, ValueError, OverflowError) as fault:
        raise Garbled(f"a JSON column cannot be read: {fault}") from None


def _value(type_: int, data: bytes, at: int, depth: int) -> object:
    if depth > _DEEPEST:
        raise Garbled("a JSON column is nested too deeply")
    if type_ in (_SMALL_OBJECT, _LARGE_OBJECT):
        return _object(data, at, depth, large=type_ == _LARGE_OBJECT)
    if type_ in (_SMALL_ARRAY, _LARGE_ARRAY):
        return _array(data, at, depth, large=type_ == _LARGE_ARRAY)
    if type_ == _LITERAL:
        return _LITERALS[data[at]]
    if type_ in _NUMBERS:
        return struct.unpack_from(_NUMBERS[type_], data, at)[0]
    if type_ == _DOUBLE:
        return struct.unpack_from("<d", data, at)[0]
    if type_ == _STRING:
        return _bytes(data, at).decode("utf-8", "replace")
    return _opaque(data, at)


def _size(data: bytes, at: int, *, large: bool) -> int:
    width = 4 if large else 2
    return int.from_bytes(data[at : at + width], "little")


def _array(data: bytes, at: int, depth: int, *, large: bool) -> list[object]:
    """Count, size, then an entry for each value. Offsets are from the array's own beginning."""
    width = 4 if large else 2
    first = at + 2 * width
    count = _size(data, at, large=large)
    if first + count * (1 + width) > len(data):
        raise Garbled("a JSON array is longer than its column")
    return [
        _entry(data, at, first + index * (1 + width), depth, large=large) for index in range(count)
    ]


def _entry(data: bytes, base: int, at: int, depth: int, *, large: bool) -> object:
    type_ = data[at]
    if type_ in _INLINE[large]:
        return _value(type_, data, at + 1, depth + 1)
    return _value(type_, data, base + _size(data, at + 1, large=large), depth + 1)


def _object(data: bytes, at: int, depth: int, *, large: bool) -> dict[str, object]:
    """Count, size, an entry for each key (offset, two bytes of length), then one for each value."""
    width = 4 if large else 2
    count, keys = _size(data, at, large=large), at + 2 * width
    values = keys + count * (width + 2)
    if values + count * (1 + width) > len(data):
        raise Garbled("a JSON object is longer than its column")
    found: dict[str, object] = {}
    for index in range(count):
        key = keys + index * (width + 2)
        start = at + _size(data, key, large=large)
        end = start + _size(data, key + width, large=False)
        value = _entry(data, at, values + index * (1 + width), depth, large=large)
        found[data[start:end].decode("utf-8", "replace")] = value
    return found


def _bytes(data: bytes, at: int) -> bytes:
    """Bytes behind their length, seven bits a byte, the lowest first."""
    length = shift = 0
    while True:
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return data[at : at + length]


def _opaque(data: bytes, at: int) -> object:
    """A value of one of the database's own types: a column type, then its data."""
    type_, inner = data[at], _bytes(data, at + 1)
    if type_ == _NEWDECIMAL:
        return msgspec.Raw(str(_decimal(inner)).encode())
    if type_ in (_DATE, _DATETIME, _TIMESTAMP):
        return _moment(int.from_bytes(inner, "little"), day_only=type_ == _DATE)
    if type_ == _TIME:
        return str(timedelta(microseconds=_clock(int.from_bytes(inner, "little", signed=True))))
    return inner.hex()


def _decimal(inner: bytes) -> Decimal:
    precision, scale = inner[0], inner[1]
    return decimals.exact(inner[2:], precision, scale)


def _moment(packed: int, *, day_only: bool) -> str:
    """The same bits as a DATETIME(6) column: month and day, clock, microseconds."""
    whole, micro = packed >> 24, packed & 0xFFFFFF
    months, clock = whole >> 22, whole & 0x1FFFF
    day = f"{months // 13:04}-{months % 13:02}-{whole >> 17 & 31:02}"
    if day_only:
        return day
    return f"{day} {clock >> 12:02}:{clock >> 6 & 63:02}:{clock & 63:02}.{micro:06}"


def _clock(packed: int) -> int:
    sign, rest = (-1 if packed < 0 else 1), abs(packed)
    whole, micro = rest >> 24, rest & 0xFFFFFF
    seconds = (whole >> 12 & 1023) * 3600 + (whole >> 6 & 63) * 60 + (whole & 63)
    return sign * (seconds * 1_000_000 + micro)
