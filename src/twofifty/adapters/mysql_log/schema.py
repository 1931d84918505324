"""Which tables and columns matter, and what the server says of them where the log does not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from twofifty.adapters.mysql_log import table as tables
from twofifty.adapters.mysql_log import values
from twofifty.adapters.mysql_log.image import Plan
from twofifty.adapters.mysql_log.table import Charsets, Column, Described, Table, TableMap
from twofifty.errors import LogLost, ShopError

Describe = Callable[[str], Sequence[Described]]
"""The columns of `schema.table` as they stand now, in order; none where there is no such table."""

_MOST_PLANS = 1_000
_WORDS = {
    values.TINY: "tinyint",
    values.SHORT: "smallint",
    values.INT24: "mediumint",
    values.LONG: "int",
    values.LONGLONG: "bigint",
    values.FLOAT: "float",
    values.DOUBLE: "double",
    values.NEWDECIMAL: "decimal",
    values.YEAR: "year",
    values.DATE: "date",
    values.TIME: "time",
    values.TIME2: "time",
    values.DATETIME: "datetime",
    values.DATETIME2: "datetime",
    values.TIMESTAMP: "timestamp",
    values.TIMESTAMP2: "timestamp",
    values.BIT: "bit",
    values.ENUM: "enum",
    values.SET: "set",
    values.JSON: "json",
    values.VARCHAR: "varchar varbinary",
    values.BLOB: "tinytext text mediumtext longtext tinyblob blob mediumblob longblob",
}


class Schema:
    """`fold`: the server keeps tables' names in lower case or compares them so."""

    def __init__(
        self,
        wanted: Mapping[str, frozenset[str]],
        describe: Describe,
        charsets: Charsets,
        *,
        fold: bool,
    ) -> None:
        self._describe = describe
        self._charsets = charsets
        self._fold = fold
        self._wanted = wanted
        self._names = {self._key(name): name for name in wanted}
        self._described: dict[str, Sequence[Described]] = {}
        self._plans: dict[bytes, tuple[int, Plan | None]] = {}

    def plan(self, body: bytes) -> tuple[int, Plan | None]:
        """The number of the table that a TABLE_MAP event names, and how to read its rows; None
        where they do not matter.

        Raises Garbled; ShopError where a column that is wanted is gone, LogLost where nobody can
        say any more which columns these were."""
        known = self._plans.get(body)
        if known is None:
            if len(self._plans) > _MOST_PLANS:
                self._plans.clear()
            map_ = tables.table_map(body)
            name = self._names.get(self._key(map_.name))
            known = (map_.id, None if name is None else self._made(map_, name))
            self._plans[body] = known
        return known

    def forget(self) -> None:
        """Tables may have changed."""
        self._described.clear()
        self._plans.clear()

    def _made(self, map_: TableMap, name: str) -> Plan:
        wanted = {column.lower(): column for column in self._wanted[name]}
        named = {column.lower() for column in tables.names(map_)}
        if not wanted.keys() <= named:
            self._check_now(name, wanted.values())
        described = () if named else self._of_now(map_, name)
        table = self._with_kinds(tables.table(map_, self._charsets, described), name, wanted)
        return Plan(table, name, wanted)

    def _with_kinds(self, table: Table, name: str, wanted: Mapping[str, str]) -> Table:
        """MariaDB's UUID and INET look like BINARY in the log: the server knows them apart."""
        if not any(one.form.fixed and one.name.lower() in wanted for one in table.columns):
            return table
        kinds = {column.name.lower(): column.kind for column in self._ask(name)}
        columns = (_with_kind(one, kinds.get(one.name.lower(), "")) for one in table.columns)
        return msgspec.structs.replace(table, columns=tuple(columns))

    def _check_now(self, name: str, columns: Iterable[str]) -> None:
        """A column that the log does not have may have come since; else it is gone."""
        there = {column.name.lower() for column in self._ask(name)}
        gone = sorted(column for column in columns if column.lower() not in there)
        if gone:
            raise ShopError(
                f"{name} has no column {', '.join(gone)} any more: mend the mapping or the table"
            )

    def _of_now(self, map_: TableMap, name: str) -> Sequence[Described]:
        """The columns of now, which are those of the log if count and kinds are the same."""
        described = self._ask(name)
        if not _agree(map_, described):
            raise LogLost(
                f"{name} was altered since, and the log does not name its columns: "
                "set binlog_row_metadata=FULL"
            )
        return described

    def _ask(self, name: str) -> Sequence[Described]:
        if name not in self._described:
            self._described[name] = self._describe(name)
        return self._described[name]

    def _key(self, name: str) -> str:
        return name.lower() if self._fold else name


def _with_kind(column: Column, kind: str) -> Column:
    """The column as its kind is shown; one that the log cannot tell loses its name."""
    if not column.form.fixed or kind in ("", "binary"):
        return column
    if kind != "uuid":
        return msgspec.structs.replace(column, name="")
    form = msgspec.structs.replace(column.form, decode=_uuid)
    return msgspec.structs.replace(column, form=form)


def _uuid(data: bytes) -> str:
    return str(UUID(bytes=data.ljust(16, b"\0")))


def _agree(map_: TableMap, described: Sequence[Described]) -> bool:
    """Whether columns of now may be those of the log: as many, each of the same kind."""
    return len(map_.types) == len(described) and all(
        _is_kind(*pair, column.kind) for pair, column in zip(map_.types, described, strict=True)
    )


def _is_kind(type_: int, meta: int, kind: str) -> bool:
    words = _WORDS.get(values.real(type_, meta)[0])
    return words is None or kind in words.split()
