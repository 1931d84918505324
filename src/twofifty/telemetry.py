"""What a running process says of itself: structured logs with an `action`, and metrics.

The intake process counts in its own memory. Delivery processes count in files of the folder that
`PROMETHEUS_MULTIPROC_DIR` names to them, and the intake process adds those up. No log line carries
a secret or the text of a mail.

What is told of every mail is cheap: lines below a warning, and what is counted by `Tally`, are
written together at the end of the event loop's turn, where one runs.
"""

import asyncio
import json
import logging
import sys
import traceback
from bisect import bisect_left
from collections import Counter as Numbers
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Log = structlog.stdlib.BoundLogger


class Durations(Histogram):
    """A histogram that is told of many at a time. It has no labels."""

    def observe_all(self, seconds: list[float]) -> None:
        """Each of them, with one write for all and one for each bucket."""
        if not seconds:
            return
        self._sum.inc(sum(seconds))
        found = Numbers(bisect_left(self._upper_bounds, one) for one in seconds)
        for place, times in found.items():
            self._buckets[place].inc(times)


INTAKE = CollectorRegistry()
DELIVERY = CollectorRegistry()

ARRIVALS = Counter(
    "twofifty_arrivals", "arrivals at the door", ["source", "outcome"], registry=INTAKE
)
NOT_ADDING_UP = Counter(
    "twofifty_orders_not_adding_up",
    "orders whose parts do not give their total",
    ["source"],
    registry=INTAKE,
)
FETCHES = Counter(
    "twofifty_fetches",
    "orders asked for at a shop's API: fetched, again (later), failed (given up)",
    ["source", "outcome"],
    registry=INTAKE,
)
RECONCILED = Gauge(
    "twofifty_reconcile_findings",
    "orders of the shop's list that did not agree when they were compared last",
    ["source", "code"],
    registry=INTAKE,
)
WEBHOOKS_MISSING = Gauge(
    "twofifty_webhooks_missing",
    "topics without an active webhook at the shop when it was asked last",
    ["source"],
    registry=INTAKE,
)
CANARY_SECONDS = Gauge(
    "twofifty_canary_seconds",
    "from the webhook of the last canary order to its confirmation",
    ["source"],
    registry=INTAKE,
)
CANARY_SUCCESS = Gauge(
    "twofifty_canary_last_success_timestamp",
    "when a canary order was confirmed last, seconds since the epoch",
    ["source"],
    registry=INTAKE,
)
TEMPLATES_TAKEN_BACK = Counter(
    "twofifty_templates_taken_back",
    "versions of templates that were rolled back by themselves",
    registry=INTAKE,
)
FEEDBACK = Counter(
    "twofifty_feedback",
    "news of messages that left, by who told it and what it was; also what is told again",
    ["origin", "type"],
    registry=INTAKE,
)
UNHEARD = Gauge(
    "twofifty_messages_since_feedback",
    "messages sent since anything was heard of any, counted up to 10,000",
    registry=INTAKE,
)
SILENT = Gauge(
    "twofifty_feedback_silent",
    "1 while so many were sent without a word that the way back must be broken",
    registry=INTAKE,
)
OUTCOMES = Counter(
    "twofifty_outcomes", "outcomes of delivery attempts", ["outcome"], registry=DELIVERY
)
DEGRADED = Counter(
    "twofifty_degraded_mails", "mails that fell back to a simpler template", registry=DELIVERY
)
STOCK_ANSWERS = Counter(
    "twofifty_stock_answers",
    "mails whose stock was asked for, by what came of it",
    ["source", "outcome"],
    registry=DELIVERY,
)
DELIVERY_SECONDS = Durations(
    "twofifty_delivery_seconds",
    "from queued to the next hop's 250",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
    registry=DELIVERY,
)
COMPOSE_SECONDS = Durations(
    "twofifty_compose_seconds",
    "from order to bytes",
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25),
    registry=DELIVERY,
)


class _Soon:
    """Does what was put off, once, at the end of the event loop's turn; at once where none runs."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask(self) -> None:
        """There is something to do."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._run()
            return
        if self._loop is not loop:  # also where the loop that was asked ended before its time
            self._loop = loop
            loop.call_soon(self._run)

    def _run(self) -> None:
        self._loop = None
        self._work()


class Tally:
    """Counts outcomes of delivery, and how long mails took: files that other processes read, which
    cost too much to be written for each."""

    def __init__(self) -> None:
        self._outcomes: Numbers[str] = Numbers()
        self._delivered: list[float] = []
        self._composed: list[float] = []
        self._soon = _Soon(self._write)

    def outcome(self, status: str) -> None:
        """An attempt ended so."""
        self._outcomes[status] += 1
        self._soon.ask()

    def delivered(self, seconds: float) -> None:
        """A mail was taken so long after it was queued."""
        self._delivered.append(seconds)
        self._soon.ask()

    def composed(self, seconds: float) -> None:
        """A mail was made in that time."""
        self._composed.append(seconds)
        self._soon.ask()

    def _write(self) -> None:
        for status, times in self._outcomes.items():
            OUTCOMES.labels(status).inc(times)
        DELIVERY_SECONDS.observe_all(self._delivered)
        COMPOSE_SECONDS.observe_all(self._composed)
        self._outcomes.clear()
        self._delivered.clear()
        self._composed.clear()


class _Lines:
    """Standard error as it is at the moment of writing: whoever runs a command inside another
    program may have put another stream in its place meanwhile. Warnings are written at once, behind
    what waits."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._soon = _Soon(self._write)

    def _later(self, line: str) -> None:
        self._waiting.append(line)
        self._soon.ask()

    def _now(self, line: str) -> None:
        self._waiting.append(line)
        self._write()

    def _write(self) -> None:
        lines, self._waiting = self._waiting, []
        if lines:
            sys.stderr.write("\n".join((*lines, "")))
            sys.stderr.flush()

    debug = info = msg = _later
    warning = error = critical = exception = failure = fatal = warn = err = _now


_LINES = _Lines()


def _one_line(_: Any, __: str, record: structlog.typing.EventDict) -> str:
    """The record in JSON, all ASCII: whatever a terminal or a file makes of other letters."""
    try:
        line = msgspec.json.encode(record, enc_hook=repr)
    except (TypeError, ValueError):  # what JSON has no name for, half a surrogate pair
        return json.dumps(record, default=repr)
    return line.decode("ascii") if line.isascii() else json.dumps(record, default=repr)


def configure(form: str, level: str) -> None:
    """Sends logs to standard error: `json`, `text`, or `auto` (text on a terminal)."""
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if text else _one_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: _LINES,
        cache_logger_on_first_use=True,
    )


def log() -> Log:
    """The process's logger. First argument: one sentence; always an `action` keyword."""
    return _KEPT.logger()


class _Kept:
    """The logger that the settings of `structlog` make, made once for as long as they stand."""

    def __init__(self) -> None:
        self._settings: object = None
        self._logger: Log = structlog.get_logger()

    def logger(self) -> Log:
        """As `log`."""
        settings = structlog.get_config()["processors"]
        if settings is not self._settings:
            self._settings = settings
            self._logger = structlog.get_logger().bind()
        return self._logger


_KEPT = _Kept()


def where(fault: BaseException) -> str:
    """Where it happened, innermost first: places only, for values may be anybody's data."""
    frames = reversed(traceback.extract_tb(fault.__traceback__, -12))
    return " < ".join(
        f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"
        for frame in frames
    )


TALLY = Tally()
