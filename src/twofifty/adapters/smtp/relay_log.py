"""Asks the log of an own Postfix what became of a message: `lookup=log:` and the file."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from twofifty.adapters.smtp.log_lines import LogFile, queue_id, taken
from twofifty.clock import Clock

MOST = 512 * 1024 * 1024
"""Bytes of a log that are looked at, the last ones."""

REACH = timedelta(hours=24)
"""A log that was rotated has to reach so far back before it says no."""


class Extent(msgspec.Struct, frozen=True):
    """From when to when a log tells, and whether anything is missing before that."""

    first: datetime
    last: datetime
    complete: bool


class RelayLog:
    """Implements `deliver.ports.Lookup`. Looks at the file and the one rotated away last.

    True: the mail has a queue id and was taken under it. False: it was not, and the log surely
    covers the doubt: it has lines from after `settle` seconds had half passed, and it either tells
    all since it began or the last 24 hours. None: anything else, also a log that cannot be read.
    """

    def __init__(self, path: Path, settle: float, clock: Clock, most: int = MOST) -> None:
        self._path = path
        self._settle = timedelta(seconds=settle)
        self._clock = clock
        self._most = most

    async def accepted(self, message_id: str) -> bool | None:
        """See `deliver.ports.Lookup`. Without angle brackets."""
        if not message_id.isascii() or not message_id.isprintable() or not message_id:
            return None
        return await asyncio.to_thread(self._look, message_id)

    def _look(self, message_id: str) -> bool | None:
        try:
            files = self._files()
            if _was_taken(files, b"message-id=<%b>" % message_id.encode()):
                return True
            return False if self._covers(files) else None
        except OSError:  # away, not ours to read, rotated under our hands
            return None

    def _files(self) -> list[LogFile]:
        """The newest first."""
        return [LogFile(path, self._most) for path in (self._path, *self._rotated()[:1])]

    def _rotated(self) -> list[Path]:
        """What was rotated away, the latest first; it may be compressed."""
        name = self._path.name
        found = [
            one
            for one in self._path.parent.iterdir()
            if one.name.startswith(name) and _is_rotated(one.name.removeprefix(name))
        ]
        return sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)

    def _covers(self, files: list[LogFile]) -> bool:
        now = self._clock.now()
        extent = self._extent(files, now)
        if extent is None or extent.last < now - self._settle / 2:
            return False
        reach = self._settle if extent.complete else max(self._settle, REACH)
        return extent.first <= now - reach

    def _extent(self, files: list[LogFile], now: datetime) -> Extent | None:
        firsts = [first for one in files if (first := one.first_time(now))]
        lasts = [last for one in files if (last := one.last_time(now))]
        if not firsts or not lasts:
            return None
        unbroken = all(one.whole for one in files[:-1])
        first = min(firsts) if unbroken else files[0].first_time(now) or now
        complete = len(self._rotated()) == 0 and files[0].whole
        return Extent(first, max(lasts), complete)


def _is_rotated(ending: str) -> bool:
    """`.1`, `.2.gz`, `-20261122`, `-20261122.zst`: not what lies beside it, such as `.bak`."""
    number = re.fullmatch(r"(\.\d{1,4}|-\d{8}(?:-\d{1,10})?)(\.(?:gz|bz2|xz|zst))?", ending)
    return number is not None


def _was_taken(files: list[LogFile], needle: bytes) -> bool:
    """Whether any of the attempts that the log knows was taken, the latest first. What follows a
    line may stand in the next file."""
    for at, file in enumerate(files):
        place = file.last(needle, file.end)
        while place >= 0:
            queued = queue_id(file.line(place), needle)
            if queued and _was_taken_after(files[at::-1], queued, place):
                return True
            place = file.last(needle, place)
    return False


def _was_taken_after(files: list[LogFile], queued: bytes, place: int) -> bool:
    """`files`: the one with the line and those after it, in the order of time."""
    first, *later = files
    pattern = taken(queued)
    return first.has(pattern, place) or any(one.has(pattern, one.start) for one in later)
