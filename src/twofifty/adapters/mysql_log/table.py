"""The table map: what the rows that follow look like.

The types of the columns are always there. Their names, signs, character sets and words are with
`binlog_row_metadata=FULL`; what is missing is asked of the server (`Described`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from twofifty.adapters.mysql_log import values
from twofifty.adapters.mysql_log.charset import BINARY, decoder
from twofifty.adapters.mysql_log.values import Form
from twofifty.adapters.mysql_log.wire import Fields

_META_SIZES = {
    **dict.fromkeys((values.FLOAT, values.DOUBLE, values.BLOB, values.GEOMETRY, values.JSON), 1),
    values.VECTOR: 1,
    **dict.fromkeys((values.TIMESTAMP2, values.DATETIME2, values.TIME2, values.BLOB_COMPRESSED), 1),
    **dict.fromkeys((values.VARCHAR, values.VAR_STRING, values.VARCHAR_COMPRESSED), 2),
    **dict.fromkeys((values.NEWDECIMAL, values.BIT, values.ENUM, values.SET, values.STRING), 2),
}
_NUMERIC = {
    values.TINY,
    values.SHORT,
    values.INT24,
    values.LONG,
    values.LONGLONG,
    values.NEWDECIMAL,
    values.FLOAT,
    values.DOUBLE,
}
_CHARACTER = {
    values.STRING,
    values.VAR_STRING,
    values.VARCHAR,
    values.BLOB,
    values.VECTOR,
    values.VARCHAR_COMPRESSED,
    values.BLOB_COMPRESSED,
}
_SIGNS, _DEFAULT_CHARSET, _CHARSETS, _NAMES, _SETS, _ENUMS = 1, 2, 3, 4, 5, 6


class Charsets(msgspec.Struct, frozen=True):
    """The server's collations by number, each with the name of its character set. `spatial`: it
    counts geometry among the text columns, as MariaDB does and MySQL does not."""

    names: Mapping[int, str]
    spatial: bool = False


class Column(msgspec.Struct, frozen=True):
    """A column's name and how it is written."""

    name: str
    form: Form


class Described(msgspec.Struct, frozen=True):
    """What the server says of a column now, for where the log does not. `kind` is the word of its
    type (`decimal`)."""

    name: str
    kind: str
    unsigned: bool = False
    charset: str = ""
    members: tuple[str, ...] = ()


_NOTHING = Described("", "")


class Table(msgspec.Struct, frozen=True):
    """`schema.table` and its columns, in order. `named`: whether the log itself names them."""

    name: str
    columns: tuple[Column, ...]
    named: bool = True


class TableMap(msgspec.Struct, frozen=True):
    """A table map as it stands in the log. `metadata`: the optional part, by its numbers."""

    id: int
    name: str
    types: tuple[tuple[int, int], ...]
    metadata: Mapping[int, bytes]


def table_map(body: bytes) -> TableMap:
    """A TABLE_MAP event. Raises Garbled."""
    at = Fields(body)
    number = at.number(6)
    at.take(2)
    schema = at.take(at.number(1)).decode("utf-8", "replace")
    at.take(1)
    name = at.take(at.number(1)).decode("utf-8", "replace")
    at.take(1)
    types = at.take(at.packed())
    meta = Fields(at.take(at.packed()))
    forms = tuple((type_, meta.number(_META_SIZES.get(type_, 0))) for type_ in types)
    at.bits(len(types))
    return TableMap(number, f"{schema}.{name}", forms, _metadata(at))


def _metadata(at: Fields) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while at.more():
        kind = at.number(1)
        found[kind] = at.take(at.packed())
    return found


def names(map_: TableMap) -> tuple[str, ...]:
    """The columns' names, where the log says them."""
    if _NAMES not in map_.metadata:
        return ()
    at = Fields(map_.metadata[_NAMES])
    return tuple(at.text() for _ in map_.types)


def table(map_: TableMap, charsets: Charsets, described: Sequence[Described]) -> Table:
    """The table with everything that reading needs; `described` fills what the log leaves out, and
    is empty where the log says all. Raises Garbled."""
    told = _Told(
        names(map_),
        _signs(map_),
        _letters(map_, charsets),
        {**_words(map_, _SETS), **_words(map_, _ENUMS)},
    )
    now = described or (_NOTHING,) * len(map_.types)
    columns = (told.column(index, pair, now[index]) for index, pair in enumerate(map_.types))
    return Table(map_.name, tuple(columns), bool(told.names))


class _Told(msgspec.Struct, frozen=True):
    """What the log's optional metadata says of columns, by their places."""

    names: tuple[str, ...]
    signs: Mapping[int, bool]
    letters: Mapping[int, str]
    members: Mapping[int, tuple[str, ...]]

    def column(self, index: int, pair: tuple[int, int], now: Described) -> Column:
        """One column; what the log does not say is as it is now."""
        charset = self.letters.get(index) or now.charset or BINARY
        fixed = _fixed(*values.real(*pair), charset)
        form = Form(
            *pair,
            unsigned=self.signs.get(index, now.unsigned),
            members=self.members.get(index, now.members),
            decode=decoder(charset, fixed),
            fixed=fixed,
        )
        return Column(self.names[index] if self.names else now.name, form)


def _fixed(real: int, length: int, charset: str) -> int:
    return length if real == values.STRING and charset == BINARY else 0


def _of_kind(map_: TableMap, is_one: Callable[[int], bool]) -> list[int]:
    """Which columns have such a type."""
    real = (values.real(type_, meta)[0] for type_, meta in map_.types)
    return [index for index, type_ in enumerate(real) if is_one(type_)]


def _signs(map_: TableMap) -> dict[int, bool]:
    """One bit a numeric column, the highest first."""
    if _SIGNS not in map_.metadata:
        return {}
    data = map_.metadata[_SIGNS]
    numeric = _of_kind(map_, _NUMERIC.__contains__)
    return {
        index: bool(data[at // 8] & 0x80 >> at % 8)
        for at, index in enumerate(numeric)
        if at // 8 < len(data)
    }


def _letters(map_: TableMap, charsets: Charsets) -> dict[int, str]:
    """The character set of each text column."""
    also = values.GEOMETRY if charsets.spatial else values.BLOB
    indexes = _of_kind(map_, lambda type_: type_ in _CHARACTER or type_ == also)
    return {
        index: charsets.names.get(collation, BINARY)
        for index, collation in zip(indexes, _collations(map_, len(indexes)), strict=False)
    }


def _collations(map_: TableMap, count: int) -> Iterator[int]:
    """Each text column's own, or a default with the exceptions from it."""
    if _CHARSETS in map_.metadata:
        at = Fields(map_.metadata[_CHARSETS])
        while at.more():
            yield at.packed()
    elif _DEFAULT_CHARSET in map_.metadata:
        at = Fields(map_.metadata[_DEFAULT_CHARSET])
        default, others = at.packed(), {}
        while at.more():
            index = at.packed()
            others[index] = at.packed()
        yield from (others.get(index, default) for index in range(count))


def _words(map_: TableMap, kind: int) -> dict[int, tuple[str, ...]]:
    """The words of each SET or ENUM column."""
    if kind not in map_.metadata:
        return {}
    type_ = values.SET if kind == _SETS else values.ENUM
    at = Fields(map_.metadata[kind])
    return {
        index: tuple(at.text() for _ in range(at.packed()))
        for index in _of_kind(map_, type_.__eq__)
    }
