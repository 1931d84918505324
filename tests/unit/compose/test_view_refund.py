"""What went back is said once, and what was cancelled asks for nothing."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.unit.compose.family import cancelled, paid_back, told
from tests.unit.compose.orders import BRAND, SEED, english, german
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.tongue import Tongues
from twofifty.compose.view import view
from twofifty.notice.model import Kind
from twofifty.order.model import Order, Parcel, Refund

TONGUES = Tongues("en")


def seen(kind: Kind, order: Order, before: Order | None = None) -> dict[str, Any]:
    letter = Letter(kind=kind, order=order, before=before, facts="m_1")
    return dict(view(letter, BRAND, TONGUES.speak(order.locale)))


def rows(said: Any) -> list[tuple[str, str]]:
    return [(row["label"], row["value"]) for row in said]


def test_a_refund_says_only_what_is_new() -> None:
    said = seen("refund", paid_back(), told(paid_back()))
    assert said["headline"] == "We have refunded €34.00"
    assert rows(said["sums"]["rows"]) == [
        ("Refund", "€34.00"),
        ("Reason: Board arrived cracked", ""),
    ]
    assert ("Refunded in total", "€44.00") in rows(said["sums"]["after"])


def test_refunds_that_are_new_together_add_up() -> None:
    assert seen("refund", paid_back(), english())["headline"] == "We have refunded €44.00"
    assert seen("refund", paid_back())["headline"] == "We have refunded €44.00"


def test_a_refund_that_only_the_total_knows_is_the_difference() -> None:
    def with_refunded(amount: str) -> Order:
        totals = msgspec.structs.replace(english().totals, refunded=Decimal(amount))
        return msgspec.structs.replace(english(), totals=totals)

    said = seen("refund", with_refunded("50.00"), with_refunded("20.00"))
    assert said["headline"] == "We have refunded €30.00"


def test_a_refund_of_unknown_amount_says_no_figure() -> None:
    said = seen("refund", english(), english())
    assert said["headline"] == "We have made a refund"
    assert said["sums"]["rows"] == []


def test_very_many_refunds_are_one_row() -> None:
    refunds = tuple(Refund(id=str(n), amount=Decimal(1)) for n in range(50))
    said = seen("refund", msgspec.structs.replace(english(), refunds=refunds), english())
    assert rows(said["sums"]["rows"]) == [("Refund", "€50.00")]


def test_a_cancellation_says_what_was_ordered_and_what_went_back() -> None:
    said = seen("cancellation", cancelled(), english())
    assert said["refunded"] == "We have refunded €221.95."
    assert said["items"]["heading"] == "Cancelled items"
    assert len(said["items"]["lines"]) == 3


def test_a_cancelled_order_asks_for_no_money() -> None:
    order = msgspec.structs.replace(german(), state=cancelled().state)
    mail = Composer(BRAND).compose(Letter(kind="cancellation", order=order), SEED)
    assert mail.degraded == ""
    assert "Noch zu zahlen" not in mail.text
    assert "Bitte überweisen" not in mail.text
    assert seen("cancellation", order)["refunded"] == ""


def test_a_shop_that_empties_a_cancelled_order_does_not_empty_its_mail() -> None:
    said = seen("cancellation", msgspec.structs.replace(cancelled(), lines=()), english())
    assert len(said["items"]["lines"]) == 3


@pytest.mark.parametrize(
    ("parcels", "says"),
    [
        ((), True),
        (("pending",), True),
        (("cancelled",), True),
        (("pending", "in_transit"), False),
        (("delivered",), False),
    ],
)
def test_a_cancellation_says_that_nothing_comes_only_where_nothing_left(
    parcels: tuple[str, ...], says: bool
) -> None:
    made = tuple(Parcel(id=str(place), status=status) for place, status in enumerate(parcels))
    said = seen("cancellation", msgspec.structs.replace(cancelled(), parcels=made), english())
    assert ("Nothing will be sent to you" in said["intro"]) is says
    assert said["headline"] == "Your order has been cancelled"


def test_a_cancelled_order_that_was_shipped_without_parcels_is_not_said_to_stay_away() -> None:
    state = msgspec.structs.replace(cancelled().state, fulfillment="fulfilled")
    assert seen("cancellation", msgspec.structs.replace(cancelled(), state=state))["intro"] == ""
