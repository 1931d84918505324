"""Encoded words by themselves."""

from email.header import decode_header, make_header

from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime.words import encoded_words

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(TEXTS, st.integers(-20, 80))
def test_words_are_short_whole_and_mean_the_text(text: str, first: int) -> None:
    words = encoded_words(text, first)
    assert len(words[0]) <= max(first, 30)
    assert max(map(len, words)) <= 75
    assert "".join(words).isascii()
    assert "".join(str(make_header(decode_header(word))) for word in words) == text


def test_the_shorter_of_the_two_encodings_is_taken() -> None:
    assert encoded_words("Bestätigt") == ["=?utf-8?q?Best=C3=A4tigt?="]
    assert encoded_words("подтверждён")[0].startswith("=?utf-8?b?")
