"""The two languages for looking at layouts are spoken only when asked for by their exact names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.pseudo import ACCENTED, MIRRORED, accented, mirrored
from twofifty.compose.texts import SOURCE, languages, load
from twofifty.compose.tongue import Tongues

TEXT = st.lists(st.sampled_from(["{name}", "{count}", "Total", " of ", "a", "!", "é"])).map("".join)


def holes(text: str) -> list[str]:
    return re.findall(r"\{\w*\}", text)


@given(TEXT)
def test_placeholders_stay_and_texts_grow(text: str) -> None:
    said = accented(text)
    assert holes(said) == holes(text)
    assert said.startswith("[")
    assert said.endswith("]")
    assert len(said) >= 1.4 * len(re.sub(r"\{\w*\}", "", text))
    assert holes(mirrored(text)) == holes(text)


def test_no_english_word_is_left_in_the_accented_texts() -> None:
    texts = Tongues("en").speak(ACCENTED).texts
    assert texts["total"].startswith("[Ţöţåļ")
    assert texts.plain.keys() == load(SOURCE).plain.keys()
    assert texts.say("parcel_of", place="1", count="3").count("1") == 1


def test_the_mirrored_mail_is_right_to_left() -> None:
    tongue = Tongues("en").speak(MIRRORED)
    assert tongue.direction == "rtl"
    assert tongue.tag.startswith("ar")
    assert tongue.texts["total"] == "\u202eTotal\u202c"


@pytest.mark.parametrize("tag", ["en-xa", "en_XA", "ar-xb", "en-XA-x-1", " en-XA"])
def test_no_other_name_speaks_them(tag: str) -> None:
    texts = Tongues("en").speak(tag).texts
    assert texts.language not in (ACCENTED, MIRRORED)


def test_they_are_no_catalogs() -> None:
    assert not {ACCENTED, MIRRORED} & set(languages())
