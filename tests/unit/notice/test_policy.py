"""Every row of the policy's table, and what holds for every order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given

from tests.unit.order.strategies import CASES
from twofifty.notice.policy import (
    Absent,
    Decision,
    Fail,
    Hold,
    Owe,
    Rules,
    Wait,
    decide,
    said,
)
from twofifty.order.model import (
    Customer,
    Line,
    Order,
    Payment,
    PaymentPart,
    State,
    Stock,
    Totals,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TO = "buyer@example.com"
PLAIN = Order(
    source="shop",
    id="1",
    currency="EUR",
    totals=Totals(total=Decimal(10)),
    lines=(Line(id="1", title="a", quantity=Decimal(1)),),
    placed_at=NOW,
    customer=Customer(email=TO),
    state=State(payment="paid"),
)


def order(**changes: object) -> Order:
    return msgspec.structs.replace(PLAIN, **changes)


def paid_by(payment: Payment | None, *methods: str, **changes: object) -> Order:
    parts = tuple(PaymentPart(method=method) for method in methods)
    return order(state=State(payment=payment), payments=parts, **changes)


def line(status: str | None, **changes: object) -> Line:
    stock = None if status is None else msgspec.convert({"status": status}, Stock)
    return msgspec.structs.replace(PLAIN.lines[0], stock=stock, **changes)


FREE = Totals(total=Decimal("0.00"))
STOCK = Rules(need_stock=True)


@pytest.mark.parametrize(
    ("given_order", "kind", "code"),
    [
        (order(state=State(payment="paid", cancelled_at=NOW)), Hold, "cancelled"),
        (order(state=State(payment="pending", cancelled_at=NOW)), Hold, "cancelled"),
        (order(state=State(payment="paid", draft=True)), Hold, "draft"),
        (order(state=State(draft=True)), Hold, "draft"),
        (order(test=True), Hold, "test_order"),
        (paid_by("refunded"), Hold, "payment_refunded"),
        (paid_by("voided"), Hold, "payment_voided"),
        (order(placed_at=NOW - timedelta(hours=48, seconds=1)), Hold, "too_old"),
        (order(placed_at=NOW - timedelta(hours=48)), Owe, None),
        (order(placed_at=None), Owe, None),
        (order(placed_at=NOW + timedelta(days=400)), Owe, None),
        (order(customer=Customer()), Absent, "no_recipient"),
        (order(customer=Customer(email="  ")), Absent, "no_recipient"),
        (order(customer=Customer(email="nobody")), Fail, "unusable_recipient"),
        (order(customer=Customer(email="a b@example.com")), Fail, "unusable_recipient"),
        (order(customer=Customer(email=f" {TO} ")), Owe, None),
        (paid_by("paid"), Owe, None),
        (paid_by("authorized"), Owe, None),
        (paid_by("partially_refunded"), Owe, None),
        (paid_by(None, totals=FREE), Owe, None),
        (paid_by("pending", totals=FREE), Owe, None),
        (paid_by("failed", totals=FREE), Wait, "payment_failed"),
        (paid_by("pending", "cash_on_delivery"), Owe, None),
        (paid_by("pending", "bank_transfer"), Owe, None),
        (paid_by("pending", "invoice"), Owe, None),
        (paid_by("pending", "cheque"), Owe, None),
        (paid_by("pending", "pay_later"), Owe, None),
        (paid_by("pending", "card"), Wait, "awaiting_payment"),
        (paid_by("pending"), Wait, "awaiting_payment"),
        (paid_by("failed", "cash_on_delivery"), Wait, "payment_failed"),
        (paid_by("partially_paid"), Wait, "awaiting_payment"),
        (paid_by(None), Wait, "payment_unstated"),
    ],
)
def test_every_row_of_the_table(given_order: Order, kind: type[Decision], code: str | None) -> None:
    decision = decide(given_order, Rules(), NOW)
    assert isinstance(decision, kind)
    assert said(decision)[1] == code
    if isinstance(decision, Owe):
        assert decision.recipient == TO


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((line("allocated"),), None),
        ((line("in_stock"),), "awaiting_stock"),
        ((line(None),), "awaiting_stock"),
        ((line("backorder"), line("allocated")), "awaiting_stock"),
        ((line(None, digital=True),), None),
        ((), None),
    ],
)
def test_where_asked_for_stock_is_awaited(lines: tuple[Line, ...], code: str | None) -> None:
    assert said(decide(order(lines=lines), STOCK, NOW))[1] == code
    assert isinstance(decide(order(lines=lines), Rules(), NOW), Owe)


def test_the_rules_may_be_set() -> None:
    assert isinstance(decide(order(test=True), Rules(confirm_test=True), NOW), Owe)
    old = order(placed_at=NOW - timedelta(hours=2))
    assert isinstance(decide(old, Rules(max_age=timedelta(hours=1)), NOW), Hold)
    cash = paid_by("pending", "cash_on_delivery")
    assert isinstance(decide(cash, Rules(unpaid_methods=frozenset()), NOW), Wait)


def test_customers_of_a_silent_source_are_not_mailed_and_others_are() -> None:
    rules = Rules(silent=frozenset({"market"}))
    elsewhere = msgspec.structs.replace(PLAIN, source="market")
    paid = State(payment="paid")
    for order, kind in ((PLAIN, Owe), (elsewhere, Absent)):
        given_order = msgspec.structs.replace(order, state=paid, customer=Customer(email=TO))
        assert isinstance(decide(given_order, rules, NOW), kind)


@given(CASES)
def test_every_decision_says_what_and_why(given_order: Order) -> None:
    word, code, reason = said(decide(given_order, Rules(), NOW))
    assert word in ("owe", "hold", "fail", "wait", "absent")
    assert (word == "owe") == (code is None) == (reason is None)
    assert reason != ""


@given(CASES)
def test_nothing_cancelled_drafted_or_taken_back_is_ever_owed(given_order: Order) -> None:
    state = given_order.state
    stopped = state.cancelled_at or state.draft or state.payment in ("refunded", "voided")
    decision = decide(given_order, Rules(), NOW)
    assert not (stopped and isinstance(decision, Owe | Wait))


@given(CASES)
def test_only_a_usable_address_is_owed_anything(given_order: Order) -> None:
    decision = decide(given_order, Rules(), NOW)
    if isinstance(decision, Owe | Hold):
        assert decision.recipient == TO
