"""One event of the binary log as it comes from the server: its header, its checksum, its body."""

import struct
import zlib
from uuid import UUID

import msgspec

from twofifty.adapters.mysql_log.image import unpacked
from twofifty.adapters.mysql_log.wire import Fields, Garbled

QUERY, ROTATE, FORMAT, XID, TABLE_MAP, INCIDENT, HEARTBEAT = 2, 4, 15, 16, 19, 26, 27
MYSQL_GTID, XA_PREPARE, PAYLOAD, TAGGED_GTID = 33, 38, 40, 42
MARIADB_GTID, QUERY_COMPRESSED = 162, 165

_HEADER = struct.Struct("<IBIIIH")
HEADER = _HEADER.size
_STANDALONE = 1


class Event(msgspec.Struct, frozen=True):
    """`at`: seconds since 1970. `behind`: the offset in its file behind it."""

    type: int
    at: int
    server: int
    behind: int
    body: bytes


class Gtid(msgspec.Struct, frozen=True):
    """A transaction's number: MariaDB's domain and server, or MySQL's server. `alone`: no commit
    ends it."""

    number: int
    domain: int = 0
    server: int = 0
    uuid: UUID | None = None
    alone: bool = False


def event(data: bytes, *, checked: bool, start: int = 0) -> Event:
    """The event that begins at `start`; `checked`: a CRC-32 stands at its end. Raises Garbled."""
    if len(data) - start < HEADER:
        raise Garbled("an event of the binary log ends early")
    at, type_, server, size, behind, _ = _HEADER.unpack_from(data, start)
    end = start + size
    if size < HEADER or end > len(data):
        raise Garbled("an event of the binary log is not as long as it says")
    if type_ == FORMAT:
        return Event(type_, at, server, behind, data[start + HEADER : end])
    if checked:
        end -= 4
        if zlib.crc32(memoryview(data)[start:end]) != int.from_bytes(data[end : end + 4], "little"):
            raise Garbled("an event of the binary log does not match its checksum")
    return Event(type_, at, server, behind, data[start + HEADER : end])


def is_checked(body: bytes) -> bool:
    """What a FORMAT event says of the events after it: its last byte but four of CRC-32."""
    return len(body) > 5 and body[-5] == 1


def rotated(body: bytes) -> tuple[str, int]:
    """The file that goes on, and from where."""
    at = Fields(body)
    offset = at.number(8)
    return at.rest().rstrip(b"\0").decode("utf-8", "replace"), offset


def query(event: Event) -> str:
    """The statement that the event tells."""
    at = Fields(event.body, 8)
    size = at.number(1)
    at.take(2)
    at.take(at.number(2))
    at.take(size + 1)
    said = at.rest()
    if event.type == QUERY_COMPRESSED:
        said = unpacked(said)
    return said.decode("utf-8", "replace")


def gtid(event: Event) -> Gtid:
    """The number with which a transaction begins. Raises Garbled."""
    at = Fields(event.body)
    if event.type == MARIADB_GTID:
        number, domain, flags = at.number(8), at.number(4), at.number(1)
        return Gtid(number, domain, event.server, alone=bool(flags & _STANDALONE))
    if event.type == TAGGED_GTID:
        raise Garbled("GTIDs with tags cannot be read yet: use the automatic ones")
    at.take(1)
    uuid, number = UUID(bytes=at.take(16)), at.number(8)
    return Gtid(number, uuid=uuid)


def prepared(body: bytes) -> tuple[str, bool]:
    """The name of a prepared transaction as statements write it, and whether it is committed with
    that."""
    at = Fields(body)
    once, kind, first, second = at.number(1), at.number(4), at.number(4), at.number(4)
    name = f"X'{at.take(first).hex()}',X'{at.take(second).hex()}',{kind}"
    return name, bool(once)


def packed_events(body: bytes) -> tuple[int, bytes]:
    """A compressed transaction of MySQL 8.0.20 (`binlog_transaction_compression`): how it is
    compressed (0 zstd, 255 not at all), and the data."""
    at, kind = Fields(body), 0
    while at.more():
        field = at.packed()
        if field == 0:
            return kind, at.rest()
        value = Fields(at.take(at.packed()))
        if field == 2:
            kind = value.packed()
    raise Garbled("a compressed transaction has no data")
