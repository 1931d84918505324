"""Dates and delivery windows in the reader's language and time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose import dates

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("locale", "start", "end", "shown"),
    [
        ("en", "2026-11-25", "2026-11-25", "Wed, Nov 25"),
        ("en", "2026-11-25", "2026-11-27", "Wed, Nov 25 – Fri, Nov 27"),
        ("en", "2026-11-30", "2026-12-02", "Mon, Nov 30 – Wed, Dec 2"),
        ("en", "2026-12-30", "2027-01-02", "Wed, Dec 30, 2026 – Sat, Jan 2, 2027"),
        ("de", "2026-11-25", "2026-11-27", "Mi., 25. – Fr., 27. Nov."),
        ("de", "2026-12-30", "2027-01-02", "Mi., 30. Dez. 2026 – Sa., 2. Jan. 2027"),
        ("de_AT", "2027-01-02", "2027-01-02", "Sa., 2. Jän. 2027"),
        ("en", "2026-11-27", "2026-11-25", "Wed, Nov 25 – Fri, Nov 27"),
        ("de", "2026-11-25T13:00:00Z", "2026-11-25T17:00:00Z", "Mi., 25. Nov., 14:00–18:00 Uhr"),
        ("en", "2026-11-25T13:00:00Z", "2026-11-25T17:00:00Z", "Wed, Nov 25, 2:00 – 6:00\xa0PM"),
        ("de", "2026-11-25T23:30:00Z", "2026-11-26T17:00:00Z", "Do., 26. Nov., 00:30–18:00 Uhr"),
        ("en", "2026-11-25T00:00:00", "2026-11-25", "Wed, Nov 25"),
    ],
)
def test_windows_are_said_as_briefly_as_the_language_does(
    locale: str, start: str, end: str, shown: str
) -> None:
    first, last = dates.iso(start, BERLIN), dates.iso(end, BERLIN)
    assert first is not None
    assert last is not None
    assert dates.window(first, last, Locale.parse(locale), 2026) == shown


def test_a_day_is_the_day_where_the_customer_lives() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert dates.local_day(late, BERLIN) == date(2026, 11, 22)
    assert dates.local_day(late, None) == date(2026, 11, 21)


@pytest.mark.parametrize(
    "name", [None, "", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "a\x00b", "Europe", "é"]
)
def test_an_unknown_time_zone_is_none(name: str | None) -> None:
    assert dates.zone(name) is None


@given(st.text(max_size=60))
def test_no_text_makes_a_date_or_a_zone_fail(text: str) -> None:
    dates.zone(text)
    found = dates.iso(text, BERLIN)
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize("text", ["soon", "2026-13-40", "", "0001-01-01T00:00:00+14:00", "12"])
def test_what_is_no_date_is_left_out(text: str) -> None:
    assert dates.iso(text, BERLIN) is None


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_any_two_moments_make_a_window(one: datetime, other: datetime) -> None:
    for locale in ("en", "de"):
        assert dates.window(one, other, Locale(locale))
    assert isinstance(dates.local_day(one, ZoneInfo("Asia/Tokyo")), date)
