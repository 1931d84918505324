"""From an outcome to how the attempt is settled."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.deliver.outcome import (
    About,
    Accepted,
    Deferred,
    Fenced,
    InDoubt,
    Outcome,
    Phase,
    Refused,
    Reply,
)
from twofifty.deliver.ports import Leased
from twofifty.deliver.verdict import (
    crashed,
    found,
    left_in_doubt,
    still_unknown,
    uncounted,
    verdict,
)
from twofifty.notice.lifecycle import may
from twofifty.notice.model import Status
from twofifty.queue.retry import GIVE_UP_AFTER, LEAST_ATTEMPTS

NOW, SETTLE = 1_000_000.0, 900.0
TIMES = (NOW, SETTLE)
ROUTE = "mx.example.test:25"
ITEM = Leased(
    seq=1,
    message_id="m_1",
    attempt=1,
    kind="confirmation",
    recipient="buyer@example.com",
    source="shop",
    order=b"{}",
    queued_at=NOW,
    root="m_1",
)
LATER = Deferred("try later", "rcpt", ROUTE, Reply(451, "try later", "4.7.1"))
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.just(Accepted(Reply(250, "ok"), ROUTE)),
    st.just(InDoubt("no reply", ROUTE)),
    st.builds(
        Deferred,
        reason=st.just("try later"),
        phase=st.sampled_from(get_args(Phase)),
        route=st.just(ROUTE),
        connection=st.booleans(),
        greylisted=st.booleans(),
        waiting=st.booleans(),
        retry_after=st.none() | st.floats(0, 1e6),
    ),
    st.builds(
        Refused,
        reason=st.just("no"),
        phase=st.sampled_from(get_args(Phase)),
        route=st.just(ROUTE),
        about=st.sampled_from(get_args(About)),
    ),
)
ITEMS = st.builds(
    msgspec.structs.replace,
    st.just(ITEM),
    attempt=st.integers(1, 30),
    queued_at=st.floats(NOW - 3 * GIVE_UP_AFTER, NOW),
    doubt=st.booleans(),
    doubts=st.integers(0, 4),
)


def old(item: Leased) -> Leased:
    queued_at = NOW - GIVE_UP_AFTER
    return msgspec.structs.replace(item, queued_at=queued_at, attempt=LEAST_ATTEMPTS)


def doubtful(item: Leased) -> Leased:
    return msgspec.structs.replace(item, doubt=True)


@pytest.mark.parametrize(
    ("outcome", "item", "status", "code", "comes_back"),
    [
        (Accepted(Reply(250, "ok"), ROUTE), ITEM, "sent", "accepted", False),
        (Accepted(Reply(250, "ok"), ROUTE), doubtful(ITEM), "sent", "accepted", False),
        (Refused("no", "rcpt", ROUTE, "recipient"), ITEM, "failed", "refused_recipient", False),
        (Refused("no", "dot", ROUTE, "message"), ITEM, "failed", "refused_message", False),
        (Refused("no", "auth", ROUTE, "route"), ITEM, "deferred", "no_route", True),
        (LATER, ITEM, "deferred", "deferred", True),
        (LATER, old(ITEM), "failed", "given_up", False),
        (LATER, doubtful(ITEM), "in_doubt", "deferred", True),
        (LATER, old(doubtful(ITEM)), "in_doubt", "given_up", False),
        (Deferred("dead", "connect", ROUTE, connection=True), ITEM, "deferred", "no_route", True),
        (InDoubt("no reply", ROUTE), ITEM, "in_doubt", "no_reply", True),
        (InDoubt("no reply", ROUTE), old(ITEM), "in_doubt", "no_reply", True),
    ],
)
def test_every_row_of_the_table(
    outcome: Outcome, item: Leased, status: str, code: str, comes_back: bool
) -> None:
    settled = verdict(outcome, item, TIMES, 0.5)
    assert (settled.status, settled.code) == (status, code)
    assert (settled.run_at is not None) == comes_back
    assert settled.reason


def test_the_servers_own_words_are_kept() -> None:
    assert verdict(LATER, ITEM, TIMES, 0.5).reply == LATER.reply
    assert verdict(LATER, old(ITEM), TIMES, 0.5).reply == LATER.reply


def test_the_servers_hint_is_obeyed() -> None:
    hinted = msgspec.structs.replace(LATER, retry_after=3_600.0)
    run_at = verdict(hinted, ITEM, TIMES, 0.5).run_at
    assert run_at is not None
    assert NOW + 3_600 <= run_at <= NOW + 3_660


def test_a_doubt_is_looked_at_once_it_may_have_settled() -> None:
    assert verdict(InDoubt("no reply", ROUTE), ITEM, TIMES, 0.5).run_at == NOW + SETTLE


WAITS = Deferred("at its rate", "connect", ROUTE, retry_after=7.0, waiting=True)
RESTS = msgspec.structs.replace(WAITS, connection=True)


@pytest.mark.parametrize(("outcome", "code"), [(WAITS, "rate"), (RESTS, "resting")])
@given(item=ITEMS, chance=st.floats(0, 1, exclude_max=True))
def test_what_was_not_tried_is_no_attempt_and_nothing_is_given_up_for_it(
    outcome: Outcome, code: str, item: Leased, chance: float
) -> None:
    settled = verdict(outcome, item, TIMES, chance)
    assert uncounted(settled)
    assert settled.code == code
    assert settled.status == ("in_doubt" if item.doubt else "deferred")
    assert settled.run_at is not None
    assert 7.0 <= settled.run_at - NOW <= 7.0 * 1.25


@given(OUTCOMES, ITEMS, st.floats(0, 1, exclude_max=True))
def test_an_attempt_that_was_made_counts(outcome: Outcome, item: Leased, chance: float) -> None:
    waited = isinstance(outcome, Deferred) and outcome.waiting
    assert uncounted(verdict(outcome, item, TIMES, chance)) == waited


def test_the_route_that_took_it_and_the_route_of_a_doubt_are_kept() -> None:
    assert verdict(Accepted(Reply(250, "ok"), ROUTE), ITEM, TIMES, 0.5).route == ROUTE
    assert verdict(InDoubt("no reply", ROUTE), ITEM, TIMES, 0.5).route == ROUTE


def test_a_doubt_that_is_put_off_stays_that_routes() -> None:
    item = msgspec.structs.replace(ITEM, doubt=True, doubt_route="elsewhere:25")
    assert verdict(LATER, item, TIMES, 0.5).route == "elsewhere:25"


def test_a_full_mailbox_is_tried_less_often_than_a_broken_line() -> None:
    full = Deferred("full", "rcpt", ROUTE, Reply(452, "full", "4.2.2"))
    broken = Deferred("broken", "rcpt", ROUTE, connection=True)
    third = msgspec.structs.replace(ITEM, attempt=3)
    later, sooner = (verdict(one, third, TIMES, 0.5).run_at for one in (full, broken))
    assert later is not None
    assert sooner is not None
    assert later - NOW > 10 * (sooner - NOW)


def test_a_fenced_attempt_has_nothing_to_settle() -> None:
    with pytest.raises(ValueError, match="nothing"):
        verdict(Fenced(), ITEM, TIMES, 0.5)


@given(OUTCOMES, ITEMS, st.floats(0, 1, exclude_max=True))
def test_only_a_doubt_leads_to_doubt(outcome: Outcome, item: Leased, chance: float) -> None:
    settled = verdict(outcome, item, TIMES, chance)
    if settled.doubt or settled.status == "in_doubt":
        assert isinstance(outcome, InDoubt) or item.doubt
    if isinstance(outcome, InDoubt):
        assert settled.doubt


@given(OUTCOMES, ITEMS, st.floats(0, 1, exclude_max=True))
def test_a_doubt_ends_only_with_a_yes_or_a_no(
    outcome: Outcome, item: Leased, chance: float
) -> None:
    if item.doubt and not isinstance(outcome, Accepted | Refused):
        assert verdict(outcome, item, TIMES, chance).status == "in_doubt"


@given(OUTCOMES, ITEMS, st.floats(0, 1, exclude_max=True))
def test_every_verdict_is_a_legal_move(outcome: Outcome, item: Leased, chance: float) -> None:
    settled = verdict(outcome, item, TIMES, chance)
    before: Status = "in_doubt" if item.doubt else "sending"
    assert settled.status == before or may(before, settled.status)
    assert may("sending", settled.status)


@given(OUTCOMES, ITEMS, st.floats(0, 1, exclude_max=True))
def test_what_comes_back_comes_later(outcome: Outcome, item: Leased, chance: float) -> None:
    settled = verdict(outcome, item, TIMES, chance)
    assert settled.run_at is None or settled.run_at > NOW
    if settled.status == "deferred":
        assert settled.run_at is not None
        in_time = settled.run_at - item.queued_at <= GIVE_UP_AFTER
        assert in_time or item.attempt < LEAST_ATTEMPTS or uncounted(settled)


@given(ITEMS)
def test_our_own_fault_is_tried_again_and_then_shown_to_a_person(item: Leased) -> None:
    settled = crashed(item, "ValueError('x')", NOW)
    assert (settled.run_at is None) == (item.attempt >= 3)
    assert "ValueError" in settled.reason
    before: Status = "in_doubt" if item.doubt else "sending"
    assert settled.status == before or may(before, settled.status)
    if item.doubt:
        assert settled.status == "in_doubt"


def test_a_doubt_that_was_asked_about_ends_or_stays() -> None:
    assert (found().status, found().run_at) == ("sent", None)
    unknown = still_unknown(NOW, SETTLE)
    assert (unknown.status, unknown.doubt, unknown.run_at) == ("in_doubt", True, NOW + SETTLE)
    left = left_in_doubt(4)
    assert (left.status, left.run_at) == ("in_doubt", None)
    assert "4 copies" in left.reason
