"""Times behind options."""

from datetime import UTC, datetime

import pytest

from twofifty.cli.moment import moment
from twofifty.errors import SettingsError


@pytest.mark.parametrize(
    ("said", "hour"),
    [("2026-01-31", 0), ("2026-01-31T09:30:00Z", 9), ("2026-01-31T09:30+05:00", 4)],
)
def test_a_time_is_in_utc_whatever_it_was_written_in(said: str, hour: int) -> None:
    found = moment("--since", said)
    assert (found.hour, found.tzinfo) == (hour, UTC)
    assert found < datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("said", ["yesterday", "31.01.2026", "", "0001-01-01", "9999-12-31"])
def test_what_is_no_time_for_an_order_is_refused_by_its_option(said: str) -> None:
    with pytest.raises(SettingsError, match="--since"):
        moment("--since", said)
