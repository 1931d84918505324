"""Every order of the corpora, in every language and region, at every occasion, says what it is."""

import functools
import itertools

import msgspec
import pytest

from tests.unit.compose.orders import BRAND, SEED, samples
from tests.unit.compose.proofs.corpus import FOLDER, LOCALES, orders
from tests.unit.compose.proofs.occasions import occasions
from tests.unit.compose.proofs.telling import PRICED, english, left_in_english, misses
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.order.model import Order

TAGS = list(LOCALES)
OTHER_OCCASIONS = tuple(name for name in occasions(samples()["english"]) if name != "confirmation")
TURNS = tuple(OTHER_OCCASIONS[place::4] for place in range(4))
needs_corpora = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no order payloads at {FOLDER}")


@functools.cache
def composer() -> Composer:
    return Composer(BRAND)


def spoken(order: Order, tag: str) -> Order:
    return msgspec.structs.replace(order, locale=tag)


def compose(letter: Letter) -> Composed:
    return composer().compose(letter, SEED)


def wrong(order: Order, tag: str, *names: str) -> list[str]:
    """What is wrong with an order's mails in a locale: all of them, or those of the occasions."""
    found = occasions(spoken(order, tag))
    letters = {name: found[name] for name in names if name in found} if names else found
    said: list[str] = []
    for name, letter in letters.items():
        mail = compose(letter)
        pieces = [f"English: {piece}" for piece in left_in_english(letter, mail)]
        said += [f"{name} {tag}: {miss}" for miss in (*misses(letter, mail), *pieces)]
    return said


@needs_corpora
def test_every_order_of_the_corpora_is_true_at_its_occasions() -> None:
    found = [
        f"{name} {said}"
        for (name, order), tag, turn in zip(
            orders().items(), itertools.cycle(TAGS), itertools.cycle(TURNS), strict=False
        )
        for said in wrong(order, tag, "confirmation", *turn)
    ]
    assert len(orders()) >= 150
    assert found == []


@needs_corpora
@pytest.mark.parametrize("tag", TAGS)
def test_the_confirmations_of_the_corpora_are_true_in_every_locale(tag: str) -> None:
    told = list(orders().items())
    for name, order in told[TAGS.index(tag) % 25 :: 25]:
        assert wrong(order, tag, "confirmation") == [], name


@pytest.mark.parametrize("tag", TAGS)
def test_a_rich_order_is_true_at_every_occasion_in_every_locale(tag: str) -> None:
    richest = list(samples().values())
    assert wrong(richest[TAGS.index(tag) % len(richest)], tag) == []


@needs_corpora
@pytest.mark.slow
@pytest.mark.parametrize("tag", TAGS)
def test_every_order_is_true_at_every_occasion_in_every_locale(tag: str) -> None:
    assert [said for order in orders().values() for said in wrong(order, tag)] == []


def test_there_are_enough_languages_and_pieces_of_english_to_look_for() -> None:
    assert len({tag.partition("-")[0] for tag in TAGS}) >= 45
    assert len(english()) >= 60
    assert {"confirmation", "update", "refund"} <= PRICED
