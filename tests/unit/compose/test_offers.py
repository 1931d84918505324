"""An offer that was sold before stands in the markup as it did the first time."""

from decimal import Decimal

import msgspec
import pytest

from tests.unit.compose.family import KINDS, letters
from tests.unit.compose.orders import BRAND, SEED, german, samples
from tests.unit.compose.reading import Page, markup
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.notice.model import Kind


def mails(letter: Letter, count: int = 4) -> list[bytes]:
    composer = Composer(BRAND)
    return [composer.compose(letter, SEED).mime for _ in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_mail_and_every_later_one_are_the_same(kind: Kind) -> None:
    assert len(set(mails(letters()[kind]))) == 1


@pytest.mark.parametrize("name", samples())
def test_every_order_is_confirmed_in_the_same_bytes_again(name: str) -> None:
    assert len(set(mails(Letter(kind="confirmation", order=samples()[name])))) == 1


def test_numbers_stand_as_the_order_writes_them_whatever_was_sold_before() -> None:
    order = german()
    composer = Composer(BRAND)
    for written in ("2", "2.0", "2", "2.00", "2.0", "2.00"):
        number = Decimal(written)
        lines = tuple(msgspec.structs.replace(line, quantity=number) for line in order.lines)
        said = msgspec.structs.replace(order, lines=lines)
        mail = composer.compose(Letter(kind="confirmation", order=said), SEED)
        offers = markup(Page(mail.html))["acceptedOffer"]
        assert isinstance(offers, list)
        assert {each["eligibleQuantity"]["value"] for each in offers} == {written}


def test_no_title_can_stand_for_the_offers() -> None:
    order, title = german(), '" "acceptedOffer": [] \\'
    lines = tuple(msgspec.structs.replace(line, title=title) for line in order.lines)
    said = msgspec.structs.replace(order, lines=lines, number=title)
    composer = Composer(BRAND)
    for _ in range(3):
        mail = composer.compose(Letter(kind="confirmation", order=said), SEED)
        node = markup(Page(mail.html))
        assert node["orderNumber"] == title
        assert isinstance(node["acceptedOffer"], list)
        assert len(node["acceptedOffer"]) == len(order.lines)
