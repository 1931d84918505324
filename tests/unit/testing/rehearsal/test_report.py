"""The report needs nothing but itself, and says what is so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.testing.rehearsal.page import Report, page
from twofifty.testing.rehearsal.plot import Line, Plot, ceiling, svg
from twofifty.testing.rehearsal.result import Point, result_of
from twofifty.testing.rehearsal.seen import Shade
from twofifty.testing.rehearsal.sparks import spark
from twofifty.testing.rehearsal.words import Terms

Made = Callable[..., Any]
POINTS = st.lists(st.builds(Point, st.floats(0, 1e5), st.floats(0, 1e9)), max_size=30)


@pytest.fixture
def written(order: Made, seen: Made) -> str:
    shades = (Shade(1.0, 2.0, "first <route> down"),)
    result = result_of(seen(order(1), order(2, taken=(2.0, 3.0), doubts=1), shades=shades))
    terms = Terms(routes=1, askable=False, workers=2, limited=False)
    return page(Report((result,), terms, ("A & B",), datetime(2026, 11, 22, tzinfo=UTC), "1"))


def test_the_report_asks_no_network_and_runs_no_script(written: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!#)|<script|url\(|@import|https?://", written)


def test_faults_are_shaded_and_named(written: str) -> None:
    assert written.count('class="shade"') == 4
    assert "first &lt;route&gt; down" in written
    assert "A &amp; B" in written
    assert "<route>" not in written


def test_figures_and_advice_stand_in_it(written: str) -> None:
    assert "2 orders were accepted in 1 scenarios" in written
    assert "attention: copies after doubts" in written
    assert "Declare lookup=URL" in written


@given(POINTS, st.floats(0, 1e5))
def test_every_plot_is_well_formed_and_keeps_within_its_frame(
    points: list[Point], seconds: float
) -> None:
    drawn = ET.fromstring(svg(Plot("A & B", "mails", [Line("", points)]), seconds))  # noqa: S314
    for line in drawn.iter("polyline"):
        for place in line.get("points", "").split():
            x, y = map(float, place.split(","))
            assert 0 <= x <= 440
            assert 0 <= y <= 210


@given(st.floats(1e-6, 1e9))
def test_the_upright_axis_ends_above_every_value_and_near_it(value: float) -> None:
    assert value <= ceiling(value) * 1.0001
    assert ceiling(value) <= value * 2.5


@given(POINTS, st.integers(1, 80))
def test_a_small_plot_is_as_wide_as_asked(points: list[Point], width: int) -> None:
    assert len(spark(points, width)) == (width if points else 0)


def test_a_small_plot_rises_where_the_values_do() -> None:
    assert spark([Point(0, 0), Point(1, 4), Point(2, 8)], 3) == " ▅█"
