"""Kernel file locks, given back when their holder is killed: one process writes at a time, and none
works with a store while it is moved."""

import fcntl
import os
from pathlib import Path

from twofifty.errors import StartError


class Turn:
    """Whose turn it is to write, among all processes on this machine."""

    def __init__(self, path: Path) -> None:
        self._file = _opened(path, "-turn")

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


class Presence:
    """That a process works with a store. Many may; `alone`: none but this one, from now on. Raises
    StartError where that is not so."""

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        self._file = _opened(path, "-open")
        how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        try:
            fcntl.flock(self._file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            remedy = (
                "somebody works with it; stop the service first" if alone else "it is moved now"
            )
            raise StartError(f"{path}: {remedy}") from None

    def close(self) -> None:
        """It does no more."""
        os.close(self._file)


def _opened(path: Path, end: str) -> int:
    """Beside the store itself, where SQLite has its log: who comes by a link meets who does not."""
    real = path.resolve()
    return os.open(real.with_name(real.name + end), os.O_RDWR | os.O_CREAT, 0o600)
