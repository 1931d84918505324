"""One process at a time: a kernel file lock, given back when its holder is killed."""

import fcntl
import os
from pathlib import Path


class Turn:
    """Whose turn it is to write, among all processes on this machine."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path.with_name(path.name + "-turn"), os.O_RDWR | os.O_CREAT, 0o600)

    def take_now(self) -> bool:
        """Takes the turn if nobody has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take(self) -> None:
        """Waits for the turn."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def give(self) -> None:
        """Passes the turn on."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Gives up for good."""
        os.close(self._file)
