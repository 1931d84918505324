"""What a running process says of itself: structured logs with an `action`, and metrics.

The intake process counts in its own memory. Delivery processes count in files of the folder that
`PROMETHEUS_MULTIPROC_DIR` names to them, and the intake process adds those up. No log line carries
a secret or the text of a mail.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO, cast

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Log = structlog.stdlib.BoundLogger

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
DELIVERY_SECONDS = Histogram(
    "twofifty_delivery_seconds",
    "from queued to the next hop's 250",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
    registry=DELIVERY,
)
COMPOSE_SECONDS = Histogram(
    "twofifty_compose_seconds",
    "from order to bytes",
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25),
    registry=DELIVERY,
)


class _StandardError:
    """Standard error as it is at the moment of writing: whoever runs a command inside another
    program may have put another stream in its place meanwhile."""

    def write(self, text: str) -> int:
        """As a stream has it."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """As a stream has it."""
        sys.stderr.flush()


def configure(form: str, level: str) -> None:
    """Sends logs to standard error: `json`, `text`, or `auto` (text on a terminal)."""
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    renderer = structlog.dev.ConsoleRenderer() if text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )


def log() -> Log:
    """The process's logger. First argument: one sentence; always an `action` keyword."""
    logger: Log = structlog.get_logger()
    return logger


def where(fault: BaseException) -> str:
    """Where it happened, innermost first: places only, for values may be anybody's data."""
    frames = reversed(traceback.extract_tb(fault.__traceback__, -12))
    return " < ".join(
        f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"
        for frame in frames
    )
