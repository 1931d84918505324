"""When a server asks us to come back: read where it says so, and never absurd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.smtp.hints import LONGEST_HINT, waiting

CUES = st.sampled_from(
    [
        "try again in",
        "Please try again after",
        "retry after",
        "Please wait",
        "come back in",
        "Greylisted for",
        "greylisting in effect, retry in",
        "please try again later, in",
        "You must wait at least",
    ]
)
EACH = {
    1: ("s", " seconds", " secs"),
    60: ("m", " minutes", " mins"),
    3600: ("h", " hours", " hrs"),
    86_400: (" day", " days"),
}
UNITS = st.sampled_from([(each, word) for each, words in EACH.items() for word in words])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("try again in 5 minutes", 300),
        ("Try again in 90 seconds", 90),
        ("please retry after 120", 120),
        ("retry after 300s", 300),
        ("Greylisted for 300 seconds, see", 300),
        ("Greylisted, please try again in 299 seconds.", 299),
        ("Graylisted for 1 minute", 60),
        ("Retry-After: 60", 60),
        ("come back in 2 hours", 7200),
        ("Greylisting in action, please come back in 00:04:52", 292),
        ("try again in 00:05:00", 300),
        ("please try again in 1h", 3600),
        ("Please wait 5 mins", 300),
        ("retry: 30s", 30),
        ("try again in 1 hour and 30 minutes", 5400),
        ("try again in 2h30m", 9000),
        ("Please try again later in about 10 minutes.", 600),
        ("Too many connections, try again in 5 minutes", 300),
        ("delayed for 60 seconds", 60),
        ("try again in (300 seconds)", 300),
        ("try again in 999999 hours", LONGEST_HINT),
        ("try again later", None),
        ("try again in 0 seconds", None),
        ("queue 4711 full, 20 ahead", None),
        ("try again at 12:30", None),
        ("retry after 2026-11-22", None),
        ("try again, error 4.7.1", None),
        ("retry timeout 1.2.3.4", None),
        ("see help/4711 and come back", None),
        ("wait 5 messages", None),
        ("try again in 50%", None),
        ("user over quota, 5 minutes of fame", None),
        ("", None),
    ],
)
def test_the_servers_own_hint(text: str, seconds: float | None) -> None:
    assert waiting(text) == seconds


@given(CUES, st.integers(1, 999), UNITS, st.sampled_from(["", ".", ", thank you", " (policy)"]))
def test_a_number_and_a_unit_after_a_word_of_waiting_is_a_hint(
    cue: str, number: int, unit: tuple[int, str], tail: str
) -> None:
    each, word = unit
    assert waiting(f"{cue} {number}{word}{tail}") == min(number * each, LONGEST_HINT)


@given(CUES, st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
def test_a_clock_is_hours_minutes_and_seconds(cue: str, h: int, m: int, s: int) -> None:
    assert waiting(f"{cue} {h:02}:{m:02}:{s:02}") == h * 3600 + m * 60 + s


@given(
    st.text(max_size=80) | st.tuples(CUES, st.text("0123456789:.smh -", max_size=30)).map(" ".join)
)
def test_no_text_asks_for_an_absurd_wait(text: str) -> None:
    seconds = waiting(text)
    assert seconds is None or 0 < seconds <= LONGEST_HINT


@given(st.integers(0, 10**30))
def test_a_number_without_a_word_of_waiting_is_no_hint(number: int) -> None:
    assert waiting(f"queue id {number} seconds 4.7.{number}") is None
