"""What processes cost, as the kernel counts it, and the programs that run beside the product."""

import json
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from bench.programs.sink import BOARD
from twofifty.testing.load import Post
from twofifty.testing.ports import free_port

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/libexec/postfix")
SHARED = Path("/dev/shm")  # noqa: S108 - a counter that is polled must not wait for a disk
ROOT = Path(__file__).parents[1]


def family(pid: int) -> list[int]:
    """A process and all below it that live now."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            told = children.read_text(encoding="ascii")
        except OSError:
            continue  # it ended meanwhile
        for child in told.split():
            found += family(int(child))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of processes so far, with that of children which ended."""
    total = 0
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        except OSError:
            continue  # it ended meanwhile
        total += sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return total / TICKS


def memory_mb(pids: Iterable[int]) -> float:
    """Memory of processes now, in MB; what several of them share is counted once in all (PSS)."""
    total = 0
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue  # it ended meanwhile
        total += sum(int(line.split()[1]) for line in told.splitlines() if line[:4] == "Pss:")
    return total * 1024 / 1e6


class Receiver(Protocol):
    """Something that takes mail on a port of this machine."""

    port: int
    pid: int

    def count(self) -> int:
        """How many messages it took."""
        ...


class Taken(msgspec.Struct, frozen=True, array_like=True):
    """A message that was taken; `at` in monotonic seconds."""

    message_id: str
    recipient: str
    at: float


class Sink:
    """`bench.programs.sink` with these words."""

    def __init__(self, *words: str) -> None:
        handle, name = tempfile.mkstemp(prefix="bench-board-", dir=_shared())
        os.write(handle, bytes(BOARD.size))
        self._file = Path(name)
        self._board = mmap.mmap(handle, BOARD.size)
        os.close(handle)
        command = (sys.executable, "-m", "bench.programs.sink", "--board", name, *words)
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.pid = self._process.pid
        self.port = _port(self._process)

    def count(self) -> int:
        """How many messages it took."""
        return int(BOARD.unpack_from(self._board)[0])

    def span(self) -> tuple[float, float]:
        """When the first and the last came, in monotonic seconds."""
        _, first, last = BOARD.unpack_from(self._board)
        return first, last

    def taken(self) -> list[Taken]:
        """All of them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"taken\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=list[Taken])

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()
        self._board.close()
        self._file.unlink()


class PostfixSink:
    """Postfix's `smtp-sink`, which the peers are measured with: it counts, and no more."""

    def __init__(self) -> None:
        if SINK is None:
            raise FileNotFoundError("smtp-sink is not installed")
        self.port = free_port()
        handle, name = tempfile.mkstemp(prefix="bench-count-", dir=_shared())
        self._file = Path(name)
        user = ("-u", "nobody") if os.getuid() == 0 else ()
        self._process = subprocess.Popen(
            (SINK, *user, "-c", f"127.0.0.1:{self.port}", "1024"), stdout=handle
        )
        os.close(handle)
        self.pid = self._process.pid
        time.sleep(0.2)

    def count(self) -> int:
        """How many messages it took: the last number in its running count."""
        with self._file.open("rb") as file:
            file.seek(max(0, self._file.stat().st_size - 120))
            parts = file.read().split(b"mesg=")
        return int(parts[-1].split()[0]) if len(parts) > 1 and parts[-1].split() else 0

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait()
        self._file.unlink()


@contextmanager
def line(port: int, round_trip: float) -> Iterator[int]:
    """A long line to `port`: the port of its near end."""
    words = ("--to", str(port), "--round-trip", str(round_trip))
    command = (sys.executable, "-m", "bench.programs.line", *words)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        yield _port(process)
    finally:
        process.kill()
        process.wait()


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """To one request: when it was due and when it was answered, in monotonic seconds."""

    name: str
    status: int
    due: float
    at: float

    @property
    def seconds(self) -> float:
        """From when it was due."""
        return self.at - self.due


class Answers(msgspec.Struct, frozen=True):
    """What the load had: its answers, and its own processor time."""

    cpu: float
    answers: list[Answer]

    def span(self) -> float:
        """Seconds from the first request to the last answer."""
        return max(one.at for one in self.answers) - min(one.due for one in self.answers)

    def began(self) -> float:
        """When the first request was due."""
        return min(one.due for one in self.answers)

    def seconds(self) -> list[float]:
        """How long each took."""
        return [one.seconds for one in self.answers]


class Load:
    """The load on its way, in a process of its own."""

    def __init__(
        self, port: int, posts: Iterable[Post], *, connections: int = 32, pace: float | None = None
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-load-")
        told, self._answers = (Path(self._folder.name) / name for name in ("posts", "answers"))
        host = f"127.0.0.1:{port}"
        with told.open("wb") as file:
            for post in posts:
                row = msgspec.msgpack.encode((post.name, post.encoded(host)))
                file.write(len(row).to_bytes(4, "big") + row)
        words = (str(port), str(told), str(self._answers), "--connections", str(connections))
        paced = () if pace is None else ("--pace", str(pace))
        command = (sys.executable, "-m", "bench.programs.load", *words, *paced)
        self._process = subprocess.Popen(command, cwd=ROOT)

    def answers(self) -> Answers:
        """Waits for all. Raises AssertionError where one was not accepted."""
        if self._process.wait() != 0:
            raise AssertionError("the load ended with an error")
        had = msgspec.msgpack.decode(self._answers.read_bytes(), type=Answers)
        self._folder.cleanup()
        refused = {one.status for one in had.answers} - {200, 202}
        if refused:
            raise AssertionError(f"answered with {refused}")
        return had


def _port(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    return int(json.loads(process.stdout.readline())["port"])


def _shared() -> Path | None:
    return SHARED if SHARED.is_dir() else None
