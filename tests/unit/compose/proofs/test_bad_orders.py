"""Odd orders - endless, empty, nameless, of foreign directions and odd figures - get a correct
mail of every kind."""

import functools
import re
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

import msgspec
import pytest

from tests.unit.compose.orders import BRAND, SEED, english, full, minimal
from tests.unit.compose.proofs.occasions import occasions
from tests.unit.compose.proofs.seen import Seen, faults, words
from tests.unit.compose.proofs.telling import misses
from twofifty.compose.bidi import first_strong
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.order.model import Address, Customer, Line, Order, Totals

ORACLE = import_module("bidi") if find_spec("bidi") else None
needs_oracle = pytest.mark.skipif(ORACLE is None, reason="python-bidi, the oracle, is not here")
ISOLATES = re.compile("[\u2066-\u2069]")
LOCALES = ("en", "ar", "ja", "de-CH", "hi-IN")
HEBREW, ARABIC = "דנה לוי (מנהלת)", "ليلى حداد 12"
change = msgspec.structs.replace


def many(count: int, title: str = "Ceramic pour-over set, hand thrown") -> Order:
    lines = tuple(
        Line(
            id=str(place),
            title=f"{title} {place}",
            quantity=Decimal(1),
            unit_price=Decimal("2.00"),
            total=Decimal("2.00"),
            image_url=f"https://cdn.example.com/{place}.png",
            attributes={"Colour": "Green", "Size": "XL"},
        )
        for place in range(1, count + 1)
    )
    totals = Totals(subtotal=Decimal(2 * count), total=Decimal(2 * count))
    return change(english(), lines=lines, totals=totals)


def priced(currency: str, total: str) -> Order:
    amount = Decimal(total)
    line = change(english().lines[0], unit_price=amount, total=amount, quantity=Decimal(1))
    return change(
        english(), currency=currency, lines=(line,), discounts=(), taxes=(), shipping=(),
        totals=Totals(subtotal=amount, total=amount),
    )  # fmt: skip


def said_by(name: str) -> Order:
    where = Address(name=name, line1=name, city=name, country="IE")
    line = change(english().lines[0], title=name, variant=name)
    customer = Customer(name=name, email="a@example.com")
    return change(english(), customer=customer, shipping_address=where, lines=(line,), note=name)


def halved() -> Order:
    half = Decimal("0.5")
    line = change(english().lines[0], quantity=half, unit_price=Decimal("9"), total=Decimal("4.5"))
    return change(english(), lines=(line, *english().lines[1:]))


def bare() -> Order:
    """Lines without price, picture and title, and nothing else."""
    lines = (
        Line(id="1", title="", quantity=Decimal(1)),
        Line(id="2", title=" ", quantity=Decimal(2)),
    )
    return Order(source="s", id="1", currency="EUR", totals=Totals(total=Decimal(0)), lines=lines)


def without_pictures() -> Order:
    lines = tuple(change(line, image_url=None, url=None) for line in full().lines)
    return change(full(), lines=lines)


ODD = {
    "no line": many(0),
    "long titles": change(
        english(), lines=tuple(change(line, title="word " * 1_000) for line in english().lines)
    ),
    "endless words": change(
        english(), lines=tuple(change(line, title="x" * 5_000) for line in english().lines)
    ),
    "minimal": minimal(),
    "bare": bare(),
    "no pictures": without_pictures(),
    "no name": change(english(), customer=Customer(email="a@example.com"), shipping_address=None),
    "yen": priced("JPY", "12800"),
    "won": priced("KRW", "99000"),
    "dinar": priced("KWD", "12.345"),
    "Tunisian dinar": priced("TND", "0.005"),
    "unknown currency": priced("XTS", "7.5"),
    "much": priced("IDR", "123456789012.00"),
    "nothing": priced("EUR", "0"),
    "negative": priced("EUR", "-5.00"),
    "halves": halved(),
    "Hebrew": said_by(HEBREW),
    "Arabic": said_by(ARABIC),
    "Latin": said_by("Ada (Okafor) 12-B"),
}


@functools.cache
def composer() -> Composer:
    return Composer(BRAND)


