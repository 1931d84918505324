"""What benchmarks share: a service on a fresh store, somewhere to deliver to, and the waiting."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from bench.orders import CONFIG, canonical, mixed
from bench.processes import Answers, Load, Receiver, cpu_seconds, family, memory_mb
from twofifty.testing.process import ServiceProcess

WARM_UP = 240
FAR = 1_000_000_000
SECONDS = 900.0


class Wanted(msgspec.Struct, frozen=True):
    """How a service is started. `tree`: the sources it runs from, where these are others than
    those here; `folder`: where its store lies, a new one where it is not said."""

    role: str = "all"
    environ: Mapping[str, str] = {}
    query: str = "tls=none"
    tree: str = ""
    folder: Path | None = None


PLAIN = Wanted()


@contextmanager
def service(receiver_port: int, wanted: Wanted = PLAIN) -> Iterator[ServiceProcess]:
    """A service that delivers to `receiver_port`, until the end of the block."""
    with ExitStack() as stack:
        folder = wanted.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        )
        yield stack.enter_context(
            ServiceProcess(folder, told(receiver_port, wanted), CONFIG, wanted.role)
        )


def told(receiver_port: int, wanted: Wanted) -> dict[str, str]:
    """The settings of such a service."""
    tree = {"PYTHONPATH": wanted.tree} if wanted.tree else {}
    return {
        "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver_port}?{wanted.query}",
        "TWOFIFTY_LOG_LEVEL": "warning",
        **tree,
        **wanted.environ,
    }


@contextmanager
def workers(of: ServiceProcess, count: int) -> Iterator[list[int]]:
    """So many delivery processes of their own beside a service; their process ids."""
    command = (sys.executable, "-m", "twofifty.cli.main", "serve", "--role", "worker")
    with of.log.open("ab") as log:
        started = [
            subprocess.Popen(
                command, cwd=of.folder, env=of.environ, stdin=subprocess.DEVNULL, stderr=log
            )
            for _ in range(count)
        ]
    try:
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


def warm(of: ServiceProcess, receiver: Receiver, count: int = WARM_UP, first: int = FAR) -> int:
    """Sends a few orders through, so that every process is up and its caches are filled; how many
    the receiver had then."""
    had = receiver.count()
    Load(of.port, mixed(count, first=first)).answers()
    wait_for(receiver, had + count)
    return had + count


def accepted(of: ServiceProcess, count: int, first: int = 0) -> Answers:
    """`count` orders of ten lines, taken in."""
    return Load(of.port, canonical(count, first=first)).answers()


def wait_for(receiver: Receiver, count: int, seconds: float = SECONDS) -> float:
    """Waits until the receiver has `count` messages; when that was, in monotonic seconds. Raises
    TimeoutError once nothing came for a minute."""
    until, had, stalled = time.monotonic() + seconds, -1, 0.0
    while (now := receiver.count()) < count:
        moment = time.monotonic()
        if now != had:
            had, stalled = now, moment + 60.0
        if moment > min(until, stalled):
            raise TimeoutError(f"{now} of {count} messages came")
        time.sleep(0.005)
    return time.monotonic()


class Meter:
    """Processor time of families of processes since it was made."""

    def __init__(self, *roots: int) -> None:
        self._roots = roots
        self._before = {pid: cpu_seconds([pid]) for pid in self.pids()}

    def pids(self) -> list[int]:
        """Who is meant, now."""
        return [pid for root in self._roots for pid in family(root)]

    def seconds(self) -> float:
        """What they used since then."""
        return cpu_seconds(self.pids()) - sum(self._before.values())

    def memory(self) -> float:
        """What they have now, in MB."""
        return memory_mb(self.pids())
