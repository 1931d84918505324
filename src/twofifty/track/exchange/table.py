"""CSV as services export it: any of three delimiters, with a head or without. Pure."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from twofifty.track.exchange.cells import bare
from twofifty.track.exchange.columns import Role, is_ours, roles, told_by
from twofifty.track.exchange.dates import moment
from twofifty.track.exchange.reasons import cause_of
from twofifty.track.exchange.record import Fault, Record, gathered

_DELIMITERS: Final = ",;\t"
_LONGEST: Final = 10_000
_NO_ADDRESS: Final = "no column is named `address`, `email` or `recipient`"
_NAME_IT: Final = "name the column with the addresses so"


class _Head(msgspec.Struct, frozen=True):
    """What the columns mean; no roles: the file has no head."""

    roles: tuple[Role | None, ...] = ()
    ours: bool = False
    told: str | None = None


def records(text: str) -> Iterator[Record | Fault]:
    """Every line but empty ones, in order."""
    rows = _rows(text)
    first = next(rows, None)
    if first is None or isinstance(first, Fault):
        if first is not None:
            yield first
        return
    head = _headed(first[1])
    if head is None:
        yield Fault(first[0], _NO_ADDRESS, _NAME_IT)
        return
    if not head.roles:
        yield _record(head, *first)
    for row in rows:
        yield row if isinstance(row, Fault) else _record(head, *row)


def _headed(cells: Sequence[str]) -> _Head | None:
    """None: it is a head without addresses."""
    if any("@" in cell for cell in cells):
        return _Head()
    found = roles(cells)
    if "address" not in found:
        return None
    return _Head(found, is_ours(cells), told_by(cells))


def _record(head: _Head, line: int, cells: Sequence[str]) -> Record:
    named = head.roles or tuple(_guessed(cell) for cell in cells)
    read = [bare(cell) if head.ours else cell.strip() for cell in cells]
    return Record(line, gathered(list(zip(named, read, strict=False))), head.ours, head.told)


def _guessed(cell: str) -> Role:
    """What a cell of a file without a head is."""
    if "@" in cell:
        return "address"
    if cause_of([cell]):
        return "why"
    return "at" if moment(cell) else "text"


def _rows(text: str) -> Iterator[tuple[int, list[str]] | Fault]:
    """Each row with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        begin = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield _broken(begin, str(fault))
            continue
        if any(cell.strip() for cell in row):
            yield begin, row


def _broken(line: int, fault: str) -> Fault:
    if "end of data" in fault:
        return Fault(line, "a quote opens here and is never closed", "close it, or take it away")
    return Fault(line, f"this is no CSV ({fault})", 'write a quote inside quotes twice: `""`')


def _delimiter(text: str) -> str:
    """What the first line has most of."""
    first = text[:_LONGEST].lstrip().split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)
