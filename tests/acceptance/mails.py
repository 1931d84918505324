"""Orders to many recipients, what the store has of their mails, and what a run came to."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.acceptance.rows import change, rows
from twofifty.testing.law import MOVING, conserved
from twofifty.testing.ledger import Taken
from twofifty.testing.load import Load, Post
from twofifty.testing.process import KEY, ServiceProcess
from twofifty.testing.samples import sample_order
from twofifty.track.model import Conservation

HEADERS = (("Authorization", f"Bearer {KEY}"),)
FIGURES = os.environ.get("FIGURES", "")
"""A file that takes the figures of a run, a JSON object a line."""

_MAILS = """
SELECT m.recipient, m.status, m.code, m.attempt, m.doubts, m.rfc_id, m.id, coalesce(
    (SELECT e.status FROM message_events e WHERE e.message = m.seq AND e.attempt IS NOT NULL
     AND e.status <> 'sending' AND e.cause NOT IN ('rate', 'resting', 'handed_back')
     ORDER BY e.id LIMIT 1), '')
FROM messages m ORDER BY m.seq
"""


class Mail(NamedTuple):
    """A message as it lies in the store; `first`: what its first real attempt came to, '' for none
    yet."""

    recipient: str
    status: str
    code: str | None
    attempts: int
    doubts: int
    rfc_id: str | None
    id: str
    first: str

    @property
    def domain(self) -> str:
        return self.recipient.rpartition("@")[2]


def an_order(i: int, to: str, source: str = "sample") -> Post:
    """Paid order number `i`, for whoever reads mail at `to`."""
    order = sample_order(i, lines=2)
    bought = {"customer": {**order["customer"], "email": to}, "state": {"payment": "paid"}}
    return Post(
        str(i), "/v1/orders", msgspec.json.encode({**order, **bought, "source": source}), HEADERS
    )


def post(service: ServiceProcess, orders: Iterable[Post]) -> int:
    """Posts them all; how many. Raises AssertionError for another answer than 202."""
    answered = asyncio.run(Load(service.port).run(orders))
    wrong = {one.body for one in answered.values() if one.status != 202}
    assert not wrong, wrong
    return len(answered)


def mails(service: ServiceProcess) -> list[Mail]:
    """Every message, in the order in which they were made."""
    return [Mail(*row) for row in rows(service, _MAILS)]


def until(true: Callable[[], bool], seconds: float, what: Callable[[], object]) -> None:
    """Waits. Raises AssertionError with `what` once the time is up."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.1)


def hurried(service: ServiceProcess, seconds: float) -> Conservation:
    """As `law.settled`, as if hours passed: whatever waits for its next attempt is due at once."""
    end = time.monotonic() + seconds
    while any(conserved(service).messages.get(status) for status in MOVING):
        assert time.monotonic() < end, conserved(service).messages
        hurry(service)
        time.sleep(0.5)
    return conserved(service)


def hurry(service: ServiceProcess) -> None:
    """Whatever waits for its next attempt is due now."""
    change(service, "UPDATE jobs SET run_at = 0 WHERE owner IS NULL AND run_at > 0")


def statuses(found: Iterable[Mail]) -> dict[str, int]:
    return dict(Counter(one.status for one in found))


def copies(taken: Iterable[Taken]) -> dict[str, list[str]]:
    """Message-ID, without brackets, to the hashes of every copy that was taken."""
    found: dict[str, list[str]] = {}
    for one in taken:
        found.setdefault(one.message_id.strip("<>"), []).append(one.sha256)
    return found


def memory(pids: Iterable[int]) -> dict[int, int]:
    """Process id to the most memory that it ever had, in bytes."""
    return {pid: _peak(Path(f"/proc/{pid}/status").read_text()) for pid in pids}


def _peak(status: str) -> int:
    (line,) = [one for one in status.splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def note(run: str, figures: Mapping[str, object]) -> None:
    """Keeps the figures of a run, where a file is named for them."""
    if FIGURES:
        with Path(FIGURES).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"run": run, **figures}) + "\n")
