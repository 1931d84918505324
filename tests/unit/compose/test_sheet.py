"""A Liquid part has the parcel and the refund that its mail is about."""

from typing import Any

import msgspec

from tests.unit.compose.family import FIRST, SECOND, cancelled, paid_back, shipped, told
from tests.unit.compose.orders import BRAND, english
from twofifty.compose.letter import Letter
from twofifty.compose.liquid import compile_liquid
from twofifty.compose.part import Sheet
from twofifty.compose.reader import reader
from twofifty.compose.tongue import Tongues
from twofifty.order.model import Order

TONGUE = Tongues("en").speak("en-IE")
SOURCE = "{{ amount | money }}|{{ fulfillment.tracking_number }}|{{ fulfillments.size }}"
CANCELLED = msgspec.structs.replace(FIRST, id="p0", tracking_number="GONE", status="cancelled")


def printed(kind: str, order: Order, before: Order | None = None, facts: str = "") -> list[str]:
    fields: dict[str, Any] = {"kind": kind, "order": order, "before": before, "facts": facts}
    sheet = Sheet(Letter(**fields), reader(order, BRAND, TONGUE), {}, None)
    return compile_liquid(SOURCE, {}, "a.liquid").render(sheet.shop).split("|")


def test_a_refund_mail_has_what_is_new_since_the_last_mail() -> None:
    assert printed("refund", paid_back(), told(paid_back()))[0] == "€34.00"


def test_refunds_that_are_new_together_are_one_amount() -> None:
    assert printed("refund", paid_back(), english())[0] == "€44.00"
    assert printed("refund", paid_back())[0] == "€44.00"


def test_the_newest_refund_need_not_be_the_last_one() -> None:
    back = paid_back()
    turned = msgspec.structs.replace(back, refunds=back.refunds[::-1])
    assert printed("refund", turned, told(back))[0] == "€34.00"


def test_a_refund_that_only_the_total_knows_is_the_difference() -> None:
    def unnamed(order: Order) -> Order:
        return msgspec.structs.replace(order, refunds=())

    assert printed("refund", unnamed(paid_back()), unnamed(told(paid_back())))[0] == "€34.00"


def test_a_cancellation_has_all_that_went_back() -> None:
    assert printed("cancellation", cancelled(), english())[0] == "€221.95"


def test_a_mail_has_the_parcel_that_it_is_about() -> None:
    order = shipped(FIRST, SECOND)
    assert printed("shipment", order, facts="parcel:p1")[1] == FIRST.tracking_number
    assert printed("delay", order, facts="parcel@2026-11-26:p1")[1] == FIRST.tracking_number


def test_a_parcel_that_is_gone_lends_no_number_of_another() -> None:
    assert printed("shipment", shipped(FIRST, SECOND), facts="parcel:p9")[1] == ""
    assert printed("shipment", shipped(CANCELLED, SECOND), facts="parcel:p0")[1] == ""


def test_a_cancelled_parcel_has_no_names() -> None:
    assert printed("confirmation", shipped(FIRST, CANCELLED))[1:] == [FIRST.tracking_number, "1"]
