"""A folder in memory for what delivery processes count, gone when nobody lives in it any more.

A process whose memory-mapped counters find their disk full is ended by SIGBUS, with the mail that
it has in hand. So counters do not lie beside the store.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it gets a name that nobody can guess
_NAME = "twofifty-"
_LOCK = "lock"


class ScratchFolder:
    """A new, empty folder at `path`: in memory where the system has a place for that, else at
    `fallback`. What killed processes left in memory is cleared away first."""

    def __init__(self, fallback: Path, memory: Path = MEMORY) -> None:
        self._lock: int | None = None
        if not os.access(memory, os.W_OK | os.X_OK):
            shutil.rmtree(fallback, ignore_errors=True)
            fallback.mkdir()
            self.path = fallback
            return
        for left in memory.glob(f"{_NAME}*"):
            _clear(left)
        made = Path(tempfile.mkdtemp(prefix=f".{_NAME}", dir=memory))
        self._lock = os.open(made / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = made.rename(made.with_name(made.name[1:]))

    def close(self) -> None:
        """Removes it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _clear(left: Path) -> None:
    """Removes a folder of ours that no living process holds; the kernel frees a dead one's lock."""
    try:
        lock = os.open(left / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return  # somebody else's, or gone meanwhile
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError:
        return  # in use
    finally:
        os.close(lock)
