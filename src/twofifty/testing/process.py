"""The service and the receiver as real processes on loopback, to be killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import httpx2
import msgspec

from twofifty.adapters.relational.archive import SqlArchive
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.sqlite.reader import FileReader
from twofifty.app.place import is_shared
from twofifty.app.stores import open_made
from twofifty.clock import SystemClock
from twofifty.testing.ledger import Taken, read_ledger
from twofifty.testing.ports import free_port

START_SECONDS = 30.0
STOP_SECONDS = 60.0
CLI_SECONDS = 120.0
KEY = "key-for-tests"


class ServiceProcess:
    """`twofifty serve` in a process group of its own, its data in `folder`.

    `environ` adds settings, `config` is the text of `twofifty.toml`. Output goes to
    `folder/service.log`. As a context manager it is killed at the end.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str] | None = None,
        config: str = "",
        role: str = "all",
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "service.log"
        (folder / "twofifty.toml").write_text(config, encoding="utf-8")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("TWOFIFTY_")}
        self.environ = {
            **inherited,
            "TWOFIFTY_PORT": str(self.port),
            "TWOFIFTY_API_KEY": KEY,
            "TWOFIFTY_DATABASE_URL": f"sqlite:///{folder}/data/twofifty.db",
            "TWOFIFTY_LOG_FORMAT": "json",
            **(environ or {}),
        }
        self._words: tuple[str, ...] = (
            *(sys.executable, "-m", "twofifty.cli.main"),
            *("serve", "--role", role),
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ServiceProcess":
        self.start()
        self.wait_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """Of the intake process, which leads the group."""
        if self._process is None:
            raise RuntimeError("the service was not started")
        return self._process.pid

    def start(self) -> None:
        """Starts it and returns at once."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self) -> None:
        """Returns once it is ready. Raises RuntimeError with its log's end where it is not."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process is not None:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(httpx2.TransportError):
                if httpx2.get(f"{self.url}/readyz").status_code == 200:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"the service did not start:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """SIGKILL to the whole group, delivery processes included."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def terminate(self) -> int:
        """SIGTERM to the intake process; the exit code after it has drained."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(STOP_SECONDS)
        self.kill()
        return code

    def workers(self) -> list[int]:
        """Process ids of the delivery processes."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]

    def cli(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """`twofifty WORDS` in the service's folder, with its settings, fed with `stdin`."""
        return subprocess.run(
            (sys.executable, "-m", "twofifty.cli.main", *words),
            cwd=self.folder,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=CLI_SECONDS,
            check=False,
        )

    def client(self) -> httpx2.Client:
        """A client with the API key."""
        headers = {"Authorization": f"Bearer {KEY}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=30)

    def archive(self) -> SqlArchive:
        """The store as it lies on disk, read only; works while the service is down too."""
        url = self.environ["TWOFIFTY_DATABASE_URL"]
        if is_shared(url):
            return open_made(url, SystemClock()).archive
        return archive_at(self.folder / "data" / "twofifty.db")


Start = Callable[..., ServiceProcess]


class ReceiverProcess:
    """`python -m twofifty.testing.receiver`: outlives the service and costs the test nothing.

    `script` as in `twofifty.testing.named`. `lookup` is the URL to ask by Message-ID, with
    `{message_id}` in it. `host`: the address that it listens on.
    """

    def __init__(
        self,
        folder: Path,
        script: str = "accept",
        *,
        keep: str = "hash",
        host: str = "127.0.0.1",
    ) -> None:
        self.ledger = folder / "receiver.jsonl"
        self._seen = self._count = 0
        command = (sys.executable, "-m", "twofifty.testing.receiver", "--port", "0")
        told = ("--script", script, "--ledger", str(self.ledger), "--keep", keep, "--lookup")
        self._process = subprocess.Popen((*command, *told, "--host", host), stdout=subprocess.PIPE)
        if self._process.stdout is None:
            raise RuntimeError("the receiver has no output")
        ports = msgspec.json.decode(self._process.stdout.readline())
        self.port: int = ports["port"]
        self.lookup: str = ports["lookup"]

    def __enter__(self) -> "ReceiverProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def taken(self) -> list[Taken]:
        """Every message it took, in order, whether or not it answered 250."""
        return read_ledger(self.ledger) if self.ledger.exists() else []

    def mails(self) -> list[bytes]:
        """The bytes of every message it took (with `keep="bytes"`)."""
        return [taken.data for taken in self.taken()]

    def count(self) -> int:
        """How many messages it took so far; cheap enough to ask often."""
        if self.ledger.exists():
            with self.ledger.open("rb") as ledger:
                ledger.seek(self._seen)
                more = ledger.read()
            whole = more.rfind(b"\n") + 1
            self._seen += whole
            self._count += more[:whole].count(b'"type":"taken"')
        return self._count


def archive_at(database: Path) -> SqlArchive:
    """The archive of a store that may be in use by a service."""
    return SqlArchive(FileReader(database), Codec({}))
