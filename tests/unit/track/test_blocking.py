"""Addresses that do not work are left alone for a while, and wishes are kept for good."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.model import Kind
from twofifty.notice.purpose import purpose_of
from twofifty.track.blocking import (
    DAY,
    Block,
    block,
    blocks,
    hard,
    in_force,
    joined,
    longer,
    said,
    too_soft,
    wider,
)
from twofifty.track.feedback import Feedback, FeedbackType
from twofifty.track.model import Scope

KINDS: tuple[Kind, ...] = get_args(Kind)
SCOPES: tuple[Scope, ...] = get_args(Scope)
BLOCKS = st.builds(
    Block,
    st.sampled_from(SCOPES),
    st.just("by_hand"),
    st.floats(0, 9),
    st.none() | st.floats(10, 20),
    st.sampled_from(["", "text"]),
)


@pytest.mark.parametrize(
    ("scope", "purposes"),
    [
        ("all", {"receipt", "service", "marketing"}),
        ("service", {"service", "marketing"}),
        ("marketing", {"marketing"}),
    ],
)
def test_a_scope_blocks_what_is_as_dispensable_or_more(scope: Scope, purposes: set[str]) -> None:
    assert {purpose_of(kind) for kind in KINDS if blocks(scope, kind)} == purposes


def test_only_an_address_that_does_not_work_keeps_a_receipt_back() -> None:
    wishes: tuple[FeedbackType, ...] = ("complained", "unsubscribed")
    for wish in wishes:
        for kind in (None, *KINDS):
            found = block(Feedback(type=wish, recipient=""), kind, 1.0)
            assert found is not None
            assert not blocks(found.scope, "confirmation")
            assert found.until is None
    dead = block(Feedback(type="bounced", recipient="", bounce="hard"), None, 1.0)
    assert dead == hard(1.0, "")
    assert blocks(dead.scope, "confirmation")


@pytest.mark.parametrize(
    ("kind", "scope"),
    [("reengagement", "marketing"), ("shipment", "service"), ("confirmation", "service")],
)
def test_an_unsubscription_is_of_what_the_mail_was_for(kind: Kind, scope: Scope) -> None:
    found = block(Feedback(type="unsubscribed", recipient=""), kind, 1.0)
    assert found is not None
    assert found.scope == scope


@given(one=BLOCKS, other=BLOCKS)
def test_joining_never_narrows_and_knows_no_order(one: Block, other: Block) -> None:
    both = joined(one, other)
    assert both.scope == wider(one.scope, other.scope) == wider(other.scope, one.scope)
    assert both.until == longer(one.until, other.until)
    again = joined(other, one)
    assert (both.scope, both.until, both.at, both.text) == (
        again.scope,
        again.until,
        again.at,
        again.text,
    )
    assert joined(both, one) == both


@given(days=st.lists(st.floats(0, 100), max_size=12))
def test_five_soft_bounces_of_thirty_days_block_and_fewer_do_not(days: list[float]) -> None:
    found = too_soft(day * DAY for day in days)
    last = max(days, default=0.0)
    recent = [day for day in days if day * DAY > last * DAY - 30 * DAY]
    assert (found is not None) == (len(recent) >= 5)
    if found is not None:
        assert (found.scope, found.at, found.until) == ("service", last * DAY, last * DAY + 7 * DAY)


def test_the_widest_is_said() -> None:
    both: list[tuple[Scope, str]] = [("service", "complaint"), ("all", "hard_bounce")]
    assert said(both, "shipment") == "all: hard_bounce"
    assert said(both[:1], "shipment") == "service: complaint"
    assert said(both[:1], "confirmation") == said([], "shipment") == ""


def test_what_is_over_does_not_count() -> None:
    assert in_force(None, 10.0)
    assert in_force(10.1, 10.0)
    assert not in_force(10.0, 10.0)
