"""Subjects keep a thread, or tell the news."""

import msgspec
import pytest

from tests.unit.compose.family import FOLLOW_UPS, ROOT, letters
from tests.unit.compose.orders import BRAND, SEED, english, minimal
from tests.unit.compose.reading import message
from twofifty.compose.composer import Composer
from twofifty.compose.pack import pack
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_subject import order_number, subject

TONGUE = Tongues("en").speak("en")
TELLING = Composer(BRAND, own=pack({"theme.toml": 'subjects = "telling"'}))


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_a_follow_up_s_subject_is_the_first_one_s(kind: str) -> None:
    assert subject(letters()[kind], TONGUE) == f"Re: {ROOT}"


def test_an_answer_is_not_answered_twice() -> None:
    letter = msgspec.structs.replace(letters()["update"], root_subject=f"Re: {ROOT}")
    assert subject(letter, TONGUE) == f"Re: {ROOT}"


def test_a_thread_that_has_no_first_mail_begins_with_this_one() -> None:
    letter = msgspec.structs.replace(letters()["refund"], root_subject=None)
    assert subject(letter, TONGUE) == ROOT


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("confirmation", "Order #1001 is confirmed"),
        ("update", "Order #1001 has changed"),
        ("cancellation", "Order #1001 has been cancelled"),
        ("refund", "Refund for order #1001"),
        ("shipment", "Order #1001 is on its way"),
        ("delay", "Order #1001 will arrive later"),
        ("delivery", "Order #1001 has been delivered"),
        ("agent", "About your order #1001"),
    ],
)
def test_a_telling_subject_says_the_news(kind: str, said: str) -> None:
    assert message(TELLING.compose(letters()[kind], SEED).mime)["Subject"] == said


def test_a_test_order_says_so_first() -> None:
    order = msgspec.structs.replace(english(), test=True)
    letter = msgspec.structs.replace(letters()["confirmation"], order=order)
    assert subject(letter, TONGUE, "telling").startswith("[Test] Order #1001")


@pytest.mark.parametrize("number", ["", " ", "#", "# #"])
def test_an_order_without_a_number_is_called_by_its_id(number: str) -> None:
    assert order_number(msgspec.structs.replace(minimal(), number=number)) == "#9"
    assert order_number(msgspec.structs.replace(minimal(), number=number, id=" ")) == "–"
