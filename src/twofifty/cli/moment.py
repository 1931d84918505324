"""A moment as a person writes it behind an option."""

from datetime import UTC, datetime

from twofifty.errors import SettingsError

FIRST_YEAR, LAST_YEAR = 1971, 2199


def moment(option: str, said: str) -> datetime:
    """ISO 8601, a date alone too; in UTC where it has no offset. Raises SettingsError, which names
    the option."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        advice = "write a date or a time, such as 2026-01-31 or 2026-01-31T09:30:00Z"
        raise SettingsError(f"{option}: {said[:40]!r} is no time; {advice}") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise SettingsError(f"{option}: there were no orders in the year {found.year}")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
