"""Sample orders: right in shape, and right in their sums."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from twofifty.order.arithmetic import difference
from twofifty.order.wire import decode
from twofifty.testing.samples import (
    sample_order,
    shopify_webhook,
    sign_shopify,
    sign_woocommerce,
    woocommerce_webhook,
)

NOW = datetime(2026, 3, 2, 12, 30, 15, 123, tzinfo=UTC)
ORDERS = st.integers(0, 5000)
LINES = st.none() | st.integers(1, 12)


def total(rows: list[Any], *keys: str) -> Decimal:
    return sum((Decimal(row[key]) for row in rows for key in keys), Decimal(0))


@given(i=ORDERS, lines=LINES)
def test_a_sample_order_is_canonical_and_adds_up(i: int, lines: int | None) -> None:
    sample = sample_order(i, lines=lines, now=NOW)
    order = decode(json.dumps(sample).encode())
    assert difference(order) == 0
    assert order.totals.subtotal == total(sample["lines"], "total")
    assert order.totals.discount == total(sample["discounts"], "amount")
    assert order.totals.tax == total(sample["taxes"], "amount")
    assert order.totals.shipping == total(sample["shipping"], "amount")
    assert total(sample["payments"], "amount") == order.totals.total + (order.totals.gift_card or 0)
    assert order.totals.paid is not None
    assert order.totals.paid + (order.totals.due or 0) == order.totals.total
    for line in order.lines:
        assert line.unit_price is not None
        assert line.total == line.quantity * line.unit_price - (line.discount or 0)


def test_the_first_orders_show_every_quirk() -> None:
    orders = [sample_order(i, now=NOW) for i in range(60)]
    assert {order["currency"] for order in orders} == {"USD", "EUR", "GBP", "JPY"}
    assert {order["locale"][:2] for order in orders} == {"en", "de"}
    assert {order["totals"]["tax_included"] for order in orders} == {True, False}
    assert {order["state"]["payment"] for order in orders} == {"paid", "pending"}
    lines = [line for order in orders for line in order["lines"]]
    assert {line["digital"] for line in lines} == {True, False}
    assert any(Decimal(line["discount"]) for line in lines)
    assert any("variant" in line for line in lines)
    assert any(order["discounts"] for order in orders)
    assert any(Decimal(order["totals"]["gift_card"]) for order in orders)
    assert len({order["customer"]["email"] for order in orders}) == 60


@given(i=ORDERS)
def test_yen_have_no_decimals(i: int) -> None:
    order = sample_order(i, now=NOW)
    has_point = "." in order["totals"]["total"]
    assert has_point == (order["currency"] != "JPY")


def test_the_same_number_and_time_give_the_same_order() -> None:
    assert sample_order(7, now=NOW) == sample_order(7, now=NOW)
    assert shopify_webhook(7, NOW) == shopify_webhook(7, NOW)
    assert woocommerce_webhook(7, NOW) == woocommerce_webhook(7, NOW)


def test_placed_at_is_the_given_moment() -> None:
    for i in range(5):
        placed = datetime.fromisoformat(sample_order(i, now=NOW)["placed_at"])
        assert placed == NOW.replace(microsecond=0)


def test_without_a_moment_the_order_was_placed_just_now() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    placed = datetime.fromisoformat(sample_order()["placed_at"])
    assert before <= placed <= datetime.now(UTC)


def test_changes_replace_top_level_keys_and_none_leaves_them_out() -> None:
    order = sample_order(1, now=NOW, number="#X", note="hello", links=None)
    assert (order["number"], order["note"]) == ("#X", "hello")
    assert "links" not in order


def test_ten_lines_are_ten_lines() -> None:
    assert len(sample_order(3, lines=10, now=NOW)["lines"]) == 10


@given(i=ORDERS, lines=LINES)
def test_a_shopify_order_adds_up(i: int, lines: int | None) -> None:
    order = json.loads(shopify_webhook(i, NOW, lines))
    rows = order["line_items"]
    goods = sum(Decimal(row["price"]) * row["quantity"] for row in rows)
    taken = total([part for row in rows for part in row["discount_allocations"]], "amount")
    assert Decimal(order["total_line_items_price"]) == goods
    assert Decimal(order["total_discounts"]) == taken
    assert Decimal(order["subtotal_price"]) == goods - taken
    taxes = [tax for row in [*rows, *order["shipping_lines"]] for tax in row["tax_lines"]]
    assert Decimal(order["total_tax"]) == total(taxes, "price")
    added = 0 if order["taxes_included"] else Decimal(order["total_tax"])
    shipping = total(order["shipping_lines"], "price")
    assert Decimal(order["total_price"]) == goods - taken + shipping + added
    used = {
        part["discount_application_index"] for row in rows for part in row["discount_allocations"]
    }
    assert used == set(range(len(order["discount_applications"])))


@given(i=ORDERS, lines=LINES)
def test_a_woocommerce_order_adds_up(i: int, lines: int | None) -> None:
    order = json.loads(woocommerce_webhook(i, NOW, lines))
    rows, shipping = order["line_items"], order["shipping_lines"]
    assert Decimal(order["total"]) == total([*rows, *shipping], "total", "total_tax")
    assert Decimal(order["total_tax"]) == total([*rows, *shipping], "total_tax")
    assert Decimal(order["total_tax"]) == total(
        order["tax_lines"], "tax_total", "shipping_tax_total"
    )
    assert Decimal(order["discount_total"]) == total(rows, "subtotal") - total(rows, "total")
    assert Decimal(order["discount_total"]) == total(order["coupon_lines"], "discount")
    assert Decimal(order["discount_tax"]) == total(rows, "subtotal_tax") - total(rows, "total_tax")


@given(body=st.binary(), secret=st.text())
def test_signatures_are_base64_hmac_sha256_over_the_raw_body(body: bytes, secret: str) -> None:
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    assert sign_shopify(body, secret) == sign_woocommerce(body, secret) == expected
