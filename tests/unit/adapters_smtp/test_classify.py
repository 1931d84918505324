"""What a reply means: from codes, never from prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.smtp.classify import judge
from twofifty.deliver.outcome import About, Deferred, Phase, Refused, Reply

OPENING: tuple[Phase, ...] = ("connect", "greeting", "ehlo", "starttls", "auth")
MESSAGE: tuple[Phase, ...] = ("mail", "rcpt", "data", "dot")
ENHANCED = st.none() | st.from_regex(r"\A[45]\.[0-9]{1,3}\.[0-9]{1,3}\Z")


@given(st.integers(400, 499), st.sampled_from(OPENING + MESSAGE), ENHANCED, st.text(max_size=60))
def test_4yz_is_always_tried_again(
    code: int, phase: Phase, enhanced: str | None, text: str
) -> None:
    outcome = judge(Reply(code, text, enhanced), phase, "mx.test:25")
    assert isinstance(outcome, Deferred)
    assert outcome.connection == (code == 421 or phase in OPENING)
    assert outcome.retry_after is None or 0 < outcome.retry_after <= 86_400


@given(st.integers(500, 599), st.sampled_from(MESSAGE), ENHANCED, st.text(max_size=60))
def test_5yz_about_the_mail_is_never_tried_again(
    code: int, phase: Phase, enhanced: str | None, text: str
) -> None:
    reply = Reply(code, text, enhanced)
    outcome = judge(reply, phase, "mx.test:25")
    assert isinstance(outcome, Refused)
    without_prose = judge(Reply(code, "", enhanced), phase, "mx.test:25")
    assert isinstance(without_prose, Refused)
    assert without_prose.about == outcome.about
    assert outcome.reply == reply


@given(st.integers(500, 599), st.sampled_from(OPENING), ENHANCED)
def test_5yz_before_mail_never_fails_a_message(
    code: int, phase: Phase, enhanced: str | None
) -> None:
    outcome = judge(Reply(code, "no", enhanced), phase, "mx.test:25")
    assert isinstance(outcome, Deferred)
    assert outcome.connection
    assert outcome.retry_after is None


@pytest.mark.parametrize(
    ("phase", "code", "enhanced", "about"),
    [
        ("rcpt", 550, "5.1.1", "recipient"),
        ("rcpt", 550, None, "recipient"),
        ("rcpt", 551, None, "recipient"),
        ("rcpt", 553, None, "recipient"),
        ("rcpt", 556, "5.1.10", "recipient"),
        ("rcpt", 552, "5.2.2", "recipient"),
        ("rcpt", 550, "5.5.0", "recipient"),
        ("rcpt", 550, "5.4.1", "recipient"),
        ("rcpt", 552, "5.2.3", "message"),
        ("rcpt", 550, "5.1.8", "sender"),
        ("rcpt", 550, "5.7.27", "sender"),
        ("rcpt", 554, "5.7.1", "message"),
        ("rcpt", 554, None, "message"),
        ("rcpt", 503, "5.5.1", "route"),
        ("rcpt", 530, "5.7.0", "route"),
        ("rcpt", 530, None, "route"),
        ("mail", 550, None, "sender"),
        ("mail", 553, "5.1.0", "sender"),
        ("mail", 550, "5.7.1", "sender"),
        ("mail", 552, "5.3.4", "message"),
        ("mail", 552, None, "message"),
        ("mail", 530, "5.7.0", "route"),
        ("mail", 535, "5.7.8", "route"),
        ("mail", 555, "5.5.4", "route"),
        ("data", 554, None, "message"),
        ("data", 503, "5.5.1", "route"),
        ("dot", 552, None, "message"),
        ("dot", 554, "5.6.0", "message"),
        ("dot", 550, "5.7.1", "message"),
        ("dot", 550, "5.1.1", "recipient"),
        ("dot", 552, "5.2.2", "recipient"),
    ],
)
def test_what_a_refusal_is_about(
    phase: Phase, code: int, enhanced: str | None, about: About
) -> None:
    outcome = judge(Reply(code, "no", enhanced), phase, "mx.test:25")
    assert isinstance(outcome, Refused)
    assert outcome.about == about


@pytest.mark.parametrize(
    ("phase", "reply", "greylisted"),
    [
        ("rcpt", Reply(450, "Recipient address rejected", "4.2.0"), True),
        ("rcpt", Reply(451, "Please try again later", "4.7.1"), True),
        ("rcpt", Reply(451, "Greylisted, try again in 300 seconds"), True),
        ("data", Reply(451, "you are gray-listed", "4.7.0"), True),
        ("rcpt", Reply(450, "mailbox busy", "4.2.1"), False),
        ("dot", Reply(451, "content scanner is away", "4.7.1"), False),
        ("mail", Reply(421, "too many connections", "4.7.0"), False),
    ],
)
def test_greylisting_is_told_by_its_codes_and_its_name(
    phase: Phase, reply: Reply, greylisted: bool
) -> None:
    outcome = judge(reply, phase, "mx.test:25")
    assert isinstance(outcome, Deferred)
    assert outcome.greylisted is greylisted


@given(st.integers(500, 599), st.sampled_from(OPENING))
def test_a_5yz_is_never_greylisting_and_names_no_time(code: int, phase: Phase) -> None:
    outcome = judge(Reply(code, "greylisted, try again in 5 minutes", "5.7.1"), phase, "mx.test:25")
    assert isinstance(outcome, Deferred)
    assert not outcome.greylisted
    assert outcome.retry_after is None
