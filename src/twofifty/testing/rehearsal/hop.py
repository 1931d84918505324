"""The handle on a next hop's process."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType

import msgspec

from twofifty.testing.ledger import Taken, read_ledger


class _Ports(msgspec.Struct):
    port: int
    lookup: str


class Hop:
    """One next hop of its own process; Ctrl-C does not reach it. A context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.ledger = folder / "receiver.jsonl"
        self._read = self._count = 0
        self._process = subprocess.Popen(
            (sys.executable, "-m", "twofifty.testing.rehearsal.next_hop", str(self.ledger)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self.ports = msgspec.json.decode(self._line(), type=_Ports)

    def __enter__(self) -> "Hop":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def tell(self, line: str) -> None:
        """Has it do what `next_hop` says of `line`; returns once it is done."""
        if self._process.stdin is not None:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        self._line()

    def count(self) -> int:
        """How many messages it took so far; cheap enough to ask often."""
        with self.ledger.open("rb") as ledger:
            ledger.seek(self._read)
            more = ledger.read()
        whole = more.rfind(b"\n") + 1
        self._read += whole
        self._count += more[:whole].count(b'"type":"taken"')
        return self._count

    def taken(self) -> list[Taken]:
        """Everything that it took."""
        return read_ledger(self.ledger)

    def _line(self) -> bytes:
        """Raises RuntimeError where the process has ended."""
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        if not line:
            raise RuntimeError("a next hop of the rehearsal ended by itself")
        return line
