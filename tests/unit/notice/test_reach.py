"""Who was reached, by what, and what need not leave any more."""

from typing import get_args

import pytest

from twofifty.notice.model import Kind, Status
from twofifty.notice.purpose import purpose_of
from twofifty.notice.reach import (
    LOST,
    ReachRule,
    Sibling,
    is_moot,
    is_reached,
    is_replaced,
    is_time,
    needless,
    next_channel,
    reached_by,
)

KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)


def mail(status: Status, seq: int = 1, resent: int = 0) -> Sibling:
    return Sibling(seq, f"m_{seq}", "email", status, resent)


def sms(status: Status, seq: int = 2, dotted: int = 0) -> Sibling:
    return Sibling(seq, f"m_{seq}", "sms", status, 0, dotted)


def test_what_arrived_was_taken_too() -> None:
    for status in STATUSES:
        assert is_reached(status, "accepted") or not is_reached(status, "delivered")


def test_what_is_lost_does_not_wait_and_the_rest_waits_until_it_is_due() -> None:
    for status in STATUSES:
        assert is_time(status, "delivered", due=False) == (status in LOST)
        assert is_time(status, "accepted", due=True) == (status not in ("sent", "delivered"))


def test_a_customer_is_reached_by_whatever_was_first() -> None:
    both = [mail("bounced"), sms("sent")]
    assert reached_by(both, "accepted") == "sms"
    assert reached_by(both, "delivered") is None
    assert reached_by([mail("delivered"), sms("sent")], "delivered") == "email"


def test_a_later_mail_stands_in_for_an_earlier_one_but_no_copy_and_no_other_channel() -> None:
    assert is_replaced(1, [mail("failed"), mail("queued", 2)])
    assert not is_replaced(2, [mail("failed"), mail("queued", 2)])
    assert not is_replaced(1, [mail("failed"), mail("queued", 2, resent=1)])
    assert not is_replaced(1, [mail("failed"), sms("queued")])


@pytest.mark.parametrize("kind", KINDS)
def test_a_receipt_by_mail_leaves_whatever_else_was_read(kind: Kind) -> None:
    kept = purpose_of(kind) == "receipt"
    assert needless([mail("deferred"), sms("sent")], "sms", kind) == (() if kept else ("m_1",))
    assert needless([mail("delivered"), sms("queued")], "email", kind) == ("m_2",)


def test_what_has_left_or_a_person_asked_for_is_not_stopped() -> None:
    assert needless([mail("sent"), sms("sending", dotted=1)], "email", "shipment") == ()
    assert needless([mail("sent"), sms("sending")], "email", "shipment") == ("m_2",)
    assert needless([mail("queued", resent=1), sms("sent")], "sms", "shipment") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_so_no_more_does_not_leave_beside_its_mail(kind: Kind) -> None:
    assert is_moot(kind, mailed=False, owed=True, cancelled=False)
    assert not is_moot(kind, mailed=True, owed=True, cancelled=False)
    gone = is_moot(kind, mailed=True, owed=False, cancelled=True)
    assert gone == (kind not in ("cancellation", "refund"))


def test_channels_are_tried_in_their_order() -> None:
    rule = ReachRule(kind="confirmation", channels=("sms", "push"))
    assert next_channel(rule, ("email",)) == "sms"
    assert next_channel(rule, ("email", "sms")) == "push"
    assert next_channel(rule, ("email", "sms", "push")) is None
