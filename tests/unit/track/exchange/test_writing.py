"""What is exported is imported exactly."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from twofifty.track.exchange.cells import bare, guarded
from twofifty.track.exchange.reading import Taking, read
from twofifty.track.exchange.writing import as_csv, as_json_lines, head
from twofifty.track.model import Scope, Suppression

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)

SUPPRESSIONS = st.builds(
    Suppression,
    address=st.sampled_from(["a@example.com", "o'brien@example.com", "=x@example.com"]),
    scope=st.sampled_from(get_args(Scope)),
    cause=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    at=MOMENTS,
    channel=st.sampled_from(["email", "sms", "push"]),
    until=st.none() | MOMENTS,
    text=WORDS,
    actor=WORDS,
)


@given(st.lists(SUPPRESSIONS, max_size=5))
def test_a_csv_is_read_back_exactly(kept: list[Suppression]) -> None:
    written = (head() + as_csv(kept)).encode()
    assert list(read(written, Taking(NOW, "ci"))) == kept


@given(st.lists(SUPPRESSIONS, max_size=5))
def test_json_lines_are_read_back_exactly(kept: list[Suppression]) -> None:
    written = as_json_lines(kept).encode()
    assert list(read(written, Taking(NOW, "ci"))) == kept


@given(WORDS)
def test_no_cell_is_a_formula_and_each_comes_back(text: str) -> None:
    cell = guarded(text)
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert bare(cell) == text


def test_a_strangers_formula_is_text_in_a_spreadsheet() -> None:
    one = Suppression(
        address="a@example.com", scope="all", cause="hard_bounce", at=NOW,
        until=NOW + timedelta(days=1), text='=HYPERLINK("https://evil.test","550")',
    )  # fmt: skip
    (row,) = csv.reader(io.StringIO(as_csv([one])))
    assert row[6].startswith("'=")
