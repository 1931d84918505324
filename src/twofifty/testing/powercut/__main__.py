"""`python -m twofifty.testing.powercut BACKING MOUNT`: the disk as a file system, until killed.

Kernel locks (`fcntl`, `flock`) and shared memory maps work as on any local file system: the
kernel does both itself. Times are not kept.
"""

import argparse
import os
import random
import stat
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import mfusepy

from twofifty.testing.powercut.disk import Disk, File

_ROOM = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files", "f_frsize")


class Face:
    """What FUSE asks, answered by a disk. Names and signatures are mfusepy's."""

    use_ns = True

    def __init__(self, disk: Disk, backing: Path) -> None:
        self._disk = disk
        self._backing = backing
        self._numbers = count(1)
        self._open: dict[int, File] = {}

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        """The parts of `stat` that this disk knows."""
        node = self._open[fh] if fh else self._disk.node(path)
        known = {"st_mode": node.mode, "st_uid": os.getuid(), "st_gid": os.getgid()}
        if isinstance(node, File):
            blocks = -(-len(node.content) // 512)
            return {**known, "st_nlink": 1, "st_size": len(node.content), "st_blocks": blocks}
        return {**known, "st_nlink": 2}

    def readdir(self, path: str, fh: int) -> Iterator[str]:
        """All names."""
        yield from (".", "..", *self._disk.folder(path).names)

    def statfs(self, path: str) -> dict[str, int]:
        """The room on the real disk."""
        room = os.statvfs(self._backing)
        return {name: getattr(room, name) for name in _ROOM}

    def create(self, path: str, mode: int, flags: int) -> int:
        """A new file, opened."""
        return self._opened(self._disk.create(path, mode))

    def open(self, path: str, flags: int) -> int:
        """An existing file, opened; emptied where it is asked to be."""
        file = self._disk.file(path)
        if flags & os.O_TRUNC:
            self._disk.resize(file, 0)
        return self._opened(file)

    def release(self, path: str, fh: int) -> int:
        """Closed by the last who had it open so."""
        del self._open[fh]
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        """From memory."""
        return bytes(self._open[fh].content[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        """To memory."""
        self._disk.write(self._open[fh], data, offset)
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        """In memory."""
        self._disk.resize(self._open[fh] if fh else self._disk.file(path), length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        """To disk; `fdatasync` does the same, for a size is data."""
        self._disk.sync(self._open[fh])
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        """Names to disk."""
        self._disk.sync_folder(self._disk.folder(path))
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        """A new folder."""
        self._disk.make_folder(path, mode)
        return 0

    def rmdir(self, path: str) -> int:
        """An empty folder less."""
        self._disk.remove(path)
        return 0

    def unlink(self, path: str) -> int:
        """A name less."""
        self._disk.remove(path)
        return 0

    def rename(self, old: str, new: str) -> int:
        """Another name."""
        self._disk.rename(old, new)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        """Kept in memory only."""
        node = self._disk.node(path)
        node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        """Everything belongs to whoever runs this."""
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        """Times are not kept."""
        return 0

    def _opened(self, file: File) -> int:
        number = next(self._numbers)
        self._open[number] = file
        return number


def main() -> None:
    """Mounts and serves; one request at a time, as one disk would."""
    said = argparse.ArgumentParser(prog="powercut", description=__doc__)
    said.add_argument("backing", type=Path, help="folder that survives")
    said.add_argument("mount", type=Path, help="empty folder to mount on")
    said.add_argument("--seed", type=int, default=0, help="which pages stray, and how they tear")
    said.add_argument("--stray", type=float, default=0.0, help="chance of write-back per write")
    given = said.parse_args()
    disk = Disk(given.backing, random.Random(given.seed), given.stray)
    mfusepy.FUSE(
        Face(disk, given.backing),
        str(given.mount),
        foreground=True,
        nothreads=True,
        kernel_cache=True,
        attr_timeout=60,
        entry_timeout=60,
        fsname="powercut",
    )


if __name__ == "__main__":
    main()
