"""What a running process says of itself: structured logs with an `action`, and metrics.

The intake process counts in its own memory. Delivery processes count in files of the folder that
`PROMETHEUS_MULTIPROC_DIR` names to them, and the intake process adds those up. No log line carries
a secret or the text of a mail.
"""

import logging
import sys
import traceback
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

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
OUTCOMES = Counter(
    "twofifty_outcomes", "outcomes of delivery attempts", ["outcome"], registry=DELIVERY
)
DEGRADED = Counter(
    "twofifty_degraded_mails", "mails that fell back to the plain receipt", registry=DELIVERY
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
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
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
