"""What benchmarks say of their figures, and how they draw them."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Goal, Result, Row, picture, told
from bench.measures.numbers import compared, percentile
from bench.picture import Bar, Curve, bars, curves
from bench.processes import Taken

NUMBERS = st.floats(min_value=0, max_value=1e9)


def parts(picture: str) -> Iterator[ET.Element]:
    return ET.fromstring(picture).iter()  # noqa: S314 - our own picture


@pytest.mark.parametrize(
    ("goal", "value", "verdict"),
    [
        (Goal(least=3_000), 3_000, "met"),
        (Goal(least=3_000), 1_500, "50% of it"),
        (Goal(most=800), 800, "met"),
        (Goal(most=800), 1_600, "2 times it"),
        (Goal(most=0), 0, "met"),
        (Goal(most=0), 3, "missed"),
    ],
)
def test_a_goal_is_met_or_its_distance_is_said(goal: Goal, value: float, verdict: str) -> None:
    assert Row("figure", value, "us", goal).verdict() == verdict


def test_a_result_says_what_it_was_measured_on() -> None:
    kept = told(Result("drain", "orders", (Row("rate", 10, "orders/s", Goal(least=20)),)), 1.0)
    assert {"at", "commit", "processor", "cores", "python", "packages"} <= kept["measured"].keys()
    assert kept["rows"][0]["goal"] == ">= 20"


@given(st.lists(st.tuples(st.text(), NUMBERS), min_size=1))
def test_bars_are_a_picture_whatever_they_are_called(shown: list[tuple[str, float]]) -> None:
    plain = [("".join(c for c in name if c.isprintable()), value) for name, value in shown]
    drawn = bars("title & <more>", [Bar(name, value, "us") for name, value in plain])
    widths = [float(one.attrib["width"]) for one in parts(drawn) if "rect" in one.tag]
    assert len(widths) == len(plain)
    assert max(widths) <= 421


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=50))
def test_curves_stay_inside_their_picture(points: list[tuple[float, float]]) -> None:
    drawn = curves("t", [Curve("c", tuple(sorted(points)))], ("x", "y"))
    line = next(one for one in parts(drawn) if one.attrib.get("class") == "line l0")
    placed = [pair.split() for pair in line.attrib["d"][1:].split("L")]
    assert all(0 <= float(x) <= 751 and 0 <= float(y) <= 305 for x, y in placed)


def test_a_row_with_a_baseline_is_drawn_beside_it() -> None:
    drawn = picture(Result("e2e", "orders", (Row("ours", 20, "orders/s", None, 10, "theirs"),)))
    assert "ours" in drawn
    assert "theirs" in drawn


@given(st.lists(NUMBERS, min_size=2))
def test_the_middle_lies_between_the_ends(values: list[float]) -> None:
    most = max(values)
    assert min(values) <= percentile(values, 0.5) + most * 1e-9
    assert percentile(values, 0.5) <= most * (1 + 1e-9)


@given(st.lists(st.integers(0, 20)), st.sets(st.integers(0, 20)))
def test_lost_and_doubled_are_what_a_count_says(came: list[int], wanted: set[int]) -> None:
    taken = [Taken(f"m{number}", str(number), 0.0) for number in came]
    lost, doubled = compared(taken, {str(number) for number in wanted})
    assert lost == sum(came.count(number) == 0 for number in wanted)
    assert doubled == sum(max(0, came.count(number) - 1) for number in wanted)
