"""Rows of a table: the images before and after a change, the wanted columns only.

A column that the log does not repeat (`binlog_row_image=MINIMAL`), or whose type cannot be read
from it, is missing from its image.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from twofifty.adapters.mysql_log import values
from twofifty.adapters.mysql_log.table import Table
from twofifty.adapters.mysql_log.values import Form, Read
from twofifty.adapters.mysql_log.wire import Fields, Garbled
from twofifty.intake.log import Row, RowChange

_Step = tuple[int, str, Read]
_NO_ROW: Row = {}


class Shape(msgspec.Struct, frozen=True):
    """What a kind of rows event holds. `later`: it is of MySQL 5.6's second version. `packed`:
    MariaDB has compressed the rows. `partial`: JSON columns may hold only their difference."""

    kind: Literal["insert", "update", "delete"]
    later: bool = False
    packed: bool = False
    partial: bool = False


SHAPES: Mapping[int, Shape] = {
    23: Shape("insert"),
    24: Shape("update"),
    25: Shape("delete"),
    30: Shape("insert", later=True),
    31: Shape("update", later=True),
    32: Shape("delete", later=True),
    39: Shape("update", later=True, partial=True),
    166: Shape("insert", packed=True),
    167: Shape("update", packed=True),
    168: Shape("delete", packed=True),
}


class Plan:
    """How to read the rows of one table: `wanted` maps column names in lower case to the names
    under which they are wanted; `name` is the table's name as it is wanted."""

    def __init__(self, table: Table, name: str, wanted: Mapping[str, str]) -> None:
        self.name = name
        self._count = len(table.columns)
        self._steps = [
            (wanted.get(column.name.lower(), ""), column.form) for column in table.columns
        ]
        self._made: dict[tuple[int, int], list[_Step]] = {}

    def changes(self, shape: Shape, body: bytes) -> Iterator[RowChange]:
        """The rows of one rows event. Raises Garbled."""
        at = Fields(body, 8)
        if shape.later:
            at.take(at.number(2) - 2)
        count = at.packed()
        if count != self._count:
            raise Garbled(f"{self.name} has {self._count} columns, its rows have {count}")
        first = at.bits(count)
        second = at.bits(count) if shape.kind == "update" else first
        data, pos = _rows(at, packed=shape.packed)
        while pos < len(data):
            change, pos = self._whole(shape, (first, second), data, pos)
            yield change

    def _whole(
        self, shape: Shape, present: tuple[int, int], data: bytes, pos: int
    ) -> tuple[RowChange, int]:
        try:
            change, pos = self._change(shape, present, data, pos)
        except (IndexError, ValueError, struct.error) as fault:
            raise Garbled(f"a row of {self.name} cannot be read: {fault}") from None
        if pos > len(data):
            raise Garbled(f"a row of {self.name} ends early")
        return change, pos

    def _change(
        self, shape: Shape, present: tuple[int, int], data: bytes, pos: int
    ) -> tuple[RowChange, int]:
        image, pos = self._image(present[0], data, pos)
        if shape.kind == "insert":
            return RowChange(self.name, "insert", _NO_ROW, image), pos
        if shape.kind == "delete":
            return RowChange(self.name, "delete", image, _NO_ROW), pos
        partial = 0
        if shape.partial:
            partial, pos = self._partial(data, pos)
        after, pos = self._image(present[1], data, pos, partial)
        return RowChange(self.name, "update", image, after), pos

    def _image(
        self, present: int, data: bytes, pos: int, partial: int = 0
    ) -> tuple[dict[str, object], int]:
        steps = self._made.get((present, partial)) or self._make(present, partial)
        end = pos + (present.bit_count() + 7) // 8
        nulls = int.from_bytes(data[pos:end], "little")
        pos = end
        row: dict[str, object] = {}
        for bit, name, read in steps:
            value: object = None
            if not nulls & bit:
                value, pos = read(data, pos)
            if name:
                row[name] = value
        return row, pos

    def _make(self, present: int, partial: int) -> list[_Step]:
        """A step for each column that the image has; `bit` is its own in the bitmap of nulls."""
        made: list[_Step] = []
        documents = 0
        for index, (name, form) in enumerate(self._steps):
            is_json = form.type == values.JSON
            differs = is_json and bool(partial >> documents & 1)
            documents += is_json
            if present >> index & 1:
                read = None if differs or not name else _readable(form)
                step = (name, read) if read else ("", values.skipper(form))
                made.append((1 << len(made), *step))
        self._made[present, partial] = made
        return made

    def _partial(self, data: bytes, pos: int) -> tuple[int, int]:
        """Which JSON columns hold only a difference; a bit each, after a byte of options."""
        at = Fields(data, pos)
        options = at.packed()
        documents = sum(form.type == values.JSON for _, form in self._steps)
        return (at.bits(documents) if options & 1 else 0), at.pos


def _readable(form: Form) -> Read | None:
    """What reads such a column; None for one that can only be asked of the database."""
    try:
        return values.reader(form)
    except Garbled:
        return None


def _rows(at: Fields, *, packed: bool) -> tuple[bytes, int]:
    return (unpacked(at.rest()), 0) if packed else (at.data, at.pos)


def unpacked(data: bytes) -> bytes:
    """What MariaDB compressed: a byte that says how many bytes of length follow, then zlib.

    Raises Garbled."""
    try:
        return zlib.decompress(data[1 + (data[0] & 7) :])
    except (zlib.error, IndexError) as fault:
        raise Garbled(f"a compressed event cannot be read: {fault}") from None
