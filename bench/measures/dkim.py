"""`dkim`: the same queue emptied with both signatures and without."""

import statistics
import tempfile
from pathlib import Path

from bench.figures import Goal, Result, Row
from bench.measures.draining import drain
from bench.measures.size import Size
from bench.peers import Drained
from bench.scene import Wanted
from twofifty.testing.process import ServiceProcess

DOMAIN = "example.com"
TURNS = 2
ENVIRON = {"TWOFIFTY_FROM": f"Shop <orders@{DOMAIN}>"}


def measure(size: Size) -> Result:
    """RSA-2048 and Ed25519, in turn with no signature."""
    count = size.of(3_000)
    pairs = [
        (drain(count, Wanted(environ=ENVIRON)), _signed(count))
        for _ in range(min(size.turns(), TURNS))
    ]
    plain = statistics.median(one.rate for one, _ in pairs)
    signed = statistics.median(one.rate for _, one in pairs)
    share = statistics.median(two.rate / one.rate for one, two in pairs)
    added = statistics.median(two.cpu - one.cpu for one, two in pairs)
    rows = (
        Row("orders to 250, signed twice", signed, "orders/s", None, plain, "unsigned, next"),
        Row("share of the rate without", share, "x", Goal(least=0.4)),
        Row("CPU of both signatures", added, "us"),
    )
    return Result("dkim", f"{count} accepted orders of 10 lines, RSA-2048 + Ed25519", rows)


def _signed(count: int) -> Drained:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        made = ServiceProcess(folder, ENVIRON).cli("dkim", "create", DOMAIN)
        if made.returncode:
            raise RuntimeError(made.stderr[-300:])
        return drain(count, Wanted(environ=ENVIRON, folder=folder))
