"""Canary orders: known by their address alone, confirmed, and nobody else's gain."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.policy import Hold, Owe, Rules, Wait, decide
from twofifty.notice.recipient import is_canary
from twofifty.order.model import Customer, Line, Order, State, Stock, Totals
from twofifty.testing.clock import NOON

ORDER = Order(
    source="shop",
    id="1",
    currency="EUR",
    totals=Totals(total=Decimal(25)),
    lines=(Line(id="1", title="Canary", quantity=Decimal(1), stock=Stock(status="out_of_stock")),),
    state=State(payment="paid"),
    test=True,
    placed_at=NOON,
    customer=Customer(email="canary@canary.invalid"),
)


@pytest.mark.parametrize(
    ("email", "is_one"),
    [
        ("a@canary.invalid", True),
        ("a@CANARY.Invalid", True),
        ("a@x.canary.invalid ", True),
        ("a@notcanary.invalid", False),
        ("canary.invalid@example.com", False),
        ("a@canary.invalid.example.com", False),
        ("canary.invalid", True),
        ("", False),
    ],
)
def test_only_the_domain_makes_a_canary(email: str, is_one: bool) -> None:
    assert is_canary(email) is is_one


@given(st.emails(domains=st.just("example.com")))
def test_no_address_elsewhere_is_a_canarys(email: str) -> None:
    assert not is_canary(email)


def test_a_canary_is_confirmed_although_it_is_a_test_and_not_in_stock() -> None:
    decision = decide(ORDER, Rules(need_stock=True), NOON)
    assert decision == Owe("canary@canary.invalid")


def test_a_shops_own_test_order_is_still_held() -> None:
    order = msgspec.structs.replace(ORDER, customer=Customer(email="alex@example.com"))
    assert isinstance(decide(order, Rules(), NOON), Hold)
    assert isinstance(decide(order, Rules(need_stock=True), NOON), Wait)
