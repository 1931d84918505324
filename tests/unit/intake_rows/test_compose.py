"""The rows of an order are that order, exactly, or refused by their column."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake_rows.memory_tables import NOON, STATED, item_row, order_row, tables
from twofifty.errors import BadInput
from twofifty.intake.rows import OrderRows, RowMapping, RowSource, composed, mapping
from twofifty.order.model import Order

MAPPING = mapping(tables())
PRODUCT = {"id": "7", "title": "Cup"}


def _order(made: RowMapping, order: dict, *items: dict, **parts: tuple) -> Order:
    lines = items or (item_row(1, 1),)
    rows = OrderRows(NOON, order, {"line": lines, "product": (PRODUCT,), **parts})
    return composed(made, rows, STATED, "order.updated").order


def _with(**parts: object) -> RowMapping:
    return mapping({**tables(), **parts})


def test_an_order_is_what_its_rows_say() -> None:
    order = _order(MAPPING, order_row(1))
    assert (order.source, order.id, order.number, order.currency) == ("shop", "1", "A-1", "EUR")
    assert order.totals.total == Decimal("20.00")
    assert order.customer.email == "alex@example.com"
    (line,) = order.lines
    assert (line.title, line.unit_price) == ("Cup", Decimal("10.00"))
    assert line.quantity == 2
    assert order.state.payment == "paid"
    assert order.revision == int(NOON.timestamp() * 1000)


def test_minor_units_are_of_the_orders_currency() -> None:
    made = _with(money="minor")
    assert _order(made, order_row(1, total="1999")).totals.total == Decimal("19.99")
    assert _order(made, order_row(1, total="1999", currency="JPY")).totals.total == 1999
    assert _order(made, order_row(1, total="1999", currency="KWD")).totals.total == Decimal("1.999")


def test_a_time_without_an_offset_is_in_the_shops_zone_or_absent() -> None:
    local = order_row(1, created="2026-07-01 10:00:00")
    assert _order(MAPPING, local).placed_at is None
    placed = _order(_with(time_zone="Europe/Berlin"), local).placed_at
    assert placed is not None
    assert placed.isoformat() == "2026-07-01T10:00:00+02:00"


@pytest.mark.parametrize(
    ("status", "payment", "fulfillment", "cancelled"),
    [
        ("paid", "paid", None, False),
        ("PAID", "paid", None, False),
        ("shipped", "paid", "fulfilled", False),
        ("off", None, None, True),
        ("strange", None, None, False),
        (None, None, None, False),
    ],
)
def test_a_status_says_what_the_mapping_lists(
    status: str | None, payment: str | None, fulfillment: str | None, cancelled: bool
) -> None:
    state = _order(MAPPING, order_row(1, status=status)).state
    assert (state.payment, state.fulfillment) == (payment, fulfillment)
    assert (state.cancelled_at is not None) == cancelled


def test_a_column_of_the_payment_wins_over_the_status() -> None:
    stated = tables()
    stated["order"]["payment_status"] = "pay_state"
    assert (
        _order(mapping(stated), order_row(1, pay_state="authorized")).state.payment == "authorized"
    )
    assert _order(mapping(stated), order_row(1, pay_state="?")).state.payment is None


@pytest.mark.parametrize(
    ("order", "item", "place"),
    [
        ({"total": None}, {}, "public.orders.total"),
        ({"total": "NaN"}, {}, "public.orders.total"),
        ({"total": "$1,234.50"}, {}, "public.orders.total"),
        ({"total": True}, {}, "public.orders.total"),
        ({"total": float("inf")}, {}, "public.orders.total"),
        ({"currency": "euro"}, {}, "public.orders.currency"),
        ({"currency": None}, {}, "public.orders.currency"),
        ({"id": "x" * 201}, {}, "public.orders.id"),
        ({}, {"quantity": "-1"}, "public.order_items.quantity"),
        ({}, {"quantity": None}, "public.order_items.quantity"),
        ({}, {"price": "ten"}, "public.order_items.price"),
        ({}, {"id": None}, "public.order_items.id"),
    ],
)
def test_what_cannot_be_used_is_named_by_table_and_column(
    order: dict, item: dict, place: str
) -> None:
    with pytest.raises(BadInput) as fault:
        _order(MAPPING, {**order_row(1), **order}, {**item_row(1, 1), **item})
    assert fault.value.status == 422
    assert [problem.path for problem in fault.value.problems] == [place]


def test_a_databases_own_values_mean_what_their_texts_mean() -> None:
    typed = {
        **order_row(1),
        "id": 1,
        "total": Decimal("20.00"),
        "created": datetime.fromisoformat("2026-03-02 11:00:00+00:00"),
        "memo": b"hello",
    }
    item = {**item_row(1, 1), "id": 1, "order_id": 1, "quantity": 2, "price": 10.0, "product_id": 7}
    texts = order_row(1, memo="hello")
    same = _order(MAPPING, texts, item_row(1, 1, price="10.0"))
    assert _order(MAPPING, typed, item) == same


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    order = _order(MAPPING, order_row(1), *(item_row(n, 1) for n in (10, 9, 2)))
    assert [line.id for line in order.lines] == ["2", "9", "10"]


def test_lines_may_be_a_list_in_the_orders_row() -> None:
    stated = tables()
    stated["line"] = {"list": "data.items", "id": "nr", "quantity": "n", "title": "name"}
    del stated["product"]
    made = mapping(stated)
    items = ({"nr": 1, "n": 2, "name": "Cup"},)
    (line,) = _order(made, order_row(1), *items).lines
    assert (line.id, line.title) == ("1", "Cup")
    assert line.quantity == 2


def test_a_payment_a_refund_and_a_parcel_have_tables_of_their_own() -> None:
    made = _with(
        payment={"table": "pays", "order": "o", "method": "kind", "amount": "sum"},
        refund={"table": "backs", "order": "o", "id": "id", "amount": "sum", "at": "day"},
        parcel={"table": "boxes", "order": "o", "id": "id", "tracking_number": "code"},
    )
    order = _order(
        made,
        order_row(1),
        payment=({"kind": "cod", "sum": "20.00"},),
        refund=({"id": 5, "sum": "-3.00", "day": date(2026, 3, 1)},),
        parcel=({"id": 1, "code": "XY"},),
    )
    assert order.payments[0].method == "cash_on_delivery"
    assert order.refunds[0].amount == Decimal("3.00")
    assert order.parcels[0].tracking_number == "XY"


_VALUES = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.integers(),
    st.decimals(),
    st.floats(),
    st.booleans(),
    st.binary(max_size=10),
    st.datetimes(),
    st.dates(),
    st.sampled_from(["20.00", "EUR", "paid", "2026-03-02 11:00:00+00", "1" * 300]),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


@given(st.data())
def test_any_rows_are_an_order_or_refused(data: st.DataObject) -> None:
    order = {name: data.draw(_VALUES) for name in order_row(1)}
    item = {name: data.draw(_VALUES) for name in item_row(1, 1)}
    made: Order | BadInput
    try:
        made = _order(MAPPING, order, item)
    except BadInput as bad:
        made = bad
    if isinstance(made, BadInput):
        assert made.status == 422
        assert made.problems
        return
    assert msgspec.json.decode(msgspec.json.encode(made), type=Order).id == made.id


@given(st.data())
def test_what_is_kept_reads_as_the_same_order_again(data: st.DataObject) -> None:
    total = data.draw(st.decimals(0, 10**9, places=2))
    memo = data.draw(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40))
    rows = OrderRows(
        NOON,
        order_row(1, total=str(total), memo=memo),
        {"line": (item_row(1, 1),), "product": (PRODUCT,)},
    )
    event = composed(MAPPING, rows, STATED, "order.placed")
    assert RowSource(MAPPING).read("order.placed", msgspec.json.encode(rows), STATED) == (event,)


def test_a_kept_body_that_holds_no_rows_is_refused() -> None:
    for body in (b"{}", b"[]", b'{"at": 1, "order": 2}', b"null"):
        with pytest.raises(BadInput):
            RowSource(MAPPING).read("", body, STATED)
