"""What strangers write into an order stays text, in every field, kind, part and template."""

import functools
import itertools
import json

import msgspec
import pytest

from tests.unit.compose.orders import BRAND, SEED
from tests.unit.compose.proofs.attacks import OWN, attacks
from tests.unit.compose.proofs.fields import (
    DECIDING,
    KEYS,
    SAME_AS,
    TYPED,
    every_field,
    harmless,
    planted,
    text_fields,
)
from tests.unit.compose.proofs.occasions import occasions
from tests.unit.compose.proofs.seen import Seen, bones, faults, words
from twofifty.compose import clean
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter

LOCALES = ("en-GB", "ar-EG", "ja-JP", "de-AT", "he-IL", "hi-IN", "zh-HK", "fa-IR")
LETTERS = occasions(every_field())
ROUNDS = 20
"""How many of the orders with an attack in each field the fast form composes for each kind."""
FIELDS = sorted(text_fields() | {"words"})
# Where each text is shown in full, in the mails of these occasions.
SHOWN = {
    "lines[].title": ("confirmation", "compact", "update_quantity", "shipment", "cancellation"),
    "lines[].variant": ("confirmation", "update_quantity"),
    "lines[].attributes.VALUE": ("confirmation",),
    "parcels[].tracking_number": ("shipment", "delay_parcel"),
    "shipping[].title": ("confirmation",),
    "payments[].title": ("confirmation",),
    "shipping_address.line1": ("confirmation", "update_address"),
    "discounts[].code": ("confirmation",),
    "fees[].title": ("confirmation",),
    "number": ("confirmation", "refund", "delay"),
}


@functools.cache
def composer() -> Composer:
    return Composer(BRAND)


def compose(letter: Letter) -> Composed:
    return composer().compose(letter, SEED)


def kept(path: str) -> bool:
    """Whether a text is left as it is."""
    return path in TYPED | DECIDING or path not in FIELDS


class Square:
    """Gives each field of an order an attack of its own, and in each round another one, so that
    in as many rounds as there are attacks every field has had them all."""

    def __init__(self, texts: tuple[str, ...], turn: int) -> None:
        self._texts = texts
        self._turn = turn
        self._places: dict[tuple[str, str], int] = {}
        self._told: dict[str, int] = {}

    def hostile(self, path: str, old: str) -> str:
        if kept(path):
            return old
        path = SAME_AS.get(path, path)
        found = self._texts[(self._place(path, old) * 7 + self._turn) % len(self._texts)]
        if path not in KEYS:
            return found
        # an id is never empty, and a notice's facts end a parcel's id with this sign
        return found.replace("@", "a") or "0"

    def calm(self, path: str, old: str) -> str:
        if kept(path):
            return old
        hostile, where = self.hostile(path, old), SAME_AS.get(path, path)
        # a city and a region that come out the same are shown once
        told = hostile if where in KEYS else clean.line(hostile).casefold()
        return harmless(where, hostile, f"x{self._told.setdefault(told, len(self._told))}")

    def _place(self, path: str, old: str) -> int:
        return self._places.setdefault((SAME_AS.get(path, path), old), len(self._places))


def filled(letter: Letter, locale: str, give: object) -> Letter:
    """A letter with its texts replaced, in a language."""
    assert callable(give)
    orders = {
        name: msgspec.structs.replace(planted(order, give), locale=locale)
        for name, order in (("order", letter.order), ("before", letter.before))
        if order is not None
    }
    words = give("words", letter.words) if letter.words else ""
    facts = letter.facts
    if facts.startswith("parcel:"):
        key, at, rest = facts.removeprefix("parcel:").partition("@")
        facts = f"parcel:{give('parcels[].id', key)}{at}{rest}"
    return msgspec.structs.replace(letter, **orders, words=words, facts=facts)


def one(path: str, hostile: str, letter: Letter) -> Letter:
    """A letter with an attack in one field alone."""
    return filled(letter, "en-GB", lambda where, old: hostile if where == path != "locale" else old)


def breaks(name: str, turn: int, texts: tuple[str, ...]) -> list[str]:
    """What an order full of attacks breaks in the mail of an occasion."""
    locale = LOCALES[turn % len(LOCALES)]
    square = Square(texts, turn)
    bad = compose(filled(LETTERS[name], locale, square.hostile))
    calm = compose(filled(LETTERS[name], locale, square.calm))
    found = faults(bad) + [f"calm: {fault}" for fault in faults(calm)]
    if bones(bad) != bones(calm):
        found.append("other bones")
    return [f"{name} {locale} {turn}: {fault}" for fault in found]


def test_every_text_of_the_model_is_in_the_order_that_is_attacked() -> None:
    met: set[str] = set()

    def noted(path: str, old: str) -> str:
        met.add(path)
        return old

    planted(every_field(), noted)
    assert text_fields() <= met
    assert len(FIELDS) >= 65


@pytest.mark.parametrize("name", LETTERS)
def test_an_attack_in_every_field_at_once_changes_no_mark_up_and_no_header(name: str) -> None:
    texts = attacks()
    step = max(1, len(texts) // ROUNDS)
    assert [breaks(name, turn, texts) for turn in range(0, len(texts), step)] == [
        [] for _ in range(0, len(texts), step)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", LETTERS)
def test_every_attack_in_every_field_changes_no_mark_up_and_no_header(name: str) -> None:
    texts = attacks()
    found = [breaks(name, turn, texts) for turn in range(len(texts))]
    assert [each for each in found if each] == []


@pytest.mark.parametrize("path", sorted(DECIDING))
def test_a_hostile_language_or_zone_is_as_none(path: str) -> None:
    for hostile in attacks()[::5]:
        for name in ("confirmation", "update_quantity"):
            letter = LETTERS[name]
            made = [
                compose(
                    msgspec.structs.replace(
                        letter, order=msgspec.structs.replace(letter.order, **{path: text})
                    )
                )
                for text in (hostile, "x-none")
            ]
            assert faults(made[0]) == []
            assert bones(made[0]) == bones(made[1])


@pytest.mark.parametrize(("path", "names"), SHOWN.items(), ids=SHOWN)
def test_what_was_written_is_shown_once_it_is_clean(path: str, names: tuple[str, ...]) -> None:
    for name, hostile in itertools.product(names, OWN):
        told = clean.line(hostile, 40).rstrip(clean.ELLIPSIS).strip()
        if len(told) < 2:
            continue
        mail = compose(one(path, hostile, LETTERS[name]))
        sign = told.lstrip("# ") if path == "number" else told
        assert words(sign) in words(Seen(mail.html).shown()), (name, hostile)
        assert words(sign).replace(" ", "") in words(mail.text).replace(" ", ""), (name, hostile)


@pytest.mark.parametrize("hostile", OWN, ids=range(len(OWN)))
def test_programs_read_the_same_title_as_people(hostile: str) -> None:
    for name in ("confirmation", "shipment", "cancellation"):
        mail = compose(one("lines[].title", hostile, LETTERS[name]))
        node = json.loads(Seen(mail.html).script)
        said = json.dumps(node, ensure_ascii=False)
        told = clean.cut(clean.line(hostile), 150)
        if told:
            assert json.dumps(told, ensure_ascii=False)[1:-1] in said
        assert not {"<", ">", "&"} & set(Seen(mail.html).script)
