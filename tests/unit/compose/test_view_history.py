"""How far an order is, and what has happened to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.view_history import (
    Happened,
    Told,
    headline,
    history,
    is_over,
    progress,
)
from twofifty.notice.model import Kind
from twofifty.order.model import (
    Line,
    Order,
    Parcel,
    ParcelLine,
    PaymentPart,
    Refund,
    State,
    Totals,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MUG = Line(id="1", title="Mug", quantity=Decimal(2))
FILE = Line(id="2", title="Song", quantity=Decimal(1), digital=True)
PAID = State(payment="paid")


def order(**changes: object) -> Order:
    made = Order(
        source="s", id="1", currency="EUR", lines=(MUG,), totals=Totals(total=Decimal(9)),
        state=PAID, placed_at=NOON,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def parcel(status: str, held: int = 2) -> Parcel:
    inside = ParcelLine(line_id="1", quantity=Decimal(held))
    return Parcel(id=f"{status}{held}", status=status, lines=(inside,))


def names(made: Order) -> list[str]:
    return [step.name.removeprefix("step_") for step in progress(made)]


def current(made: Order) -> str:
    (step,) = [step.name for step in progress(made) if step.state == "now"]
    return step.removeprefix("step_")


ON_ITS_WAY = ["placed", "paid", "preparing", "shipped", "delivered"]


@pytest.mark.parametrize(
    ("changes", "line", "now", "said"),
    [
        ({}, ON_ITS_WAY, "preparing", "step_preparing"),
        ({"parcels": (parcel("in transit"),)}, ON_ITS_WAY, "shipped", "shipment_headline"),
        ({"parcels": (parcel("in transit", 1),)}, ON_ITS_WAY, "shipped", "shipment_headline_part"),
        ({"parcels": (parcel("delayed"),)}, ON_ITS_WAY, "shipped", "delay_headline"),
        ({"parcels": (parcel("delivered"),)}, ON_ITS_WAY, "delivered", "delivery_headline"),
        (
            {"parcels": (parcel("delivered", 1), parcel("delivered now", 1))},
            ON_ITS_WAY, "delivered", "delivery_headline_all",
        ),
        ({"parcels": (parcel("label created"),)}, ON_ITS_WAY, "preparing", "step_preparing"),
        ({"lines": (FILE,)}, ["placed", "paid"], "paid", "step_paid"),
        (
            {"state": State(payment="pending")},
            ["placed", "awaiting_payment", "preparing", "shipped", "delivered"],
            "awaiting_payment", "step_awaiting_payment",
        ),
        (
            {
                "state": State(payment="pending"),
                "payments": (PaymentPart(method="cash_on_delivery"),),
            },
            ["placed", "preparing", "shipped", "delivered"], "preparing", "step_preparing",
        ),
        ({"state": State()}, ["placed", "preparing", "shipped", "delivered"], "preparing",
         "step_preparing"),
        ({"state": State(), "lines": ()}, ["placed"], "placed", "step_placed"),
        (
            {"state": State(payment="voided", cancelled_at=NOON)},
            ["placed", "cancelled"], "cancelled", "cancellation_headline",
        ),
        (
            {
                "state": State(payment="refunded", cancelled_at=NOON),
                "totals": Totals(total=Decimal(9), refunded=Decimal(9)),
            },
            ["placed", "cancelled", "refunded"], "refunded", "cancellation_headline",
        ),
        (
            {"state": State(payment="refunded")},
            ["placed", "paid", "refunded"], "refunded", "refund_headline_plain",
        ),
        (
            {"state": State(payment="refunded"), "parcels": (parcel("in transit"),)},
            ["placed", "paid", "preparing", "shipped", "refunded"],
            "refunded", "refund_headline_plain",
        ),
        (
            {"state": State(payment="refunded"), "parcels": (parcel("delivered"),)},
            [*ON_ITS_WAY, "refunded"], "refunded", "refund_headline_plain",
        ),
        ({"state": State(payment="voided")}, ["placed"], "placed", "step_placed"),
        (
            {"state": State(payment="voided"), "parcels": (parcel("in transit"),)},
            ["placed", "preparing", "shipped", "delivered"], "shipped", "shipment_headline",
        ),
        (
            {"parcels": (parcel("returned"),)},
            ["placed", "paid", "preparing", "shipped", "parcel_returned"],
            "parcel_returned", "parcel_returned",
        ),
        (
            {
                "state": State(payment="paid", fulfillment="returned"),
                "parcels": (parcel("delivered"),),
            },
            ["placed", "paid", "preparing", "shipped", "parcel_returned"],
            "parcel_returned", "parcel_returned",
        ),
        (
            {"state": State(payment="paid", fulfillment="returned")},
            ["placed", "paid"], "paid", "step_paid",
        ),
        (
            {"state": State(payment="refunded"), "parcels": (parcel("returned"),)},
            ["placed", "paid", "preparing", "shipped", "parcel_returned", "refunded"],
            "refunded", "refund_headline_plain",
        ),
        (
            {"parcels": (parcel("returned", 1), parcel("pending", 1))},
            ON_ITS_WAY, "preparing", "step_preparing",
        ),
        (
            {"parcels": (parcel("delivered", 1), parcel("returned", 1))},
            ON_ITS_WAY, "shipped", "step_shipped",
        ),
        ({"parcels": (parcel("cancelled"),)}, ON_ITS_WAY, "preparing", "step_preparing"),
        (
            {"parcels": (parcel("cancelled"), parcel("in transit"))},
            ON_ITS_WAY, "shipped", "shipment_headline",
        ),
        (
            {"parcels": (parcel("cancelled"), parcel("delivered"))},
            ON_ITS_WAY, "delivered", "delivery_headline",
        ),
    ],
)  # fmt: skip
def test_an_order_is_where_its_facts_say(
    changes: dict[str, object], line: list[str], now: str, said: str
) -> None:
    made = order(**changes)
    assert names(made) == line
    assert current(made) == now
    assert headline(made) == said


@given(
    st.builds(
        State,
        payment=st.sampled_from([None, "pending", "authorized", "paid", "refunded", "voided"]),
        fulfillment=st.sampled_from([None, "unfulfilled", "partial", "fulfilled", "returned"]),
        cancelled_at=st.sampled_from([None, NOON]),
    ),
    st.lists(
        st.sampled_from(
            ["in transit", "delivered", "delayed", "returned", "cancelled", "pending", ""]
        )
    ),
    st.lists(st.sampled_from([MUG, FILE]), max_size=2),
)
def test_exactly_one_step_is_the_current_one_and_all_before_it_are_done(
    state: State, statuses: list[str], lines: list[Line]
) -> None:
    parcels = tuple(Parcel(id=str(place), status=said) for place, said in enumerate(statuses))
    states = [step.state for step in progress(order(state=state, parcels=parcels, lines=(*lines,)))]
    place = states.index("now")
    assert states == ["done"] * place + ["now"] + ["todo"] * (len(states) - place - 1)


def told(*kinds: Kind) -> list[Told]:
    return [Told(kind, NOON + timedelta(hours=hour)) for hour, kind in enumerate(kinds, 1)]


def test_what_happened_is_told_in_its_order() -> None:
    made = order(
        refunds=(Refund(id="r", amount=Decimal(3), at=NOON + timedelta(hours=9)),),
        parcels=(parcel("delivered"),),
    )
    mails = told("confirmation", "update", "shipment", "delay", "delivery", "confirmation")
    assert [one.name for one in history(made, mails, NOON)] == [
        "step_placed", "step_paid", "step_confirmed", "step_updated", "step_shipped",
        "step_delayed", "step_delivered", "step_refunded",
    ]  # fmt: skip


def test_what_nobody_dated_is_told_without_a_time() -> None:
    made = order(
        parcels=(parcel("delivered"),),
        totals=Totals(total=Decimal(9), refunded=Decimal(4)),
    )
    undated = [one for one in history(made, [], NOON) if one.at is None]
    assert undated == [
        Happened("step_paid"),
        Happened("step_shipped"),
        Happened("step_delivered"),
        Happened("step_refunded", None, Decimal(4)),
    ]


def test_a_refund_is_told_once() -> None:
    totals = Totals(total=Decimal(9), refunded=Decimal(4))
    mailed = history(order(totals=totals), told("confirmation", "refund"), NOON)
    assert [one.name for one in mailed].count("step_refunded") == 1


def test_an_order_that_says_no_time_was_placed_when_it_came() -> None:
    first, *_ = history(order(placed_at=None), [], NOON)
    assert first == Happened("step_placed", NOON)


def test_a_cancellation_is_told_by_the_order_and_not_twice() -> None:
    made = order(state=State(cancelled_at=NOON + timedelta(hours=2)))
    found = [one.name for one in history(made, told("confirmation", "cancellation"), NOON)]
    assert found == ["step_placed", "step_confirmed", "step_cancelled"]


def test_a_parcel_that_came_back_is_said_to_be_back() -> None:
    made = order(parcels=(parcel("returned"),))
    found = [one.name for one in history(made, told("confirmation"), NOON)]
    assert found[-2:] == ["step_shipped", "parcel_returned"]
    assert "step_delivered" not in found


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({}, False),
        ({"state": State(payment="refunded")}, True),
        ({"state": State(payment="refunded"), "parcels": (parcel("in transit"),)}, False),
        ({"state": State(payment="voided")}, True),
        ({"state": State(payment="paid", cancelled_at=NOON)}, True),
        ({"parcels": (parcel("returned"),)}, True),
        ({"parcels": (parcel("returned", 1), parcel("pending", 1))}, False),
        ({"parcels": (parcel("cancelled"),)}, False),
    ],
)
def test_nothing_more_comes_only_where_the_order_says_so(
    changes: dict[str, object], over: bool
) -> None:
    assert is_over(order(**changes)) is over