def compose(letter: Letter) -> Composed:
    return composer().compose(letter, SEED)


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("tag", LOCALES)
def test_an_odd_order_gets_a_correct_mail_of_every_kind(name: str, tag: str) -> None:
    for occasion, letter in occasions(change(ODD[name], locale=tag)).items():
        mail = compose(letter)
        assert faults(mail) == [], occasion
        cut = name in ("long titles", "endless words", "bare")
        missed = [each for each in misses(letter, mail) if not (cut and "is not in" in each)]
        assert missed == [], occasion


@pytest.mark.parametrize("count", [101, 500, 1_000])
@pytest.mark.parametrize("tag", ["en", "ar", "ja"])
def test_an_order_of_many_lines_fits_and_says_how_many_more_there_are(count: int, tag: str) -> None:
    letters = occasions(change(many(count), locale=tag))
    for occasion, letter in letters.items():
        mail = compose(letter)
        assert faults(mail) == [], occasion
        missed = [each for each in misses(letter, mail) if "is not in" not in each]
        assert missed == [], occasion
    mail = compose(letters["confirmation"])
    shown = words(Seen(mail.html).shown())
    told = sum(f"thrown {place} " in f"{shown} " for place in range(1, count + 1))
    left = composer().library(composer().editions.live).speak(tag).quantity(Decimal(count - told))
    assert told < count
    assert left in shown
    assert f"{count - told}" in mail.text or left in mail.text


def test_a_thousand_lines_of_the_longest_titles_fit_still() -> None:
    order = many(1_000, "٪ " + "ж" * 4_990)
    for occasion, letter in occasions(change(order, locale="ar")).items():
        assert faults(compose(letter)) == [], occasion


@pytest.mark.parametrize("quantity", ["0.5", "2.25", "0.333", "1000", "0"])
def test_a_quantity_is_said_as_it_is(quantity: str) -> None:
    amount = Decimal(quantity)
    line = change(english().lines[0], quantity=amount)
    mail = compose(occasions(change(english(), locale="de", lines=(line,)))["confirmation"])
    shown = f"{amount:,}".translate(str.maketrans(",.", ".,"))
    assert f"× {shown}" in words(Seen(mail.html).shown())
    assert f"{shown} × Merino" in words(mail.text)


def seen_order(row: str, direction: str) -> str:
    """A row of text as it stands before a reader's eyes, from left to right."""
    assert ORACLE is not None
    shown = ORACLE.get_display(row, base_dir="R" if direction == "rtl" else "L")
    return ISOLATES.sub("", str(shown))


@needs_oracle
@pytest.mark.parametrize(("tag", "name"), [("en", HEBREW), ("de", ARABIC), ("en-GB", ARABIC)])
def test_a_right_to_left_name_does_not_reorder_a_left_to_right_row(tag: str, name: str) -> None:
    mail = compose(occasions(change(said_by(name), locale=tag))["confirmation"])
    rows = [row for row in mail.text.splitlines() if name in row]
    assert len(rows) >= 4
    for row in rows:
        before, _, after = ISOLATES.sub("", row).partition(name)
        shown = seen_order(row, "ltr")
        assert shown.startswith(before), row
        assert shown.endswith(after), row


@needs_oracle
@pytest.mark.parametrize("tag", ["ar", "he", "fa", "ur"])
def test_a_left_to_right_name_stays_whole_in_a_right_to_left_row(tag: str) -> None:
    name = "Ada (Okafor) 12-B"
    mail = compose(occasions(change(said_by(name), locale=tag))["confirmation"])
    rows = [row for row in mail.text.splitlines() if name in row]
    assert len(rows) >= 4
    for row in rows:
        assert name in seen_order(row, first_strong(ISOLATES.sub("", row)) or "rtl"), row


def test_a_value_in_mark_up_stands_in_an_isolate() -> None:
    for tag in ("en", "ar"):
        for occasion, letter in occasions(change(said_by(HEBREW), locale=tag)).items():
            body = compose(letter).html.partition("<body")[2].replace("\n", " ")
            befores = body.split(HEBREW)[:-1]
            assert befores
            for before in befores:
                assert re.search('(<bdi>|\u2068)[^<]*$|="[^"<]*$', before), (occasion, before[-80:])
