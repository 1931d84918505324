"""The counting: nothing that is lost or doubled passes for well."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.testing.rehearsal.result import MOVING, STATED, Point, latency, result_of
from twofifty.testing.rehearsal.seen import Order, Seen
from twofifty.testing.rehearsal.words import Terms, advice, verdict

Made = Callable[..., Any]
TERMS = Terms(routes=1, askable=False, workers=2, limited=False)


def test_orders_that_arrived_once_are_well(order: Made, seen: Made) -> None:
    result = result_of(seen(order(1), order(2)))
    assert (result.ok, result.accepted, result.taken, result.lost) == (True, 2, 2, 0)
    assert verdict(result) == "ok"


@pytest.mark.parametrize("status", ["sent", "delivered", ""])
def test_a_mail_that_nobody_has_and_nobody_explains_is_lost(
    order: Made, seen: Made, status: str
) -> None:
    result = result_of(seen(order(1, status=status, taken=())))
    assert (result.ok, result.lost) == (False, 1)
    assert "mail was lost" in verdict(result)


@pytest.mark.parametrize("status", sorted(MOVING))
def test_a_mail_that_is_tried_again_is_waiting_and_not_lost(
    order: Made, seen: Made, status: str
) -> None:
    result = result_of(seen(order(1, status=status, taken=())))
    assert (result.ok, result.lost, result.waiting) == (True, 0, 1)
    assert "mail still waits" in verdict(result)


@pytest.mark.parametrize("status", sorted(STATED))
def test_a_mail_that_was_stopped_is_told_with_its_reason(
    order: Made, seen: Made, status: str
) -> None:
    result = result_of(seen(order(1, status=status, reason="too many", taken=())))
    assert (result.ok, result.stated, result.reasons) == (True, 1, ("too many",))
    assert "The store says: too many." in advice(result, TERMS)


def test_a_copy_without_a_declared_doubt_is_a_fault(order: Made, seen: Made) -> None:
    result = result_of(seen(order(1, taken=(2.0, 3.0))))
    assert (result.ok, result.doubled, result.beyond) == (False, 1, 1)


def test_a_copy_after_a_declared_doubt_is_told_and_no_fault(order: Made, seen: Made) -> None:
    result = result_of(seen(order(1, taken=(2.0, 3.0), doubts=1)))
    assert (result.ok, result.doubled, result.beyond) == (True, 1, 0)
    assert verdict(result) == "attention: copies after doubts"
    assert any("lookup" in text for text in advice(result, TERMS))


def test_books_that_do_not_balance_are_a_fault(order: Made, seen: Made) -> None:
    result = result_of(seen(order(1), violations=("message m_1 has no job",)))
    assert not result.ok
    assert "Not conserved: message m_1 has no job." in advice(result, TERMS)


def test_a_run_without_orders_has_figures_too(seen: Made) -> None:
    result = result_of(seen(samples=(), stopped=True))
    assert (result.taken, result.throughput, result.latency.most) == (0, 0.0, 0.0)
    assert "ended early" in verdict(result)


def test_throughput_is_drawn_as_what_came_between_two_looks(order: Made, seen: Made) -> None:
    drawn = result_of(seen(order(1))).curves
    assert drawn.throughput == (Point(1.0, 2.0), Point(3.0, 3.0))
    assert [point.value for point in drawn.queue] == [0, 3, 0]


def test_every_deferral_is_a_retry_and_so_is_every_further_attempt(order: Made, seen: Made) -> None:
    assert result_of(seen(order(1, attempts=1))).retries == 2
    assert result_of(seen(order(1, attempts=5))).retries == 4


def test_only_one_route_is_named_where_it_died(order: Made, seen: Made) -> None:
    result = result_of(seen(order(1), scenario="provider-death"))
    assert any("second route" in text for text in advice(result, TERMS))
    two = Terms(routes=2, askable=False, workers=2, limited=False)
    assert not advice(result, two)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
def test_percentiles_are_waits_that_were_and_grow(seconds: list[float]) -> None:
    found = latency(seconds)
    told = (found.p50, found.p95, found.p99, found.most)
    assert list(told) == sorted(told)
    assert set(told) <= set(seconds)
    assert sum(one <= found.p50 for one in seconds) * 2 >= len(seconds)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_no_copy_escapes_the_count(mails: list[tuple[int, int]]) -> None:
    from_ledgers = sum(max(0, copies - 1) for copies, _ in mails)
    told = {"scenario": "quiet", "about": "", "wanted": 1, "seconds": 1.0, "samples": ()}
    orders = tuple(_order(i, copies, doubts) for i, (copies, doubts) in enumerate(mails))
    result = result_of(_seen(orders, told))
    assert result.doubled == from_ledgers
    assert result.beyond <= result.doubled <= result.beyond + result.in_doubt
    assert result.lost == sum(copies == 0 for copies, _ in mails)
    assert result.ok == (result.lost == 0 and result.beyond == 0)


def _order(number: int, copies: int, doubts: int) -> Any:
    return Order(str(number), 0.0, "m", status="sent", doubts=doubts, taken=(1.0,) * copies)


def _seen(orders: tuple[Any, ...], told: dict[str, Any]) -> Seen:
    return Seen(orders=orders, **told)
