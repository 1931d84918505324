"""Segments are counted as networks count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.alert.segment import EXTENDED, GSM, Counted, counted, is_gsm, plain

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
gsm_texts = st.text(st.sampled_from(sorted(GSM | EXTENDED)), max_size=700)


def test_the_alphabet_has_its_127_and_10_signs() -> None:
    assert len(GSM) == 127  # the 128th is the escape to the table of extensions
    assert len(EXTENDED) == 10
    assert not GSM & EXTENDED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Counted("gsm", 0, 1)),
        ("a" * 160, Counted("gsm", 160, 1)),
        ("a" * 161, Counted("gsm", 161, 2)),
        ("a" * 306, Counted("gsm", 306, 2)),
        ("a" * 307, Counted("gsm", 307, 3)),
        ("€" * 80, Counted("gsm", 160, 1)),
        ("€" * 81, Counted("gsm", 162, 2)),
        ("€" * 153, Counted("gsm", 306, 3)),  # 76 a segment: none is torn in two
        ("a" * 152 + "€" + "a" * 152, Counted("gsm", 306, 3)),
        ("ç" * 70, Counted("ucs2", 70, 1)),
        ("ç" * 71, Counted("ucs2", 71, 2)),
        ("ç" * 134, Counted("ucs2", 134, 2)),
        ("ç" * 135, Counted("ucs2", 135, 3)),
        ("😀" * 35, Counted("ucs2", 70, 1)),
        ("😀" * 36, Counted("ucs2", 72, 2)),
        ("😀" * 67, Counted("ucs2", 134, 3)),  # 33 a segment: no pair is torn in two
        ("Ç", Counted("gsm", 1, 1)),
        ("`", Counted("ucs2", 1, 1)),
        ("\u00a0", Counted("ucs2", 1, 1)),
    ],
)
def test_known_lengths(text: str, expected: Counted) -> None:
    assert counted(text) == expected


def split(text: str, room: int, width: dict[str, int]) -> list[str]:
    """The segments themselves, the plainest way."""
    parts = [""]
    for sign in text:
        if sum(width.get(one, 1) for one in parts[-1] + sign) > room:
            parts.append("")
        parts[-1] += sign
    return parts


@given(gsm_texts)
def test_of_the_alphabet_every_text_is_counted_in_septets(text: str) -> None:
    found, wide = counted(text), dict.fromkeys(EXTENDED, 2)
    assert found.encoding == "gsm"
    assert found.units == sum(wide.get(sign, 1) for sign in text)
    whole = found.units <= 160
    assert found.segments == (1 if whole else len(split(text, 153, wide)))


@given(texts)
def test_whatever_is_not_of_the_alphabet_is_counted_in_units_of_utf_16(text: str) -> None:
    found = counted(text)
    if found.encoding == "ucs2":
        assert found.units == len(text.encode("utf-16-le")) // 2
        wide = {sign: 2 for sign in text if ord(sign) > 0xFFFF}
        assert found.segments == (1 if found.units <= 70 else len(split(text, 67, wide)))
        assert not is_gsm(text)


@given(texts, texts)
def test_more_text_never_takes_fewer_segments(one: str, other: str) -> None:
    assert counted(one + other).segments >= counted(one).segments


@given(texts)
def test_only_quotes_dashes_and_blanks_are_ever_written_plainly(text: str) -> None:
    found = plain(text)
    letters = [sign for sign in text if sign.isalnum()]
    assert [sign for sign in found if sign.isalnum()] == letters
    assert plain(found) == found
    assert found == text or is_gsm(found)


def test_typography_alone_does_not_cost_a_segment() -> None:
    assert plain("Olga’s order – “done”…") == 'Olga\'s order - "done"...'
    assert plain("Commande n° 7") == "Commande n° 7"  # ° is not of the alphabet


def test_a_text_that_stays_outside_is_left_as_it_is() -> None:
    assert plain("Zamówienie „1001” – gotowe") == "Zamówienie „1001” – gotowe"
