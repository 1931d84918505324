"""What an answer means: by status and code, never by prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.mail_api.judge import Judge, Rules, retry_after
from twofifty.adapters.mail_api.mail import Answer, Said, Unfit
from twofifty.deliver.outcome import Accepted, Deferred, InDoubt, Refused

NOW = 1_795_305_600.0
SECRET = "k3y-0123456789"
RULES = Rules(
    about={"406": "recipient", "403 validation": "sender", "mj To.Email": "recipient"},
    later=frozenset({"100"}),
    doubt=frozenset({"409 same"}),
)
JUDGE = Judge("postmark api.test", RULES, (SECRET, ""))


def answer(status: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"")


def test_an_id_is_a_yes_only_with_a_2xx_and_without_an_error() -> None:
    yes = JUDGE.outcome(answer(202), Said("abc"), NOW)
    assert isinstance(yes, Accepted)
    assert "abc" in yes.reply.text
    assert isinstance(JUDGE.outcome(answer(200), Said("abc", "406"), NOW), Refused)
    assert isinstance(JUDGE.outcome(answer(400), Said("abc"), NOW), Refused)
    assert isinstance(JUDGE.outcome(answer(500), Said("abc"), NOW), InDoubt)
    assert isinstance(JUDGE.outcome(answer(200), Said(), NOW), InDoubt)


@pytest.mark.parametrize(
    ("status", "about"),
    [
        (301, "route"),
        (400, "message"),
        (401, "route"),
        (402, "route"),
        (403, "route"),
        (404, "route"),
        (405, "route"),
        (413, "message"),
        (418, "message"),
        (422, "message"),
    ],
)
def test_a_status_says_what_a_refusal_is_about(status: int, about: str) -> None:
    outcome = JUDGE.outcome(answer(status), Said(text="prose about the recipient"), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.about == about


@pytest.mark.parametrize("status", [408, 425, 429])
def test_what_was_not_taken_is_put_off(status: int) -> None:
    outcome = JUDGE.outcome(answer(status), Said(), NOW)
    assert isinstance(outcome, Deferred)
    assert outcome.retry_after is None


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520, 599])
def test_a_fault_of_the_provider_is_a_doubt(status: int) -> None:
    assert isinstance(JUDGE.outcome(answer(status), Said(text="not taken"), NOW), InDoubt)


def test_503_is_a_no_where_that_is_documented_or_where_it_says_when() -> None:
    documented = Judge("r", Rules(down_is_no=True))
    assert isinstance(documented.outcome(answer(503), Said(), NOW), Deferred)
    assert isinstance(JUDGE.outcome(answer(503, retry_after="3"), Said(), NOW), Deferred)
    assert isinstance(JUDGE.outcome(answer(500, retry_after="3"), Said(), NOW), InDoubt)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (422, "406", "recipient"),
        (403, "validation", "sender"),
        (422, "validation", "message"),
        (400, "mj To.Email", "recipient"),
        (400, "mj From.Email", "message"),
        (422, "100", "later"),
        (409, "same", "doubt"),
        (409, "same thing", "doubt"),
        (400, "", "message"),
    ],
)
def test_the_most_precise_code_decides(status: int, code: str, kind: str) -> None:
    outcome = JUDGE.outcome(answer(status), Said("", code), NOW)
    kinds = {Deferred: "later", InDoubt: "doubt"}
    assert (outcome.about if isinstance(outcome, Refused) else kinds[type(outcome)]) == kind


@given(text=st.text(max_size=2_000), code=st.text(max_size=200), status=st.integers(200, 599))
def test_what_a_provider_says_is_shown_short_on_one_line_and_without_the_key(
    text: str, code: str, status: int
) -> None:
    said = Said("", f"{code}{SECRET}", f"{SECRET}{text}{SECRET}")
    outcome = JUDGE.outcome(answer(status), said, NOW)
    shown = repr(outcome)
    assert SECRET not in shown
    assert len(shown) < 1_200
    reply = getattr(outcome, "reply", None)
    for one in (getattr(outcome, "reason", ""), reply.text if reply else ""):
        assert not any(ord(sign) < 32 or sign in "\x7f\x85\u2028\u2029\u202e" for sign in one)


def test_a_judge_never_shows_its_secrets() -> None:
    assert SECRET not in repr(JUDGE)


def test_a_mail_that_cannot_be_expressed_is_refused_before_the_dot() -> None:
    refused = JUDGE.unfit(Unfit("It has no text."))
    assert (refused.about, refused.phase, refused.reply) == ("message", "data", None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("999999999999999999999", 86_400.0),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Sun, 22 Nov 2026 00:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 00:02:00", 120.0),
        ("Sun, 22 Nov 2026 00:02:00 +0100", 0.0),
        ("Sun, 22 Nov 1926 00:02:00 GMT", 0.0),
        ("Sun, 22 Nov 2099 00:02:00 GMT", 86_400.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(
    value: str, seconds: float | None
) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_a_bounded_number_or_none(value: str) -> None:
    found = retry_after({"retry-after": value}, NOW)
    assert found is None or 0.0 <= found <= 86_400.0
