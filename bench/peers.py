"""What users would pick instead, on the same work: programs of others beside the product.

The scripts are not part of this repository. `BENCH_PEERS` names their folder (else `build/peers`,
where `setup.sh` there has been run): each puts so many orders into a peer's own durable queue, lets
two worker processes render and deliver them to `smtp-sink`, and prints one JSON line with
`orders_s`, from the first to the last message, and `cpu_us` per order.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(os.environ.get("BENCH_PEERS", Path(__file__).parents[1] / "build" / "peers"))
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
SECONDS = 240


class Peer(msgspec.Struct, frozen=True):
    """Celery sends by Django's mail, BullMQ keeps its queue in Redis and sends by nodemailer,
    Postfix relays ready-made mails. `times`: how many times faster than it we want to be at the
    same work, `whole` at all that we do from HTTP to 250. `needs`: programs that have to be
    installed."""

    name: str
    script: str
    words: tuple[str, ...]
    environ: dict[str, str]
    needs: tuple[str, ...]
    times: float
    whole: float

    def missing(self) -> str:
        """Why it cannot be measured here; empty: it can."""
        if not (FOLDER / "peers" / self.script).exists():
            return "its scripts are not here (BENCH_PEERS names their folder)"
        lacking = [name for name in self.needs if not self._found(name)]
        return f"not installed: {', '.join(lacking)}" if lacking else ""

    def _found(self, name: str) -> bool:
        return (FOLDER / name).exists() if "/" in name else bool(shutil.which(name, path=PATH))


CELERY = {"POOL": "solo", "TUNED": "1"}
PEERS = (
    Peer(
        "Celery + Redis",
        "p_celery.py",
        ("redis",),
        CELERY,
        ("venv/bin/celery", "redis-server", "smtp-sink"),
        8.0,
        4.5,
    ),
    Peer(
        "Celery + RabbitMQ",
        "p_celery.py",
        ("rabbit",),
        CELERY,
        ("venv/bin/celery", "rabbitmq-server", "smtp-sink"),
        6.0,
        4.5,
    ),
    Peer(
        "BullMQ",
        "p_node.py",
        ("32", "8"),
        {"TUNED": "1"},
        ("node/node_modules", "node", "redis-server", "smtp-sink"),
        4.0,
        2.0,
    ),
    Peer("Postfix", "p_postfix.py", (), {}, ("postfix", "smtp-sink"), 5.0, 2.5),
)


class Drained(msgspec.Struct, frozen=True):
    """How a queue was emptied: orders a second, and processor time per order in microseconds,
    without the sink's."""

    rate: float
    cpu: float


def drained(peer: Peer, count: int) -> Drained:
    """One run of a peer. Raises RuntimeError with what it said where it did not do its work."""
    done = subprocess.run(
        (str(FOLDER / "venv/bin/python"), f"peers/{peer.script}", str(count), *peer.words),
        cwd=FOLDER,
        env={**os.environ, "PATH": PATH, **peer.environ},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    told = _told(done.stdout)
    if told is None or told["got"] < count:
        raise RuntimeError(f"{peer.name}: {(done.stderr or done.stdout)[-300:]}")
    parts = told["cpu_us"]
    spent = sum(parts.get(part, 0.0) for part in ("worker", "broker", "postfix"))
    return Drained(told["orders_s"], spent)


def _told(said: str) -> dict[str, Any] | None:
    lines = [line for line in said.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else None
