"""What the log did not tell of some orders, read from their tables: a query a table."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

import msgspec

from twofifty.intake import loose
from twofifty.intake.log import Row
from twofifty.intake.ports import Stated
from twofifty.intake.rows.expression import decoded
from twofifty.intake.rows.mapping import Part, RowMapping
from twofifty.intake.rows.ports import Found, Tables
from twofifty.intake.rows.touched import Stray, Touched

_MOST_KEYS = 1_000


def zone(mapping: RowMapping, stated: Stated) -> tzinfo | None:
    """The zone of times that are stored without an offset."""
    return loose.time_zone(mapping.time_zone or stated.time_zone)


async def owners(tables: Tables, strays: Sequence[Stray]) -> list[tuple[Stray, str]]:
    """Whose rows those are that did not name their order, as far as they are still there."""
    found: list[tuple[Stray, str]] = []
    for part in {stray.part.table: stray.part for stray in strays}.values():
        column = part.one_column("id")
        mine = [stray for stray in strays if stray.part.table == part.table and stray.key]
        rows = await _rows(tables, part, (column, part.order), (column, [one.key for one in mine]))
        named = {str(row[column]): str(row[part.order]) for row in rows}
        found += [(stray, named[stray.key]) for stray in mine if stray.key in named]
    return found


async def complete_rows(mapping: RowMapping, tables: Tables, touches: Sequence[Touched]) -> None:
    """Adds to the orders' own rows what the log did not repeat. One that is gone stays as it is.

    A part of a large transaction knows only what the order was halfway through it, perhaps before
    its total: then all of the row is the table's, and of one that is gone nothing is left."""
    order = mapping.order
    needs = mapping.needs[order.table]
    wanting = [touch for touch in touches if touch.large or not needs <= touch.row.keys()]
    key = order.one_column("id")
    keys = [touch.order_id for touch in wanting]
    rows = await _rows(tables, order, sorted(needs), (key, keys))
    by_key = {str(row[key]): row for row in rows}
    for touch in wanting:
        told = {} if touch.large else touch.row
        touch.row = {**by_key.get(touch.order_id, {}), **told}


async def read_children(mapping: RowMapping, tables: Tables, touches: Sequence[Touched]) -> None:
    """Reads every row that holds the order's id, as it stands now."""
    for part in mapping.parts.values():
        if not part.order:
            continue
        keys = [touch.order_id for touch in touches]
        columns = sorted(mapping.needs[part.table])
        grouped: dict[str, list[Row]] = {}
        for row in await _rows(tables, part, columns, (part.order, keys)):
            if part.holds(row):
                grouped.setdefault(str(row[part.order]), []).append(row)
        for touch in touches:
            touch.children[part.name] = grouped.get(touch.order_id, [])


async def read_shared(mapping: RowMapping, tables: Tables, touches: Sequence[Touched]) -> None:
    """Takes lists out of the orders' rows, then reads the rows that a column of the order, or of
    its lines, names."""
    for part in mapping.parts.values():
        if part.within is not None:
            for touch in touches:
                touch.children[part.name] = listed(part, touch.row)
    for part in mapping.parts.values():
        if part.by:
            await _read_named(mapping, tables, part, touches)


def listed(part: Part, row: Row) -> list[Row]:
    """The objects of a JSON list in the order's row."""
    value = part.within.value(row) if part.within is not None else None
    found = decoded(value) if isinstance(value, str | bytes) else value
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


async def _read_named(
    mapping: RowMapping, tables: Tables, part: Part, touches: Sequence[Touched]
) -> None:
    names = {id(touch): _named(part, touch) for touch in touches}
    keys = [key for found in names.values() for key in found]
    rows = await _rows(tables, part, sorted(mapping.needs[part.table]), (part.key, keys))
    by_key = {str(row[part.key]): row for row in rows if part.holds(row)}
    for touch in touches:
        touch.children[part.name] = [by_key[key] for key in names[id(touch)] if key in by_key]


def _named(part: Part, touch: Touched) -> list[str]:
    """The keys that the order's row, or its lines, hold."""
    holders = touch.children.get("line", []) if part.name == "product" else [touch.row]
    values = (row.get(part.by) for row in holders)
    return list(dict.fromkeys(str(value) for value in values if value is not None))


async def _rows(
    tables: Tables, part: Part, columns: Iterable[str], by: tuple[str, Iterable[str | None]]
) -> list[Row]:
    """The rows for many keys, so many at a time that no answer grows without bound."""
    column, wanted = by
    keys = sorted({key for key in wanted if key})
    found: list[Row] = []
    for at in range(0, len(keys), _MOST_KEYS):
        some = tuple(keys[at : at + _MOST_KEYS])
        found += await _bounded(tables, Found(part.table, tuple(columns), column, some))
    return found


async def _bounded(tables: Tables, found: Found) -> list[Row]:
    """An answer that is cut off is asked for again in halves; of one key, it is as long as it may
    be."""
    rows = await tables.rows(found)
    if len(rows) < found.most or len(found.keys) == 1:
        return rows
    half = len(found.keys) // 2
    first = await _bounded(tables, msgspec.structs.replace(found, keys=found.keys[:half]))
    return first + await _bounded(tables, msgspec.structs.replace(found, keys=found.keys[half:]))
