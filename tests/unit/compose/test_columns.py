"""Plain text in columns."""

from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.columns import WIDTH, pair, width, wrap

WORDS = st.lists(st.text("abcé日本👍", min_size=1, max_size=12), min_size=1, max_size=40).map(
    " ".join
)


def test_wide_signs_take_two_columns_and_marks_none() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1
    assert width("€ – „x“ •") == len("€ – „x“ •")


@given(WORDS)
def test_wrapped_text_keeps_its_words_and_its_width(text: str) -> None:
    rows = wrap(text, "    ")
    assert " ".join(row.strip() for row in rows) == text
    assert all(width(row) <= WIDTH for row in rows)


@given(WORDS, st.sampled_from(["", "€1.00", "1.234,56 €"]))
def test_the_right_column_ends_at_the_edge(left: str, right: str) -> None:
    last = pair(left, right).splitlines()[-1]
    assert last.endswith(right)
    assert width(last) == WIDTH if right else width(last) <= WIDTH


def test_a_word_longer_than_the_line_stays_whole() -> None:
    link = "https://example.com/" + "x" * 100
    assert link in wrap(f"see {link} now")


def test_isolates_take_no_room() -> None:
    assert width("\u2068שלום\u2069") == 4
    assert len(pair("\u2068שלום\u2069", "1.00")) == 74
