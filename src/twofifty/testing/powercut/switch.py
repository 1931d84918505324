"""The power switch of a disk, for tests."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

START_SECONDS = 20.0
MODULE = "twofifty.testing.powercut"


def unavailable() -> str | None:
    """Why there can be no power cuts on this machine; None where there can."""
    if importlib.util.find_spec("mfusepy") is None:
        return "the Python package mfusepy is not installed"
    if shutil.which("fusermount3") is None:
        return "fusermount3 is not here (Debian package fuse3)"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse cannot be opened"
    return None


class PowerCutDisk:
    """A disk at `mount` whose surviving state lies in `backing`. As a context manager it is
    unmounted at the end, whatever happened. `stray` as in `disk.py`."""

    def __init__(self, backing: Path, mount: Path, *, stray: float = 0.0, seed: int = 0) -> None:
        self.mount = mount
        self._backing = backing
        self._stray = stray
        self._seed = seed
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PowerCutDisk":
        self.on()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()

    def on(self) -> None:
        """Power: what survived is there again. Raises RuntimeError where it cannot be mounted."""
        self._seed += 1
        self.mount.mkdir(parents=True, exist_ok=True)
        told = ("--stray", str(self._stray), "--seed", str(self._seed))
        self._process = subprocess.Popen(
            (sys.executable, "-m", MODULE, str(self._backing), str(self.mount), *told),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_SECONDS
        while not os.path.ismount(self.mount):
            if self._process.poll() is not None or time.monotonic() > until:
                self.cut()
                raise RuntimeError("the disk could not be mounted")
            time.sleep(0.01)

    def fail(self) -> None:
        """The power goes: whatever was not on disk is lost. Everything that used the disk must be
        killed at the same moment, before `cut` clears up."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)

    def cut(self) -> None:
        """The power goes, and the mount with it. Safe to call twice."""
        self.fail()
        if self._process is not None:
            self._process.wait()
            self._process = None
            command = ("fusermount3", "-u", "-z", "-q", str(self.mount))
            subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
