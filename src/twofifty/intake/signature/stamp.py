"""The time that a signature carries: read, held against the clock, and joined with the body."""

from datetime import UTC, datetime, timedelta

_MOST_SECONDS = 11
_MOST_MILLISECONDS = 14


def moment(text: str) -> datetime | None:
    """Seconds or (from 12 digits on) milliseconds since 1970, or RFC 3339; else None."""
    try:
        if text.isascii() and text.isdigit() and len(text) <= _MOST_MILLISECONDS:
            scale = 1 if len(text) <= _MOST_SECONDS else 1000
            return datetime.fromtimestamp(int(text) / scale, UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo is not None else None


def near(claimed: datetime | None, at: datetime, tolerance: int) -> bool:
    """Whether `claimed` lies within `tolerance` seconds of `at`, before or after; 0: any does."""
    if claimed is None:
        return False
    return tolerance == 0 or abs(at - claimed) <= timedelta(seconds=tolerance)


def seconds(at: datetime) -> str:
    """`at` in whole seconds since 1970, as platforms write it."""
    return str(int(at.timestamp()))


def joined(template: str, time: str, body: bytes) -> bytes:
    """`template` with `{t}` replaced by the time as it was sent, and `{body}` by the raw bytes."""
    before, _, after = template.partition("{body}")
    return before.replace("{t}", time).encode() + body + after.replace("{t}", time).encode()
