"""The moments that exports of many services write. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_MILLISECONDS: Final = 100_000_000_000
"""Larger numbers are milliseconds: in seconds that is the year 5138."""
_LATEST: Final = 253_402_300_799
_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\D+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ZONE: Final = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)


def moment(text: str) -> datetime | None:
    """Aware, UTC; None for what is no moment. Without a zone it is UTC. Seconds and milliseconds
    since the epoch, RFC 3339, RFC 5322, and `MM/DD/YYYY`: `DD/MM/YYYY` where it must be that."""
    said = text.strip()
    if re.fullmatch(r"\d{9,14}(?:\.\d+)?", said):
        return _counted(float(said))
    try:
        return _written(said)
    except (ValueError, OverflowError):
        return None


def _counted(number: float) -> datetime | None:
    seconds = number / 1_000 if number >= _MILLISECONDS else number
    return datetime.fromtimestamp(seconds, UTC) if seconds <= _LATEST else None


def _written(said: str) -> datetime | None:
    """Raises ValueError and OverflowError."""
    if found := _SLASHES.match(said):
        return _slashed([int(part or 0) for part in found.groups()])
    plain = _ZONE.sub("+00:00", said) if said[:4].isdecimal() else said
    try:
        told = datetime.fromisoformat(plain)
    except ValueError:
        told = parsedate_to_datetime(said)
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def _slashed(parts: list[int]) -> datetime:
    first, second, year, hour, minute, seconds = parts
    month, day = (second, first) if first > 12 else (first, second)
    return datetime(year, month, day, hour, minute, seconds, tzinfo=UTC)
