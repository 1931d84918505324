"""Lines of a mail log as Postfix writes it, and looking for them in files too big to read. A line:

2026-11-22T10:15:00.123456+01:00 relay postfix/cleanup[812]: 4Xy1Zk: message-id=<m_1@shop.test>
Nov 22 10:15:00 relay postfix/qmgr[813]: 4Xy1Zk: from=<orders@shop.test>, size=20211, ...
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

BLOCK = 1 << 20
"""Bytes that are read at once."""

LONGEST_LINE = 8_192

_RFC3339 = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)[ ]")
_CLASSIC = re.compile(rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d[ ]")
_QUEUE_ID = re.compile(rb"[^\]]*/cleanup\[\d+\]: ([0-9A-Za-z]{5,20}): (?:resent-)?message-id=")


class LogFile:
    """One file from byte `start` on, as long as it was when it was opened. Nothing is kept: the
    file may grow, or be cut short, while it is read."""

    def __init__(self, path: Path, most: int, block: int = BLOCK) -> None:
        self._path = path
        self._block = block
        self.end = path.stat().st_size
        self.start = max(0, self.end - most)

    @property
    def whole(self) -> bool:
        """Whether all of it is looked at."""
        return self.start == 0

    def read(self, start: int, end: int) -> bytes:
        """The bytes between two places, fewer where the file has become shorter."""
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(max(0, end - start))

    def last(self, needle: bytes, before: int) -> int:
        """Where `needle` begins the last time, ending before `before`; -1 where it does not."""
        end, step = before, max(self._block, 2 * len(needle))
        while end > self.start:
            start = max(self.start, end - step)
            found = self.read(start, end).rfind(needle)
            if found >= 0:
                return start + found
            if start == self.start:
                return -1
            end = start + len(needle) - 1
        return -1

    def line(self, place: int) -> bytes:
        """The line around a place, without its end."""
        start = max(0, place - LONGEST_LINE)
        text = self.read(start, min(self.end, place + LONGEST_LINE))
        before, after = text[: place - start], text[place - start :]
        return before[before.rfind(b"\n") + 1 :] + after.partition(b"\n")[0]

    def has(self, pattern: re.Pattern[bytes], after: int) -> bool:
        """Whether a line behind a place matches."""
        rest = b""
        for start in range(after, self.end, BLOCK):
            text = rest + self.read(start, min(start + BLOCK, self.end))
            if pattern.search(text):
                return True
            rest = text[-LONGEST_LINE:]
        return False

    def first_time(self, now: datetime) -> datetime | None:
        """When the first whole line was written that says so."""
        lines = self.read(self.start, min(self.start + BLOCK, self.end)).split(b"\n")
        return _first(lines if self.whole else lines[1:], now)

    def last_time(self, now: datetime) -> datetime | None:
        """When the last such line was written."""
        lines = self.read(max(self.start, self.end - BLOCK), self.end).split(b"\n")[:-1]
        return _first(list(reversed(lines)), now)


def written_at(line: bytes, now: datetime) -> datetime | None:
    """When a line was written, aware; None where it does not begin with a time. A time without a
    year is this machine's own and lies in the year before `now`."""
    exact = _RFC3339.match(line)
    try:
        if exact:
            zone = exact[2].replace(b"Z", b"+00:00")
            return datetime.fromisoformat((exact[1] + zone).decode())
        if _CLASSIC.match(line):
            return _in_the_past(line[:15].decode("ascii"), now)
    except ValueError:  # no day or hour of any calendar
        return None
    return None


def queue_id(line: bytes, needle: bytes) -> bytes | None:
    """Under which id a mail is queued, where this is the line that tells its Message-ID and not one
    that only quotes it. `needle` is `message-id=` with the id."""
    found = _QUEUE_ID.match(line)
    return found[1] if found and line[found.end() - len(b"message-id=") :] == needle else None


def taken(queued: bytes) -> re.Pattern[bytes]:
    """Lines that show that a mail under this id was taken: it is in the active queue, was handed
    on or thrown away as it was told to, or its end was reached. One that was cut off has none."""
    one = re.escape(queued)
    return re.compile(
        rb"/qmgr\[\d+\]: %b: (?:from=<|removed)|\]: %b: to=<[^\n]*status=|"
        rb"/cleanup\[\d+\]: %b: (?:milter-)?discard: " % (one, one, one)
    )


def _first(lines: list[bytes], now: datetime) -> datetime | None:
    times = (written_at(line, now) for line in lines)
    return next((time for time in times if time), None)


def _in_the_past(text: str, now: datetime) -> datetime:
    here = now.astimezone()
    moment = datetime.strptime(f"{here.year} {text}", "%Y %b %d %H:%M:%S").astimezone()
    if moment > here + timedelta(days=1):
        past = f"{here.year - 1} {text}"
        moment = datetime.strptime(past, "%Y %b %d %H:%M:%S").astimezone()
    return moment.astimezone(UTC)
