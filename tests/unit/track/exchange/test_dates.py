"""Moments as services write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.track.exchange.dates import moment

SAME = datetime(2011, 10, 21, 11, 2, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2011-10-21T11:02:55Z", "2011-10-21T13:02:55+02:00", "2011-10-21 11:02:55",
        "2011-10-21 11:02:55 UTC", "Fri, 21 Oct 2011 11:02:55 GMT", "1319194975",
        "1319194975000", "1319194975.0", "10/21/2011 11:02:55", "21/10/2011 11:02:55",
    ],
)  # fmt: skip
def test_one_moment_in_many_forms(text: str) -> None:
    assert moment(text) == SAME


@pytest.mark.parametrize("text", ["", "soon", "32/32/2011", "2011-13-01", "99999999999999999"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is not None


@given(st.integers(0, 99_999_999_999_999))
def test_any_number_is_a_moment_or_none(number: int) -> None:
    found = moment(str(number))
    assert found is None or found.tzinfo is not None
