from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.model import Status
from twofifty.web import words

NOW = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"), (-3, "just now"), (5, "5 s ago"), (59.9, "59 s ago"), (60, "1 min ago"),
        (3_599, "59 min ago"), (7_200, "2 h ago"), (86_400, "1 day ago"), (200_000, "2 days ago"),
        (-120, "in 2 min"),
    ],
)  # fmt: skip
def test_a_moment_is_told_from_now(seconds: float, said: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == said


def test_exact_and_machine_times_are_utc() -> None:
    assert words.exact(NOW) == "2 Mar 2026, 12:00:05 UTC"
    assert words.iso(NOW) == "2026-03-02T12:00:05Z"
    assert words.moment(NOW.timestamp()) == NOW


def test_every_status_has_a_tone_and_is_in_exactly_one_tile() -> None:
    statuses = get_args(Status)
    grouped = [status for _, _, group in words.GROUPS for status in group]
    assert sorted(grouped) == sorted(statuses)
    assert set(statuses) <= set(words.TONES)


@given(st.text(max_size=60))
def test_ticked_text_holds_no_markup_but_code(text: str) -> None:
    shown = str(words.ticked(text)).replace("<code>", "").replace("</code>", "")
    assert "<" not in shown
    assert ">" not in shown


@given(st.text(max_size=20))
def test_a_segment_stays_one_segment(text: str) -> None:
    quoted = words.segment(text)
    assert not set(quoted) & set("/?#&\"'<> ")


def test_a_clause_becomes_a_sentence_and_keeps_its_own_letters() -> None:
    assert words.sentence("placed 2026-01-01T00:00Z by Ada") == "Placed 2026-01-01T00:00Z by Ada."
    assert words.sentence("") == "."
    assert (words.size(512), words.size(18_432)) == ("512 B", "18 KB")
