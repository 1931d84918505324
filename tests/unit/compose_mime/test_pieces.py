"""Literals and values that are encoded apart make one clean body."""

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime.quoted import (
    BEFORE_VALUE,
    LINE,
    VALUE,
    UnfitError,
    literal,
    unified,
    value,
)

PIECES = [".", "From ", "F", "Fro", "rom ", "=", "é", "€", "😀", " ", "\t", "\n", "y" * 150]
PIECES += ["x" * 20, "x" * 31, "x" * 43, "x" * 44, "x" * 45, "x" * 72, "x" * 76]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"])
).map(unified)
PARTS = st.lists(st.tuples(st.booleans(), TEXTS, st.integers(0, 75)), max_size=8)


@given(PARTS)
def test_pieces_decode_to_the_whole_text_and_are_clean(
    parts: list[tuple[bool, str, int]],
) -> None:
    column, out = 0, []
    for is_value, text, limit in parts:
        if is_value:
            broken, column = literal("", column, BEFORE_VALUE)
            out += [broken, value(text)]
            column += VALUE
        else:
            written, column = literal(text, column, limit)
            assert column <= limit
            out.append(written)
    data = "".join([*out, literal("\n", column, LINE)[0]]).encode("ascii")
    whole = "".join([*(text for _, text, _ in parts), "\n"])
    assert quopri.decodestring(data).replace(b"\r\n", b"\n") == whole.encode()
    _assert_clean(data)


@given(TEXTS)
def test_a_value_keeps_to_its_room_on_its_first_and_last_line(text: str) -> None:
    first, *more = value(text).split("\r\n")
    assert len(first.removesuffix("=")) <= VALUE + 1
    assert all(len(line) <= LINE for line in more)
    assert len(more[-1] if more else first) <= VALUE


@pytest.mark.parametrize("text", ["a\r", "\r\nb", "\ud83d", "\ude00x"])
def test_what_may_be_half_of_something_has_no_encoding_of_its_own(text: str) -> None:
    with pytest.raises(UnfitError):
        value(text)
    with pytest.raises(UnfitError):
        literal(text, 0, LINE)


def _assert_clean(data: bytes) -> None:
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= LINE
    for line in lines:
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
        assert not set(line) - set(range(0x20, 0x7F)) - {9}
