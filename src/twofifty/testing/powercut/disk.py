"""A disk with a memory in front of it, as POSIX allows it at its worst.

What is written stays in memory until `sync` puts a file's content, or `sync_folder` a folder's
names, into the backing folder. `stray` is the chance that a part of what waits gets there before,
as a kernel's write-back does: any pages in any order, some of them torn between sectors.

The backing folder holds `tree/`, which is what survives, and `objects/`, the content of files
whose name may not have survived. One is hard-linked to the other.
"""

import errno
import os
import random
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

PAGE = 4096
SECTOR = 512


@dataclass(slots=True, eq=False)
class File:
    """A file as programs see it; `waiting` are the numbers of pages that are not on disk yet."""

    object: Path
    mode: int
    content: bytearray = field(default_factory=bytearray)
    waiting: set[int] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Folder:
    """A folder as programs see it; `kept` are the names that have reached the disk."""

    mode: int
    names: dict[str, "File | Folder"] = field(default_factory=dict)
    kept: dict[str, "File | Folder"] = field(default_factory=dict)


Node = File | Folder


class Disk:
    """The disk in `backing`, with whatever survived there. Paths are absolute; every method
    raises OSError as the system call of that name would."""

    def __init__(self, backing: Path, chance: random.Random, stray: float = 0.0) -> None:
        self._objects, self._tree = backing / "objects", backing / "tree"
        self._chance, self._stray = chance, stray
        self._made = 0
        shutil.rmtree(self._objects, ignore_errors=True)
        self._objects.mkdir(parents=True)
        self._tree.mkdir(exist_ok=True)
        self._root = self._survived(self._tree)

    def node(self, path: str) -> Node:
        """What `path` names."""
        node: Node = self._root
        for name in PurePosixPath(path).parts[1:]:
            if not isinstance(node, Folder):
                raise OSError(errno.ENOTDIR, path)
            if name not in node.names:
                raise OSError(errno.ENOENT, path)
            node = node.names[name]
        return node

    def file(self, path: str) -> File:
        """The file that `path` names."""
        node = self.node(path)
        if isinstance(node, Folder):
            raise OSError(errno.EISDIR, path)
        return node

    def folder(self, path: str) -> Folder:
        """The folder that `path` names."""
        node = self.node(path)
        if isinstance(node, File):
            raise OSError(errno.ENOTDIR, path)
        return node

    def create(self, path: str, mode: int) -> File:
        """A new, empty file."""
        made = File(self._object(), stat.S_IFREG | stat.S_IMODE(mode))
        made.object.touch()
        self._name(path, made)
        return made

    def make_folder(self, path: str, mode: int) -> None:
        """A new, empty folder."""
        self._name(path, Folder(stat.S_IFDIR | stat.S_IMODE(mode)))

    def remove(self, path: str) -> None:
        """Takes a file's or an empty folder's name away; who has it open may go on."""
        node, (parent, name) = self.node(path), self._place(path)
        if isinstance(node, Folder) and node.names:
            raise OSError(errno.ENOTEMPTY, path)
        del parent.names[name]
        self._maybe_sync_folders(parent)

    def rename(self, old: str, new: str) -> None:
        """Gives a file or folder another name, in the place of what has it now."""
        node, (before, name), (after, to) = self.node(old), self._place(old), self._place(new)
        del before.names[name]
        after.names[to] = node
        self._maybe_sync_folders(before, after)

    def write(self, file: File, data: bytes, offset: int) -> None:
        """Writes to memory; past the end the gap is filled with zeros."""
        end = offset + len(data)
        if end > len(file.content):
            self._grow(file, end)
        file.content[offset:end] = data
        file.waiting.update(range(offset // PAGE, (end + PAGE - 1) // PAGE))
        if self._strays():
            self._flush(file, self._chance.sample(sorted(file.waiting), 1), torn=True)

    def resize(self, file: File, length: int) -> None:
        """Cuts the file off, or fills it up with zeros."""
        if length > len(file.content):
            self._grow(file, length)
        del file.content[length:]
        file.waiting = {page for page in file.waiting if page * PAGE < length}
        if self._strays():
            os.truncate(file.object, length)

    def sync(self, file: File) -> None:
        """Puts the file's content on disk, its pages in any order; not its name."""
        pages = sorted(file.waiting)
        self._chance.shuffle(pages)
        self._flush(file, pages, torn=False)
        os.truncate(file.object, len(file.content))
        file.waiting.clear()

    def sync_folder(self, folder: Folder) -> None:
        """Puts the folder's names on disk; not what they stand for."""
        folder.kept = dict(folder.names)
        self._publish(self._root, self._tree)

    def _survived(self, here: Path) -> Folder:
        found = Folder(here.stat().st_mode)
        for entry in sorted(here.iterdir()):
            node: Node = self._survived(entry) if entry.is_dir() else self._survivor(entry)
            found.names[entry.name] = node
        found.kept = dict(found.names)
        return found

    def _survivor(self, entry: Path) -> File:
        linked = self._object()
        linked.hardlink_to(entry)
        return File(linked, entry.stat().st_mode, bytearray(entry.read_bytes()))

    def _object(self) -> Path:
        self._made += 1
        return self._objects / str(self._made)

    def _place(self, path: str) -> tuple[Folder, str]:
        parent, name = os.path.split(path)
        return self.folder(parent), name

    def _name(self, path: str, node: Node) -> None:
        parent, name = self._place(path)
        if name in parent.names:
            raise OSError(errno.EEXIST, path)
        parent.names[name] = node
        self._maybe_sync_folders(parent)

    def _grow(self, file: File, length: int) -> None:
        before = len(file.content)
        file.content.extend(bytes(length - before))
        file.waiting.update(range(before // PAGE, (length + PAGE - 1) // PAGE))

    def _strays(self) -> bool:
        return self._stray > 0 and self._chance.random() < self._stray

    def _maybe_sync_folders(self, *folders: Folder) -> None:
        for folder in folders:
            if self._strays():
                self.sync_folder(folder)

    def _flush(self, file: File, pages: Iterable[int], *, torn: bool) -> None:
        with file.object.open("r+b", buffering=0) as kept:
            for page in pages:
                begin, end = page * PAGE, min((page + 1) * PAGE, len(file.content))
                if torn:
                    begin += SECTOR * self._chance.randrange(PAGE // SECTOR)
                os.pwrite(kept.fileno(), file.content[begin:end], begin)

    def _publish(self, folder: Folder, here: Path) -> None:
        """Makes `here` show what the folder keeps: new names first, then old ones go."""
        for name, node in folder.kept.items():
            if isinstance(node, Folder):
                (here / name).mkdir(exist_ok=True)
                self._publish(node, here / name)
            else:
                self._link(node, here / name)
        for entry in here.iterdir():
            if entry.name not in folder.kept:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _link(self, file: File, here: Path) -> None:
        if here.exists() and here.samefile(file.object):
            return
        fresh = self._objects / "link"
        fresh.hardlink_to(file.object)
        fresh.replace(here)
