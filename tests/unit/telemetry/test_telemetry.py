"""What a process says of itself: one JSON object a line, with an action, and nothing secret."""

import contextlib
import io
import json
import subprocess
import sys
from typing import Any

import structlog

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
