"""Which class a server's words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.track.bounce.replies import HARD, MESSAGE, SOFT
from twofifty.track.bounce import codes
from twofifty.track.bounce.reason import CLASS_OF
from twofifty.track.bounce.verdict import Said, reason_of


def class_of(reply: str) -> str:
    said = Said(reply, codes.telling(reply), codes.reply(reply))
    return CLASS_OF[reason_of(said)]


@pytest.mark.parametrize("reply", HARD)
def test_an_address_that_will_not_work_is_hard(reply: str) -> None:
    assert class_of(reply) == "hard"


@pytest.mark.parametrize("reply", SOFT)
def test_what_may_work_later_is_soft(reply: str) -> None:
    assert class_of(reply) == "soft"


@pytest.mark.parametrize("reply", MESSAGE)
def test_what_is_about_the_mail_or_about_us_says_nothing_against_the_address(reply: str) -> None:
    assert class_of(reply) == "message"


@pytest.mark.parametrize(
    ("around", "cls"),
    [
        ("<<< 550 Unknown user (in reply to RCPT TO command)", "hard"),
        ("550 Unknown user (in reply to end of DATA command)", "soft"),
        (">>> DATA\n<<< 550 Unknown user", "soft"),
    ],
)
def test_the_formula_user_unknown_needs_a_witness(around: str, cls: str) -> None:
    reason = reason_of(Said("550 Unknown user", "5.0.0", 550, around=around))
    assert CLASS_OF[reason] == cls


def test_a_refusal_for_now_never_blocks_an_address() -> None:
    assert class_of("450 4.1.1 <a@example.com>: Recipient address rejected: User unknown") == "soft"
    assert class_of("450 <a@example.com>: user unknown") == "soft"


def test_words_go_before_codes() -> None:
    assert class_of("552 sorry, mailbox is over quota temporarily (#5.1.1)") == "soft"
    assert class_of("550 5.1.1 Message rejected as spam by content filtering") == "message"


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.2.2 <spam-virus-unknown-user@example.com>: mailbox full",
        "550 5.2.2 Mailbox full. See https://example.com/why/#spam-blocked-user-unknown",
    ],
)
def test_the_words_of_addresses_and_links_are_not_heard(reply: str) -> None:
    assert class_of(reply) == "soft"


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        ("5.1.1", "hard"),
        ("5.1.2", "hard"),
        ("5.1.6", "hard"),
        ("5.1.10", "hard"),
        ("5.2.1", "soft"),
        ("5.2.2", "soft"),
        ("4.2.2", "soft"),
        ("4.4.7", "soft"),
        ("5.4.7", "soft"),
        ("5.1.8", "message"),
        ("5.2.3", "message"),
        ("5.3.4", "message"),
        ("5.6.0", "message"),
        ("5.7.1", "message"),
        ("5.7.26", "message"),
        ("5.7.606", "message"),
        ("5.0.0", "soft"),
    ],
)
def test_a_status_alone_is_enough(status: str, cls: str) -> None:
    assert CLASS_OF[reason_of(Said("", status))] == cls


@given(st.text(max_size=2_000), st.sampled_from(["", "5.1.1", "4.0.0", "9.9.9", "5"]))
def test_every_text_has_a_reason(text: str, status: str) -> None:
    assert reason_of(Said(text, status, codes.reply(text))) in CLASS_OF


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("550 5.1.1 no", 550, "5.1.1"),
        ("550-5.1.1 no 550 5.1.1 really", 550, "5.1.1"),
        ("smtp;550: no", 550, ""),
        ("host 192.0.2.150 said no", None, ""),
        ("[198.51.100.5.1.1] 4.2.2.1", None, ""),
        ("250 2.1.5 Ok, then 451 4.3.0 error", 451, "4.3.0"),
        ("5.0.0 and 5.2.2", None, "5.2.2"),
        ("sorry (#5.1.1)", None, "5.1.1"),
    ],
)
def test_codes_are_told_from_other_numbers(text: str, code: int | None, status: str) -> None:
    assert codes.reply(text) == code
    assert codes.telling(text) == status
