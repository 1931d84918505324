"""The key to an order's page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.track.token import LONGEST, Access, Expired, Unknown, issue, last_day, read

NEW, OLD, OTHER = b"n" * 32, b"o" * 32, b"x" * 32
DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEYS = st.text(min_size=1, max_size=200)
DAYS = st.dates(max_value=date(9999, 12, 30))


def decoded(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


@given(KEYS, KEYS, DAYS)
def test_a_token_opens_its_order_and_no_other(source: str, order_id: str, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    token = issue(NEW, source, order_id, day)
    assert read((NEW,), token, now) == Access(source, order_id)
    assert read((NEW,), token, now + timedelta(seconds=1)) == Expired(source, order_id)


@given(KEYS, KEYS, DAYS)
def test_a_token_is_the_same_whenever_it_is_issued(source: str, order_id: str, day: date) -> None:
    token = issue(NEW, source, order_id, day)
    assert token == issue(NEW, source, order_id, day)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(token) <= LONGEST


@given(KEYS, KEYS, st.data())
def test_any_bit_that_is_flipped_makes_it_unknown(
    source: str, order_id: str, data: st.DataObject
) -> None:
    plain = bytearray(decoded(issue(NEW, source, order_id, DAY)))
    bit = data.draw(st.integers(0, len(plain) * 8 - 1))
    plain[bit // 8] ^= 1 << bit % 8
    token = urlsafe_b64encode(plain).decode().rstrip("=")
    assert read((NEW, OLD), token, NOON) == Unknown()


@given(st.data())
def test_any_other_spelling_is_unknown(data: st.DataObject) -> None:
    token = issue(NEW, "shop", "1001", DAY)
    place = data.draw(st.integers(0, len(token)))
    sign = data.draw(st.characters(codec="utf-8"))
    assert read((NEW,), token[:place] + sign + token[place:], NOON) == Unknown()
    if place < len(token) and sign != token[place]:
        assert read((NEW,), token[:place] + sign + token[place + 1 :], NOON) == Unknown()


@given(st.text(max_size=300))
def test_whatever_else_comes_is_unknown(token: str) -> None:
    assert read((NEW, OLD), token, NOON) == Unknown()


@pytest.mark.parametrize("length", [0, 1, 2, 5, 16, 20, 21])
def test_a_token_that_is_cut_short_is_unknown(length: int) -> None:
    plain = decoded(issue(NEW, "shop", "1001", DAY))[:length]
    token = urlsafe_b64encode(plain).decode().rstrip("=")
    assert read((NEW,), token, NOON) == Unknown()


def test_where_the_source_ends_and_the_id_begins_is_part_of_the_key() -> None:
    tokens = {issue(NEW, "a", "bc", DAY), issue(NEW, "ab", "c", DAY)}
    assert len(tokens) == 2
    opened = [read((NEW,), token, NOON) for token in tokens]
    assert Access("a", "bc") in opened
    assert Access("ab", "c") in opened


def test_both_secrets_are_live_while_they_rotate_and_no_third_one() -> None:
    before, after = issue(OLD, "shop", "1", DAY), issue(NEW, "shop", "1", DAY)
    assert read((NEW, OLD), before, NOON) == read((NEW, OLD), after, NOON) == Access("shop", "1")
    assert read((NEW,), before, NOON) == Unknown()
    assert read((NEW, OLD), issue(OTHER, "shop", "1", DAY), NOON) == Unknown()
    assert read((), after, NOON) == Unknown()


def test_a_usual_token_is_short() -> None:
    assert len(issue(NEW, "shop", "6001234567890", DAY)) <= 52


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, 3_650))
def test_the_last_day_is_counted_in_whole_days_of_the_mail(sent: datetime, days: int) -> None:
    later = last_day(sent.replace(hour=0), days)
    assert later == last_day(sent.replace(hour=23, minute=59), days)
    assert later == date.max or (later - sent.date()).days == days
