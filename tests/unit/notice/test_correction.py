"""Where mail goes after the customer gave another address."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.correction import corrected, is_told_to_another
from twofifty.notice.lifecycle import MISSED, MOVES
from twofifty.notice.model import Status

DEAD, RIGHT = "dead@example.com", "right@example.com"


class Mail(msgspec.Struct, frozen=True):
    """A message of an order."""

    recipient: str
    status: Status
    resent: bool = False
    corrected: bool = False


def given_address(email: str, status: Status = "sent") -> Mail:
    """A copy that the customer asked for."""
    return Mail(email, status, resent=True, corrected=True)


@pytest.mark.parametrize("status", sorted(MISSED))
def test_whatever_way_the_address_failed_the_given_one_counts(status: Status) -> None:
    assert corrected([Mail(DEAD, status), given_address(RIGHT)], DEAD) == RIGHT


@pytest.mark.parametrize("status", sorted(MOVES))
def test_it_counts_before_its_own_mail_arrived_and_after(status: Status) -> None:
    assert corrected([Mail(DEAD, "bounced"), given_address(RIGHT, status)], DEAD) == RIGHT


@pytest.mark.parametrize("status", sorted(MOVES.keys() - MISSED))
def test_an_address_that_did_not_fail_is_not_replaced(status: Status) -> None:
    assert corrected([Mail(DEAD, status), given_address(RIGHT)], DEAD) is None


def test_what_failed_only_after_the_correction_does_not_bring_it_back() -> None:
    mails = [Mail(DEAD, "bounced"), given_address(RIGHT), Mail("new@example.com", "bounced")]
    assert corrected(mails, "new@example.com") is None


def test_an_address_that_works_again_counts() -> None:
    mails = [Mail(DEAD, "failed"), given_address(RIGHT, "failed"), Mail(DEAD, "sent")]
    assert corrected(mails, DEAD) is None


def test_a_case_or_a_blank_makes_no_other_address() -> None:
    mails = [Mail(DEAD, "failed"), given_address(RIGHT)]
    assert corrected(mails, f" {DEAD.upper()} ") == RIGHT
    assert corrected(mails, RIGHT.title()) is None


def test_a_copy_for_somebody_else_tells_the_customer_nothing() -> None:
    copy = Mail("other@example.com", "sent", resent=True)
    assert is_told_to_another(copy, DEAD)
    assert not is_told_to_another(copy, "OTHER@example.com")
    assert not is_told_to_another(given_address(RIGHT), "stated@example.com")


MAILS = st.builds(
    Mail,
    st.sampled_from([DEAD, RIGHT, "other@example.com"]),
    st.sampled_from(sorted(MOVES)),
    st.booleans(),
)


@given(st.lists(MAILS))
def test_without_the_customer_mail_goes_where_the_shop_says(mails: list[Mail]) -> None:
    assert corrected(mails, DEAD) is None
