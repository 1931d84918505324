"""Which orders a committed transaction touches, and what the log itself tells of them: pure.

An order is touched by a change of its own row, and of a row that holds the order's id. Rows that
many orders may share (products, customers, addresses found by the order's column) touch none: an
address book that is edited today does not rewrite last year's orders.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from twofifty.intake.log import Committed, Row, RowChange
from twofifty.intake.rows.mapping import Part, RowMapping

_Key = tuple[str, int, str]


class Touched(msgspec.Struct):
    """What one transaction, or a part of a large one, said of one order.

    `row`: the order's own row as far as the log repeats it. `children`: rows of other tables that
    the log told. `inserted` and `deleted` are about the order's own row. `large`: the transaction
    came in parts, of which this is the one numbered `piece`.
    """

    order_id: str
    position: str
    at: datetime
    row: dict[str, object] = {}
    children: dict[str, list[Row]] = {}
    inserted: bool = False
    deleted: bool = False
    split: bool = False
    large: bool = False
    piece: int = 0


class Stray(msgspec.Struct, frozen=True):
    """A changed row whose order the log does not name. `key` is the row's own id; None: nobody can
    say any more whose it was (REPLICA IDENTITY FULL on its table would have)."""

    part: Part
    key: str | None
    position: str
    at: datetime
    piece: int = 0


def touched(mapping: RowMapping, committed: Iterable[Committed]) -> list[Touched | Stray]:
    """The orders of every transaction, each once a transaction, in commit order; once in every
    part of a large one, so that it does not matter which parts are read together."""
    found: dict[_Key, Touched | Stray] = {}
    for each in committed:
        for change in each.changes:
            for order_id, part in _about(mapping, change):
                _note(found, (mapping, each, change), (order_id, part))
    return list(found.values())


def _about(mapping: RowMapping, change: RowChange) -> Iterator[tuple[str | None, Part]]:
    """The parts that a changed row belongs to, each with the order's id where the log says it. A
    row that was written as it was belongs to none."""
    if change.kind == "update" and _is_as_it_was(change):
        return
    if change.table == mapping.order.table:
        yield _said(change, mapping.order.one_column("id")), mapping.order
    for part in mapping.parts.values():
        if part.table == change.table and part.order and _holds(part, change):
            yield _said(change, part.order), part


def _is_as_it_was(change: RowChange) -> bool:
    """Whether the log tells the row as it was before (it may not), and nothing of it changed."""
    before = change.before
    return all(name in before and before[name] == value for name, value in change.after.items())


def _said(change: RowChange, column: str) -> str | None:
    """What the row holds in `column`, or held, as text."""
    value = change.after.get(column, change.before.get(column))
    return None if value is None else str(value)


def _holds(part: Part, change: RowChange) -> bool:
    """Whether the row meets the part's conditions, as far as the log tells their columns."""
    row = {**change.before, **change.after}
    return all(str(row[column]) == value for column, value in part.where.items() if column in row)


def _note(
    found: dict[_Key, Touched | Stray],
    told: tuple[RowMapping, Committed, RowChange],
    about: tuple[str | None, Part],
) -> None:
    mapping, committed, change = told
    order_id, part = about
    if order_id is None:
        stray = _stray(part, committed, change)
        found.setdefault((committed.position, committed.part, f"{part.table} {stray.key}"), stray)
        return
    key = (committed.position, committed.part, f"= {order_id}")
    touch = found.setdefault(key, _new(order_id, committed))
    if isinstance(touch, Touched):
        _note_known(touch, change, part, own=part is mapping.order)


def _note_known(touch: Touched, change: RowChange, part: Part, *, own: bool) -> None:
    gone = change.kind == "delete"
    touch.split = touch.split or (gone and not own)
    if own:
        _note_own(touch, change)
    elif not gone:
        _note_child(touch, part, change)


def _new(order_id: str, committed: Committed) -> Touched:
    large, piece = not committed.is_whole(), committed.part
    return Touched(
        order_id, committed.position, committed.at, {}, {}, split=large, large=large, piece=piece
    )


def _note_own(touch: Touched, change: RowChange) -> None:
    touch.inserted = touch.inserted or change.kind == "insert"
    touch.deleted = change.kind == "delete"
    touch.row.update(change.after)


def _note_child(touch: Touched, part: Part, change: RowChange) -> None:
    """The newest image of each row of a part; one that has no id of its own is the next one."""
    rows = touch.children.setdefault(part.name, [])
    column = part.one_column("id")
    known = change.kind == "update" and column
    for at, row in enumerate(rows):
        if known and row.get(column) == change.after.get(column):
            rows[at] = {**row, **change.after}
            return
    rows.append(change.after)


def _stray(part: Part, committed: Committed, change: RowChange) -> Stray:
    column = part.one_column("id")
    key = _said(change, column) if column and change.kind != "delete" else None
    return Stray(part, key, committed.position, committed.at, committed.part)


def whole(mapping: RowMapping, touch: Touched) -> bool:
    """Whether the log alone told the order: it was inserted in this very transaction, which came
    in one part, with lines, and nothing that is mapped is missing. What belongs to an order comes
    with or after its own row, never before."""
    if not touch.inserted or touch.split or not _complete(mapping, mapping.order, touch.row):
        return False
    if mapping.parts["line"].within is None and not touch.children.get("line"):
        return False
    return all(
        _complete(mapping, mapping.parts[name], row)
        for name, rows in touch.children.items()
        for row in rows
    )


def _complete(mapping: RowMapping, part: Part, row: Row) -> bool:
    return mapping.needs[part.table] <= row.keys()
