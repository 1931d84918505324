"""Positions in PostgreSQL's log. Ours means: every transaction whose commit record begins before it
has been read. So what follows a transaction is one byte after that record's beginning."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def written(lsn: int) -> str:
    """As PostgreSQL writes it: `0/16B3749`."""
    return f"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}"


def read(text: str) -> int:
    """The number of a written position. Raises ValueError."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def moment(microseconds: int) -> datetime:
    """A time of the replication protocol: microseconds since 2000."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    """The inverse of `moment`."""
    return (at - _EPOCH) // timedelta(microseconds=1)
