"""Dates and delivery windows in the reader's language and time zone."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose import dates
from twofifty.compose.calendars import persian
from twofifty.compose.texts import languages

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


@pytest.mark.parametrize(
    ("locale", "first", "last", "shown"),
    [
        ("fr", 26, 28, "jeu. 26 – sam. 28 nov."),
        ("es", 26, 28, "jue, 26 nov – sáb, 28 nov"),
        ("eu", 26, 28, "aza. 26(a), og. – aza. 28(a), lr."),
        ("hu", 26, 28, "nov. 26., Cs – 28., Szo"),
        ("fi", 26, 28, "to 26. – la 28. marraskuuta"),
        ("lt", 26, 28, "lapkr. 26, kt – lapkr. 28, št"),
        ("pl", 26, 28, "czw., 26 lis–sob., 28 lis"),
        ("ja", 26, 28, "11月26日(木)～28日(土)"),
        ("zh_Hans", 26, 28, "11月26日周四至28日周六"),
        ("zh_Hant", 26, 28, "11月26日週四至28日週六"),
        ("ar_EG", 26, 28, "الخميس، ٢٦ – السبت، ٢٨ نوفمبر"),
        ("he", 26, 28, "יום חמישי, 26 בנוב׳ – יום שבת, 28 בנוב׳"),
        ("fa", 26, 28, "پنجشنبه ۵ آذر تا شنبه ۷ آذر"),
        ("bn", 26, 28, "বৃহস্পতি, ২৬ নভে – শনি, ২৮ নভে"),
        ("th", 26, 28, "พฤ. 26 – ส. 28 พ.ย."),
    ],
)
def test_every_language_has_its_own_windows(locale: str, first: int, last: int, shown: str) -> None:
    start, end = date(2026, 11, first), date(2026, 11, last)
    assert dates.window(start, end, Locale.parse(locale), 2026) == shown


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en", "November 26, 2026"),
        ("en_GB", "26 November 2026"),
        ("pl", "26 listopada 2026"),
        ("cs", "26. listopadu 2026"),
        ("ru", "26 ноября 2026\xa0г."),
        ("fi", "26. marraskuuta 2026"),
        ("lt", "2026 m. lapkričio 26 d."),
        ("hu", "2026. november 26."),
        ("eu", "2026(e)ko azaroaren 26(a)"),
        ("ja", "2026年11月26日"),
        ("th", "26 พฤศจิกายน 2569"),
        ("fa", "۵ آذر ۱۴۰۵"),
        ("fa_AF", "۵ قوس ۱۴۰۵"),
        ("ar_SA", "٢٦ نوفمبر ٢٠٢٦"),
        ("ar_AE", "26 نوفمبر 2026"),
    ],
)
def test_a_day_has_its_month_in_the_right_case_and_calendar(locale: str, shown: str) -> None:
    assert dates.long_day(date(2026, 11, 26), Locale.parse(locale)) == shown


@pytest.mark.parametrize(
    ("locale", "hours"),
    [
        ("en_GB", "14:00–18:00"),
        ("ko", "오후 2:00~6:00"),
        ("zh_Hant_TW", "下午2:00至6:00"),
        ("ar_EG", "٢:٠٠–٦:٠٠ م"),
        ("fi", "14.00–18.00"),
        ("fr", "14:00 – 18:00"),
        ("ja", "14時00分～18時00分"),
    ],
)
def test_hours_have_the_clock_of_the_region(locale: str, hours: str) -> None:
    start, end = datetime(2026, 11, 26, 14), datetime(2026, 11, 26, 18)  # noqa: DTZ001
    assert dates.window(start, end, Locale.parse(locale), 2026).endswith(f", {hours}")


def test_the_persian_year_turns_with_spring() -> None:
    assert persian(date(2026, 3, 20)) == (1404, 12, 29)
    assert persian(date(2026, 3, 21)) == (1405, 1, 1)
    assert persian(date(2025, 3, 20)) == (1403, 12, 30)
    turn = dates.window(date(2026, 3, 20), date(2026, 3, 22), Locale("fa"), 2026)
    assert "۱۴۰۴" in turn
    assert "۱۴۰۵" in turn


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_persian_days_follow_each_other(day: date) -> None:
    year, month, count = persian(day)
    following = persian(day + timedelta(days=1))
    same_month = (year, month, count + 1)
    turned = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    assert following in (same_month, turned)
    assert 1 <= count <= 31


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("hour", [9, 14])
def test_every_language_says_any_window(language: str, hour: int) -> None:
    locale = Locale.parse(language)
    start = datetime(2026, 12, 30, hour)  # noqa: DTZ001
    for end in (start, start.replace(hour=18), datetime(2027, 1, 2, 18)):  # noqa: DTZ001
        for year in (2026, None):
            said = dates.window(start, end, locale, year)
            assert not re.search(r"['{}%]|None|  ", said)


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
    for locale in ("en", "de", "fa", "th", "ko", "ar"):
        assert dates.window(one, other, Locale(locale))
    assert isinstance(dates.local_day(one, ZoneInfo("Asia/Tokyo")), date)
