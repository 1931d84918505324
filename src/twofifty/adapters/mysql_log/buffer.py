"""The rows events of a transaction that is not committed yet: in memory, a large one on disk."""

import struct
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from twofifty.adapters.mysql_log.image import SHAPES, Plan
from twofifty.intake.log import RowChange

_HEAD = struct.Struct("<HBI")
IN_MEMORY = 8 * 1024 * 1024


class Buffer:
    """Events in order, each with the plan that reads it. `mark` and `back_to` are a savepoint."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._events: list[tuple[Plan, int, bytes]] = []
        self._size = 0
        self._plans: dict[Plan, int] = {}
        self._file: IO[bytes] | None = None

    def __bool__(self) -> bool:
        return bool(self._events) or self._file is not None

    def add(self, plan: Plan, type_: int, body: bytes) -> None:
        """Another event of the transaction."""
        if self._file is not None:
            self._spill(plan, type_, body)
            return
        self._events.append((plan, type_, body))
        self._size += len(body)
        if self._size > self._in_memory:
            self._file = TemporaryFile()  # noqa: SIM115 - `clear` closes it
            for event in self._events:
                self._spill(*event)
            self._events = []

    def _spill(self, plan: Plan, type_: int, body: bytes) -> None:
        number = self._plans.setdefault(plan, len(self._plans))
        if self._file is not None:
            self._file.write(_HEAD.pack(number, type_, len(body)) + body)

    def mark(self) -> tuple[int, int]:
        """How much there is now."""
        return len(self._events), self._file.tell() if self._file is not None else 0

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forgets everything after a mark."""
        count, offset = mark
        if self._file is None:
            del self._events[count:]
        else:
            self._file.seek(offset or self._offset(count))
            self._file.truncate()

    def _offset(self, count: int) -> int:
        """Where its first `count` events end, for a mark from before there was a file."""
        if self._file is None:
            return 0
        self._file.seek(0)
        for _ in range(count):
            size = _HEAD.unpack(self._file.read(_HEAD.size))[2]
            self._file.seek(size, 1)
        return self._file.tell()

    def changes(self) -> Iterator[RowChange]:
        """Every row, in order. Raises Garbled."""
        for plan, type_, body in self._stored():
            yield from plan.changes(SHAPES[type_], body)

    def _stored(self) -> Iterator[tuple[Plan, int, bytes]]:
        if self._file is None:
            yield from self._events
            return
        plans = list(self._plans)
        self._file.seek(0)
        while head := self._file.read(_HEAD.size):
            number, type_, size = _HEAD.unpack(head)
            yield plans[number], type_, self._file.read(size)

    def clear(self) -> None:
        """Forgets everything."""
        if self._file is not None:
            self._file.close()
        self._events, self._size, self._plans, self._file = [], 0, {}, None
