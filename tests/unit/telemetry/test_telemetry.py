"""What a process says of itself: one JSON object a line, with an action, and nothing secret."""

import asyncio
import contextlib
import io
import json
import subprocess
import sys
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from twofifty import telemetry

SECRET = "hunter2-and-more"

SPEAKING = """
import sys
from twofifty import telemetry

telemetry.configure({form!r}, {level!r})
telemetry.log().debug("thinking", action="test.think")
telemetry.log().info("an order came", action="test.order", order="1001", count=2)
telemetry.log().warning("careful: \\u2603 \\n a second line", action="test.care")

def fail(password):
    raise ValueError("it did not work")

try:
    fail(sys.argv[1])
except ValueError:
    telemetry.log().exception("a fault", action="test.fault")
"""


def spoken(form: str, level: str) -> list[str]:
    """What a process writes to standard error; it writes nothing to standard output."""
    program = SPEAKING.format(form=form, level=level)
    done = subprocess.run(
        [sys.executable, "-c", program, SECRET], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def records(level: str = "info") -> list[dict[str, Any]]:
    return [json.loads(line) for line in spoken("json", level)]


def test_every_line_is_one_json_object_with_an_action() -> None:
    said = records()
    assert [one["action"] for one in said] == ["test.order", "test.care", "test.fault"]
    assert [one["level"] for one in said] == ["info", "warning", "error"]
    assert all(one["event"] and one["timestamp"].endswith("Z") for one in said)


def test_what_was_given_is_kept_as_it_is() -> None:
    order = records()[0]
    assert (order["order"], order["count"], order["event"]) == ("1001", 2, "an order came")


def test_levels_below_the_set_one_are_silent() -> None:
    assert [one["level"] for one in records("error")] == ["error"]
    assert len(records("debug")) == 4


def test_a_fault_is_told_without_the_values_of_variables() -> None:
    lines = spoken("json", "debug")
    assert "it did not work" in json.loads(lines[-1])["exception"]
    assert not any(SECRET in line for line in lines)


def test_away_from_a_terminal_auto_means_json() -> None:
    assert all(json.loads(line)["action"] for line in spoken("auto", "info"))


def test_text_is_for_people() -> None:
    assert any("an order came" in line and "test.order" in line for line in spoken("text", "info"))


def test_the_log_goes_to_standard_error_as_it_is_when_it_is_written() -> None:
    first, second = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(first):
        telemetry.configure("json", "info")
        telemetry.log().info("one", action="test.one")
    first.close()
    with contextlib.redirect_stderr(second):
        telemetry.log().info("two", action="test.two")
    assert "test.two" in second.getvalue()
    structlog.reset_defaults()


class _Stream(io.StringIO):
    """Standard error that knows how often it was written to."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


def test_usual_lines_of_one_turn_are_written_together_and_a_warning_at_once() -> None:
    async def scenario() -> list[str]:
        for number in range(50):
            telemetry.log().info("a mail left", action="test.left", number=number)
        seen.append(stream.writes)
        await asyncio.sleep(0)
        seen.append(stream.writes)
        telemetry.log().info("one more", action="test.left", number=50)
        telemetry.log().warning("careful", action="test.care")
        seen.append(stream.writes)
        return stream.getvalue().splitlines()

    seen: list[int] = []
    stream = _Stream()
    with contextlib.redirect_stderr(stream):
        telemetry.configure("json", "info")
        lines = [json.loads(line) for line in asyncio.run(scenario())]
    structlog.reset_defaults()
    assert seen == [0, 1, 2]
    assert [line["number"] for line in lines[:51]] == list(range(51))
    assert lines[51]["action"] == "test.care"


def test_what_no_json_holds_is_told_all_the_same() -> None:
    stream = io.StringIO()
    with contextlib.redirect_stderr(stream):
        telemetry.configure("json", "info")
        telemetry.log().info("half \ud83d of it", action="test.odd", thing={1, 2}, snow="\u2603")
    structlog.reset_defaults()
    assert stream.getvalue().isascii()
    record = json.loads(stream.getvalue())
    assert (record["action"], record["snow"]) == ("test.odd", "\u2603")


@given(st.lists(st.floats(0, 5_000), max_size=40))
def test_durations_told_together_count_as_if_told_one_by_one(seconds: list[float]) -> None:
    def counted(*, together: bool) -> dict[str, float]:
        registry = CollectorRegistry()
        durations = telemetry.Durations("took", "so long", buckets=(0.1, 1, 10), registry=registry)
        if together:
            durations.observe_all(seconds)
        else:
            for one in seconds:
                durations.observe(one)
        (metric,) = registry.collect()
        return {
            f"{one.name}{one.labels}": one.value
            for one in metric.samples
            if not one.name.endswith("_created")
        }

    assert counted(together=True) == pytest.approx(counted(together=False))


def test_outcomes_are_counted_once_each_at_the_end_of_a_turn() -> None:
    def sent() -> float | None:
        return telemetry.DELIVERY.get_sample_value("twofifty_outcomes_total", {"outcome": "sent"})

    async def scenario() -> None:
        for _ in range(7):
            telemetry.TALLY.outcome("sent")
        await asyncio.sleep(0)

    telemetry.TALLY.outcome("sent")
    before = sent()
    asyncio.run(scenario())
    assert sent() == (before or 0) + 7
