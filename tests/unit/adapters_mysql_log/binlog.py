"""A binary log of MySQL's, written byte by byte after its documentation."""

import struct
import zlib
from uuid import UUID

import zstandard

SERVER = UUID("3e11fa47-71ca-11e1-9e33-c80aa9429562")
TABLE = 77
NAMES = ("id", "word", "data")
LONG, VARCHAR, JSON = 3, 15, 245


def packet(type_: int, body: bytes, *, at: int = 1_790_000_000, behind: int = 500) -> bytes:
    """An event with its checksum, behind the byte that says that all is well."""
    return b"\0" + _summed(event(type_, body, at=at, behind=behind, more=4))


def event(
    type_: int, body: bytes, *, at: int = 1_790_000_000, behind: int = 500, more: int = 0
) -> bytes:
    return struct.pack("<IBIIIH", at, type_, 1, 19 + len(body) + more, behind, 0) + body


def _summed(data: bytes) -> bytes:
    return data + struct.pack("<I", zlib.crc32(data))


def gtid(number: int, microseconds: int = 0) -> bytes:
    body = b"\1" + SERVER.bytes + struct.pack("<QBQQ", number, 2, number - 1, number)
    return body + microseconds.to_bytes(7, "little")


def query(words: str) -> bytes:
    return struct.pack("<IIBHH", 1, 0, 4, 0, 0) + b"shop\0" + words.encode()


def _sized(data: bytes) -> bytes:
    return bytes((len(data),)) + data


def table_map(table: bytes = b"t", *, named: bool = True) -> bytes:
    """`shop.t`: INT, VARCHAR(100) in utf8mb4, JSON."""
    head = TABLE.to_bytes(6, "little") + b"\1\0"
    names = b"\4shop\0" + _sized(table) + b"\0"
    columns = bytes((3, LONG, VARCHAR, JSON)) + _sized(struct.pack("<HB", 400, 4)) + b"\7"
    metadata = b"\1" + _sized(b"\x80") + b"\2" + _sized(b"\x2d")
    if named:
        metadata += b"\4" + _sized(b"".join(_sized(name.encode()) for name in NAMES))
    return head + names + columns + metadata


def image(id_: int, word: str, data: bytes) -> bytes:
    """A row without nulls."""
    number = struct.pack("<I", id_)
    return b"\0" + number + struct.pack("<H", len(word.encode())) + word.encode() + json(data)


def json(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def rows(*images: bytes, bitmaps: bytes = b"\7") -> bytes:
    """The second version of a rows event, with nothing in its extra data."""
    return TABLE.to_bytes(6, "little") + b"\1\0\2\0\3" + bitmaps + b"".join(images)


def payload(*events: bytes, packed: bool = True) -> bytes:
    """A compressed transaction."""
    data = b"".join(events)
    inner = zstandard.ZstdCompressor().compress(data) if packed else data
    size = b"\xfe" + struct.pack("<Q", len(inner))
    fields = b"\1" + _sized(size) + b"\2" + _sized(b"\0" if packed else b"\xfc\xff\0")
    return fields + b"\0" + inner
