"""Nobody is woken: not at night, not when clocks are changed, not two zones away."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.quiet import QuietHours, free_from, is_quiet, quiet_hours

NIGHT = QuietHours(time(21), time(8))
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
ZONES += ["Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Asia/Tehran", "America/Adak"]

moments = st.integers(1_577_836_800, 2_050_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
walls = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda found: time(*found))
hours = (
    st.tuples(walls, walls)
    .filter(lambda both: both[0] != both[1])
    .map(lambda both: QuietHours(*both))
)
# The nights in which clocks are changed there.
changes = st.sampled_from(
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ]
)


def berlin(*at: int) -> datetime:
    year, month, day, hour, minute = at
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("21:00-08:00", NIGHT),
        (" 09:30-17:05 ", QuietHours(time(9, 30), time(17, 5))),
        ("", None),
        ("  ", None),
    ],
)
def test_quiet_hours_are_written_as_two_times(text: str, found: QuietHours | None) -> None:
    assert quiet_hours(text) == found


@pytest.mark.parametrize("text", ["21-8", "24:00-08:00", "08:00-08:00", "always", "21:00–08:00"])
def test_anything_else_is_an_error_that_shows_how(text: str) -> None:
    with pytest.raises(ValueError, match="21:00-08:00"):
        quiet_hours(text)


@given(hours)
def test_they_are_written_as_they_are_read(span: QuietHours) -> None:
    assert quiet_hours(str(span)) == span


def test_at_night_it_waits_for_the_morning() -> None:
    assert free_from(berlin(2026, 11, 22, 23, 15), NIGHT, [BERLIN]) == berlin(2026, 11, 23, 8, 0)
    assert free_from(berlin(2026, 11, 23, 7, 59), NIGHT, [BERLIN]) == berlin(2026, 11, 23, 8, 0)


def test_by_day_it_does_not_wait() -> None:
    at = berlin(2026, 11, 22, 12, 0)
    assert free_from(at, NIGHT, [BERLIN]) == at
    assert free_from(berlin(2026, 11, 23, 8, 0), NIGHT, [BERLIN]) == berlin(2026, 11, 23, 8, 0)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    early = QuietHours(time(21), time(2, 30))
    first = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)  # 02:10 in summer time
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 in winter time
    assert free_from(first, early, [BERLIN]) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert free_from(second, early, [BERLIN]) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_end_that_never_comes_is_the_moment_after() -> None:
    early = QuietHours(time(21), time(2, 30))  # at 02:00 clocks go to 03:00
    found = free_from(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), early, [BERLIN])
    assert not is_quiet(found, early, BERLIN)
    assert found <= datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(moments, hours, zones)
def test_what_comes_out_is_never_quiet_and_at_most_two_days_away(
    at: datetime, span: QuietHours, zone: ZoneInfo
) -> None:
    found = free_from(at, span, [zone])
    assert not is_quiet(found, span, zone)
    assert at <= found <= at + timedelta(hours=49)


@given(changes, st.integers(-36 * 60, 36 * 60), hours)
def test_it_is_never_quiet_around_the_changing_of_clocks(
    change: tuple[str, datetime], minutes: int, span: QuietHours
) -> None:
    zone, at = ZoneInfo(change[0]), change[1] + timedelta(minutes=minutes)
    found = free_from(at, span, [zone])
    assert not is_quiet(found, span, zone)
    assert found >= at


@given(moments, hours, zones)
def test_what_is_free_already_stays_where_it_is(
    at: datetime, span: QuietHours, zone: ZoneInfo
) -> None:
    found = free_from(at, span, [zone])
    assert free_from(found, span, [zone]) == found
    assert (found == at) is not is_quiet(at, span, zone)


@given(moments)
def test_of_several_zones_it_is_quiet_in_none(at: datetime) -> None:
    whole = [ZoneInfo(name) for name in ("America/New_York", "America/Denver", "Pacific/Honolulu")]
    found = free_from(at, NIGHT, whole)
    assert not any(is_quiet(found, NIGHT, zone) for zone in whole)


@given(moments)
def test_where_zones_leave_no_hour_the_first_of_them_counts(at: datetime) -> None:
    around = [ZoneInfo(name) for name in ("Europe/Berlin", "Pacific/Auckland", "Asia/Tokyo")]
    whole = [*around, ZoneInfo("America/Los_Angeles")]
    found = free_from(at, QuietHours(time(18), time(12)), whole)
    assert not is_quiet(found, QuietHours(time(18), time(12)), whole[0])


@given(moments)
def test_without_quiet_hours_nothing_waits(at: datetime) -> None:
    assert free_from(at, None, [BERLIN]) == at
    assert free_from(at, NIGHT, []) == at
