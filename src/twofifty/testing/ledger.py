"""What the receiver took: the truth that a test compares its sender's story with.

In a file it is one JSON object a line, written through at once, so that it is whole up to the last
message whatever dies next. A message whose 250 went out later than it was taken (a slow reply) has
a second line `{"type": "answer", "serial": n}`.
"""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path
from typing import Literal

import msgspec

Keep = Literal["bytes", "hash"]


class Taken(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="taken"):
    """One message in the receiver's hands.

    `serial` counts from 1, `at` is seconds by the receiver's clock, `sha256` is over the content
    as sent, without dot-stuffing and without the final dot. `message_id` has its angle brackets,
    empty if there is none. `data` is empty where only hashes are kept. `answered` says whether
    a 2yz reply was written to the socket.
    """

    serial: int
    at: float
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    size: int
    sha256: str
    answered: bool = False
    data: bytes = b""


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """A message as it came over the wire, not yet in the ledger."""

    at: float
    sender: str
    recipients: tuple[str, ...]
    data: bytes


class Answer(msgspec.Struct, frozen=True, gc=False, tag="answer"):
    """The second line of a message that was answered late."""

    serial: int


_LINE = msgspec.json.Decoder(Taken | Answer)


class Ledger:
    """Append-only. Reading from another thread is safe; only the receiver writes.

    `counts` has a key for each phase reached (`rcpt`), for each reply that was no acceptance
    (`rcpt.4yz`, `rcpt.5yz`) and each other thing done (`dot.drop`, `data.cut`, `dot.lie`, ...).
    """

    def __init__(self, path: Path | None = None, keep: Keep = "bytes") -> None:
        self.counts: Counter[str] = Counter()
        self.lies: list[Taken] = []
        self._messages: list[Taken] = []
        self._by_message_id: dict[str, list[int]] = {}
        self._keep = keep
        self._file: FileIO | None = None
        if path:
            self._continue(path)

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Taken]:
        return iter(list(self._messages))

    @property
    def messages(self) -> list[Taken]:
        """All that was taken, in order of arrival."""
        return list(self._messages)

    def take(self, arrival: Arrival, answered: bool) -> Taken:
        """Enters a message. On return its line is in the file, if there is a file."""
        taken = self._described(arrival, len(self._messages) + 1, answered)
        self._enter(taken)
        self._write(taken)
        return taken

    def answer(self, serial: int) -> None:
        """The 250 for a message that was taken earlier has now been written."""
        taken = self._messages[serial - 1]
        self._messages[serial - 1] = msgspec.structs.replace(taken, answered=True)
        self._write(Answer(serial))

    def lie(self, arrival: Arrival) -> None:
        """A message that was answered with 250 and thrown away. Not in the file."""
        self.lies.append(self._described(arrival, len(self.lies) + 1, answered=True))

    def by_message_id(self, message_id: str) -> list[Taken]:
        """Every copy of it, oldest first; with or without angle brackets."""
        key = "<" + message_id.strip().strip("<>") + ">"
        return [self._messages[index] for index in self._by_message_id.get(key, [])]

    def duplicates(self) -> dict[str, list[Taken]]:
        """Message-IDs taken more than once, with their copies."""
        return {key: self.by_message_id(key) for key, at in self._by_message_id.items() if at[1:]}

    def wait_for(self, count: int, seconds: float = 10.0) -> bool:
        """For a synchronous test beside a receiver in a thread: blocks until `count` messages
        were taken (true) or the time is up (false)."""
        return wait_until(lambda: len(self) >= count, seconds)

    def wait_for_answers(self, count: int, seconds: float = 10.0) -> bool:
        """The same for messages whose 250 has been written."""
        return wait_until(lambda: sum(taken.answered for taken in self) >= count, seconds)

    def close(self) -> None:
        """Closes the file. The ledger can still be read."""
        if self._file:
            self._file.close()
            self._file = None

    def _continue(self, path: Path) -> None:
        """A receiver that was restarted still knows what it took."""
        path.touch()
        for taken in read_ledger(path):
            self._enter(taken)
        self._file = FileIO(path, "r+")
        self._file.truncate(path.read_bytes().rfind(b"\n") + 1)
        self._file.seek(0, os.SEEK_END)

    def _enter(self, taken: Taken) -> None:
        if taken.message_id:
            self._by_message_id.setdefault(taken.message_id, []).append(len(self._messages))
        self._messages.append(taken)

    def _described(self, arrival: Arrival, serial: int, answered: bool) -> Taken:
        return Taken(
            serial=serial,
            at=arrival.at,
            sender=arrival.sender,
            recipients=arrival.recipients,
            message_id=message_id_of(arrival.data),
            size=len(arrival.data),
            sha256=hashlib.sha256(arrival.data).hexdigest(),
            answered=answered,
            data=arrival.data if self._keep == "bytes" else b"",
        )

    def _write(self, line: Taken | Answer) -> None:
        if self._file:
            self._file.write(msgspec.json.encode(line) + b"\n")


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Looks every two milliseconds. False where the time was up first."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.002)
    return true()


def read_ledger(path: Path) -> list[Taken]:
    """The messages of a ledger file, in order of arrival. A last line that is not whole yet is
    left out; `data` is filled where the file has it."""
    taken: list[Taken] = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        row = _LINE.decode(line)
        if isinstance(row, Taken):
            taken.append(row)
        else:
            index = row.serial - 1
            taken[index] = msgspec.structs.replace(taken[index], answered=True)
    return taken


def message_id_of(data: bytes) -> str:
    """The Message-ID header's value (RFC 5322 3.6.4), unfolded, or an empty string."""
    end = 0 if data.startswith(b"\r\n") else data.find(b"\r\n\r\n")
    head = b"\n" + (data[: end + 2] if end >= 0 else data[:65_536]).lower()
    start = head.find(b"\nmessage-id:")
    if start < 0:
        return ""
    start += len(b"message-id:")
    stop = data.find(b"\r\n", start)
    while data[stop + 2 : stop + 3] in (b" ", b"\t") and stop >= 0:
        stop = data.find(b"\r\n", stop + 2)
    value = data[start : stop if stop >= 0 else None].replace(b"\r\n", b"")
    return value.strip().decode("utf-8", "backslashreplace")
