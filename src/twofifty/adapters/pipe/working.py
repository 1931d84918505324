"""Which message a process works on, told so that it can be read after the process has died.

Only the work that runs by itself, from order to bytes, can bring a process down. Whatever else it
had leased when it was killed is innocent, and must not count towards being parked as poison.
"""

import hashlib
import mmap
import os
from pathlib import Path

_SIZE = 8


class Working:
    """One process's own eight bytes in `folder`: the message at work, 0 for none."""

    def __init__(self, folder: Path, owner: str) -> None:
        folder.mkdir(exist_ok=True)
        self._path = _path(folder, owner)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(file, _SIZE)
        self._shared = mmap.mmap(file, _SIZE)
        os.close(file)
        self.on(0)

    def on(self, message: int) -> None:
        """From now on it is `message`. A write into the page cache, which outlives the process,
        without a call to the system: it is done twice for every mail."""
        self._shared[:] = message.to_bytes(_SIZE, "big")

    def close(self) -> None:
        """Nothing was at work when this process ended."""
        self._shared.close()
        self._path.unlink(missing_ok=True)


def at_work(folder: Path, owner: str) -> int | None:
    """The message that a dead `owner` was at, 0 for none, None where it never told."""
    try:
        told = _path(folder, owner).read_bytes()
    except OSError:
        return None
    return int.from_bytes(told, "big") if len(told) == _SIZE else None


def forget(folder: Path, owner: str) -> None:
    """What a dead owner told is not needed any more."""
    _path(folder, owner).unlink(missing_ok=True)


def _path(folder: Path, owner: str) -> Path:
    return folder / hashlib.sha256(owner.encode()).hexdigest()[:24]
