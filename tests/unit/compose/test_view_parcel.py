"""Mails of parcels say which, with what in it, when, and what is still to come."""

from typing import Any

import msgspec
import pytest

from tests.unit.compose.family import FIRST, SECOND, later, letters, shipped
from tests.unit.compose.orders import BRAND, SEED, english
from tests.unit.compose.reading import Page
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.reader import reader
from twofifty.compose.tongue import Tongues
from twofifty.compose.view import view
from twofifty.compose.view_boxes import box_view
from twofifty.notice.model import Kind
from twofifty.order.model import Order, Parcel, Window

COMPOSER = Composer(BRAND)
TONGUES = Tongues("en")
SENT = msgspec.structs.replace(SECOND, status="in_transit")


def seen(kind: Kind, order: Order, facts: str, before: Order | None = None) -> dict[str, Any]:
    letter = Letter(kind=kind, order=order, facts=facts, before=before)
    return dict(view(letter, BRAND, TONGUES.speak(order.locale)))


def titles(items: Any) -> list[tuple[str, str]]:
    return [(line["quantity"], line["title"]) for line in items["lines"]] if items else []


def test_a_shipment_says_what_is_inside_and_what_is_still_to_come() -> None:
    said = seen("shipment", shipped(FIRST, SECOND), "parcel:p1")
    assert said["headline"] == "Part of your order is on its way"
    assert titles(said["items"]) == [("1", "Merino crew neck sweater")]
    assert titles(said["rest"]) == [
        ("1", "Merino crew neck sweater"),
        ("1", "Ceramic pour-over set"),
        ("1", "Engraved walnut board"),
    ]
    assert said["parcels"][0]["heading"] == "Parcel 1 of 2"


def test_the_only_parcel_has_no_number_and_holds_everything() -> None:
    whole = msgspec.structs.replace(FIRST, lines=())
    said = seen("shipment", shipped(whole), "parcel:p1")
    assert said["headline"] == "Your order is on its way"
    assert said["parcels"][0]["heading"] == "Parcel"
    assert len(titles(said["items"])) == 3
    assert said["rest"] is None


def test_what_a_parcel_of_several_holds_is_never_guessed() -> None:
    unsaid = msgspec.structs.replace(FIRST, lines=())
    said = seen("shipment", shipped(unsaid, SENT), "parcel:p1")
    assert said["items"] is None
    assert said["rest"] is None


def test_the_button_tracks_the_parcel() -> None:
    said = seen("shipment", shipped(FIRST, SECOND), "parcel:p1")
    assert said["button"]["url"] == FIRST.tracking_url
    assert said["other"]["url"] == english().links.status


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://track.example.com/1", None])
def test_a_parcel_is_tracked_by_web_addresses_alone(url: str | None) -> None:
    parcel = msgspec.structs.replace(FIRST, tracking_url=url)
    said = seen("shipment", shipped(parcel), "parcel:p1")
    assert said["button"]["url"] == english().links.status
    assert said["other"] is None
    assert said["parcels"][0]["url"] is None


def test_a_parcel_that_is_gone_still_makes_a_mail() -> None:
    said = seen("shipment", english(), "parcel:p9")
    assert said["parcels"] == []
    assert said["items"] is None


def test_a_delay_says_the_new_window_and_the_old_one() -> None:
    said = seen("delay", later(Window(latest="2026-12-03")), "m_1", english())
    assert said["windows"] == {"new": "Expected by Thu, 3 Dec", "old": "Wed 25 – Fri 27 Nov"}


def test_a_delay_of_a_parcel_says_its_own_window() -> None:
    said = seen("delay", shipped(FIRST, SECOND), "parcel@2026-11-26:p1", english())
    assert said["windows"]["new"] == "Wed 25 – Thu 26 Nov"
    assert titles(said["items"]) == [("1", "Merino crew neck sweater")]


def test_a_delay_without_a_new_date_says_so() -> None:
    said = seen("delay", english(), "parcel@:p1", english())
    assert "as soon as we know the new date" in said["intro"]
    assert said["windows"]["new"] == ""


def test_a_delivery_names_its_parcel() -> None:
    there = msgspec.structs.replace(FIRST, status="delivered")
    said = seen("delivery", shipped(there, SECOND), "parcel:p1")
    assert said["headline"] == "Your parcel has been delivered"
    assert said["parcels"][0]["heading"] == "Parcel 1 of 2"
    assert "Parcel 1 of 2" in said["preheader"]


def test_the_delivery_of_all_says_so_and_shows_every_parcel() -> None:
    mail = COMPOSER.compose(letters()["delivery_all"], SEED)
    assert "delivered completely" in mail.text
    assert "Parcel 1 of 2" in mail.text
    assert "Parcel 2 of 2" in Page(mail.html).shown()


def many(count: int) -> tuple[Parcel, ...]:
    return tuple(msgspec.structs.replace(FIRST, id=f"p{n}") for n in range(count))


def test_a_mail_of_very_many_parcels_still_fits() -> None:
    letter = Letter(kind="delivery", order=shipped(*many(400)), facts="all")
    mail = COMPOSER.compose(letter, SEED)
    assert mail.degraded == ""
    assert len(mail.html.encode()) <= 102_400


CANCELLED = msgspec.structs.replace(FIRST, id="p0", status="cancelled")


def test_a_cancelled_parcel_is_in_no_mail() -> None:
    order = shipped(CANCELLED, FIRST, SECOND)
    said = seen("shipment", order, "parcel:p1")
    assert said["parcels"][0]["heading"] == "Parcel 1 of 2"
    there = tuple(msgspec.structs.replace(each, status="delivered") for each in (FIRST, SECOND))
    all_ = seen("delivery", shipped(CANCELLED, *there), "all")
    assert [box["heading"] for box in all_["parcels"]] == ["Parcel 1 of 2", "Parcel 2 of 2"]
    assert len(seen("update", order, "m_1")["parcels"]) == 1
    assert seen("shipment", order, "parcel:p0")["parcels"] == []


def test_a_parcel_beside_a_cancelled_one_is_the_only_one() -> None:
    whole = msgspec.structs.replace(FIRST, lines=())
    said = seen("shipment", shipped(CANCELLED, whole), "parcel:p1")
    assert said["headline"] == "Your order is on its way"
    assert said["parcels"][0]["heading"] == "Parcel"
    assert len(titles(said["items"])) == 3


def test_a_returned_parcel_is_expected_no_more() -> None:
    back = msgspec.structs.replace(FIRST, status="returned")
    box = box_view(back, shipped(back), reader(english(), BRAND, TONGUES.speak("en")), state=True)
    assert "Expected delivery" not in str(box["rows"])
    assert "Returned to the sender" in str(box["rows"])


def test_a_delay_of_what_was_never_promised_is_not_later_than_told() -> None:
    order = later(Window(latest="2026-12-03"))
    unpromised = msgspec.structs.replace(
        english(),
        shipping=tuple(msgspec.structs.replace(way, estimate=None) for way in english().shipping),
    )
    for before in (unpromised, None):
        said = seen("delay", order, "m_1", before)
        assert said["intro"] == ""
        assert said["headline"] == "Your delivery is running late"
        assert said["windows"]["new"] == "Expected by Thu, 3 Dec"
    assert "later than we told you" in seen("delay", order, "m_1", english())["intro"]
