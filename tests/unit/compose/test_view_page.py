"""The page of an order that is over says of nothing that it comes."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tests.unit.compose.family import FIRST, SECOND, later, shipped
from tests.unit.compose.orders import BRAND
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_page import Story, page_view
from twofifty.order.model import Order, State, Window

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TONGUE = Tongues("en").speak("en-IE")
EXPECTED = later(Window(earliest="2026-12-01", latest="2026-12-03"))


def seen(order: Order) -> dict[str, Any]:
    return dict(page_view(order, Story(NOON), BRAND, TONGUE))


def standing(order: Order, **state: Any) -> Order:
    return msgspec.structs.replace(order, state=State(**state))


def test_what_is_on_its_way_is_expected() -> None:
    assert "3 Dec" in seen(EXPECTED)["expected"]
    assert "26 Nov" in seen(shipped(FIRST))["expected"]


@pytest.mark.parametrize("payment", ["refunded", "voided"])
def test_an_order_without_its_money_is_not_expected(payment: str) -> None:
    page = seen(standing(EXPECTED, payment=payment))
    assert page["expected"] == ""
    assert "Dec" not in str(page["facts"])
    assert "Waiting for your payment" not in str(page)
    assert not {"Handed over for delivery", "Delivered"} & {
        step["text"] for step in page["progress"]
    }


def test_a_parcel_that_waits_in_a_refunded_order_has_no_date() -> None:
    waits = msgspec.structs.replace(FIRST, status="pending")
    assert seen(standing(shipped(waits), payment="refunded"))["parcels"][0]["facts"] == [
        {"label": "Carrier", "value": "An Post"},
        {"label": "Tracking number", "value": "LX123456785IE"},
    ]


def test_a_returned_parcel_is_back_and_not_expected() -> None:
    back = msgspec.structs.replace(FIRST, status="returned", lines=())
    page = seen(shipped(back))
    assert page["status"] == "Returned to the sender"
    assert page["expected"] == ""
    assert "Expected delivery" not in str(page["parcels"])


def test_a_cancelled_parcel_is_on_no_page() -> None:
    gone = msgspec.structs.replace(FIRST, id="p0", status="cancelled")
    page = seen(shipped(gone, FIRST, SECOND))
    assert [parcel["title"] for parcel in page["parcels"]] == ["Parcel 1 of 2", "Parcel 2 of 2"]
    alone = seen(msgspec.structs.replace(EXPECTED, parcels=(gone,)))
    assert alone["parcels"] == []
    assert "3 Dec" in alone["expected"]
    assert alone["status"] == "Being prepared"
