"""Where everything else fails, a plain mail still says the news truthfully."""

import msgspec
import pytest

from tests.unit.compose.family import FOLLOW_UPS, ROOT, letters
from twofifty.compose.plain import receipt

NEWS = {
    "confirmation": "Thank you for your order at Northlight.",
    "update": "has changed",
    "cancellation": "has been cancelled",
    "refund": "made a refund",
    "shipment": "is on its way",
    "delay": "will arrive later",
    "delivery": "has been delivered",
    "agent": "This is about your order",
}


@pytest.mark.parametrize("kind", NEWS)
def test_the_plain_mail_says_the_news_of_its_kind(kind: str) -> None:
    letter = letters()[kind]
    said = receipt(letter, "Northlight")
    assert NEWS[kind] in said.text
    assert f"{letter.order.totals.total} EUR" in said.text
    assert (letter.page_url or letter.order.links.status or "no link") in said.text


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_the_plain_mail_thanks_only_for_an_order(kind: str) -> None:
    said = receipt(letters()[kind], "")
    assert "Thank you" not in said.text
    assert said.subject == f"Re: {ROOT}"


def test_a_plain_mail_names_the_parcels() -> None:
    assert (
        "An Post LX123456785IE https://track.example.com/"
        in receipt(letters()["shipment"], "x").text
    )


def test_a_plain_message_keeps_its_words() -> None:
    letter = msgspec.structs.replace(
        letters()["agent"], words="One <b>\r\n\r\nTwo\x00", root_subject=None
    )
    said = receipt(letter, "x")
    assert "One <b>\n\nTwo\n" in said.text
    assert "&lt;b&gt;" in said.html
    assert said.subject == "Order #1001"


def test_a_plain_mail_leaves_no_row_empty() -> None:
    for letter in letters().values():
        assert "\n\n\n" not in receipt(letter, "").text


@pytest.mark.parametrize("kind", ["shipment", "delay", "delivery"])
def test_a_plain_mail_of_one_parcel_says_nothing_of_the_others(kind: str) -> None:
    letter, order = letters()[kind], letters()["shipment"].order
    (parcel, *_) = order.parcels
    other = msgspec.structs.replace(parcel, id="other", tracking_number="OTHER1")
    order = msgspec.structs.replace(order, parcels=(other, parcel))
    said = receipt(
        msgspec.structs.replace(
            letter, order=order, facts=f"parcel@2026-01-09:{parcel.id}", root_subject=None
        ),
        "Northlight",
    )
    assert "a parcel of your order at Northlight" in said.text.replace("A parcel", "a parcel")
    assert "OTHER1" not in said.text
    assert said.subject.split()[-1] in ("part", "delayed")
    both = receipt(msgspec.structs.replace(letter, order=order, facts="all"), "Northlight")
    assert "OTHER1" in both.text
    assert "parcel of your order" not in both.text
