"""The mapping from a shop's tables to orders, read from `[sources.NAME.tables]` of the settings.

    [sources.shop.tables]
    money = "minor"                     # amounts are cents; "major" is the default
    time_zone = "Europe/Berlin"         # of times that are stored without an offset

    [sources.shop.tables.order]
    table = "public.orders"
    id = "id"                           # fact = column (see `expression`)
    currency = "'EUR'"
    total = "total_cents"
    status = "state"

    [sources.shop.tables.status]        # see `status`
    completed = ["complete"]

    [sources.shop.tables.line]          # many rows an order: `order` is the column of its id
    table = "order_items"
    order = "order_id"
    ...
    [sources.shop.tables.shipping_address]
    table = "addresses"                 # one row: found by the order's column `by`, ...
    by = "shipping_address_id"          # ... which holds this table's `key` ("id" by default);
                                        # or by `order` and `where = {kind = "shipping"}`;
                                        # or, without a table, in columns of the order itself
    [sources.shop.tables.product]       # fills what a line leaves open; `by` is the line's column
    table = "products"
    by = "product_id"

Parts: order, line, product, customer, shipping_address, billing_address, payment, refund,
parcel. Instead of a table, the last three and line may have `list`: a JSON list in the order's row.
"""

import difflib
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from twofifty.errors import SettingsError
from twofifty.intake.log import Row
from twofifty.intake.rows import expression, fields, status
from twofifty.intake.rows.expression import Expression

_LINKS = ("table", "order", "by", "key", "where", "list", "optional")
_TOP = ("money", "time_zone", "snapshot_days", "status", *fields.OF_PART)


class Part(msgspec.Struct, frozen=True):
    """One part of an order and where its rows are.

    `table`: `schema.table`, or the order's own where the part stands in its row. `order`: this
    table's column with the order's id. `by`: the column, of the order (of the line, for products),
    that holds this table's `key`. `where`: what else a row must hold. `within`: the JSON list in
    the order's row instead of a table.
    """

    name: str
    table: str
    facts: Mapping[str, Expression]
    order: str = ""
    by: str = ""
    key: str = ""
    where: Mapping[str, str] = {}
    within: Expression | None = None
    optional: bool = False

    def columns(self) -> frozenset[str]:
        """The columns of its own table that it needs: facts, links and conditions."""
        facts = (one.columns() for one in self.facts.values())
        return frozenset().union(*facts, filter(None, (self.order, self.key)), self.where)

    def holds(self, row: Row) -> bool:
        """Whether a row of its table is one of this part's."""
        return all(str(row.get(column)) == value for column, value in self.where.items())

    def one_column(self, fact: str) -> str:
        """The column that is this fact, '' where it is none or more than that."""
        found = self.facts.get(fact)
        return found.column if found is not None else ""


class RowMapping(msgspec.Struct, frozen=True):
    """Where the facts of an order are in a shop's tables. `order.one_column("id")` is its key."""

    order: Part
    parts: Mapping[str, Part]
    words: status.Words
    minor: bool = False
    time_zone: str = ""
    snapshot_days: int = 30

    needs: Mapping[str, frozenset[str]] = {}

    def columns(self) -> Mapping[str, frozenset[str]]:
        """Every table that has to be read, with the columns that are needed of it. Tables are
        `schema.table`, as in `RowChange.table`."""
        return self.needs

    def watched(self) -> Mapping[str, frozenset[str]]:
        """Those of the tables whose changes touch an order: its own, and whose rows hold its id."""
        parts = (self.order, *(part for part in self.parts.values() if part.order))
        return {part.table: self.needs[part.table] for part in parts if part.within is None}


def mapping(table: Mapping[str, object], *, schema: str = "public") -> RowMapping:
    """The mapping that a `[sources.NAME.tables]` table writes. Tables that are named without a
    schema are in `schema` (for MySQL: the database).

    Raises SettingsError with the place and, for an unknown name, the nearest known one.
    """
    for name in table:
        _known(name, _TOP, "")
    order = _order(table, schema)
    parts = [
        _part(name, table[name], (schema, order))
        for name in fields.OF_PART
        if name != "order" and name in table
    ]
    made = RowMapping(
        order=order,
        parts={part.name: part for part in parts},
        words=status.words(table.get("status", {})),
        minor=_choice(table, "money", ("major", "minor")) == "minor",
        time_zone=_zone(table.get("time_zone", "")),
        snapshot_days=_days(table.get("snapshot_days", 30)),
    )
    _check_whole(made)
    return msgspec.structs.replace(made, needs=_needs(made))


def _needs(made: RowMapping) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for part in (made.order, *made.parts.values()):
        if part.within is None:
            own = part.columns() | _links(made, part)
            found[part.table] = found.get(part.table, frozenset()) | own
    return found


def _links(made: RowMapping, part: Part) -> frozenset[str]:
    """The columns by which other parts are found, or in which they lie."""
    links: set[str] = set()
    for other in made.parts.values():
        if part is made.order and other.within is not None:
            links |= other.within.columns()
        elif other.by and part.name == _holder(other.name):
            links.add(other.by)
    return frozenset(links)


def _order(table: Mapping[str, object], schema: str) -> Part:
    if "order" not in table:
        raise SettingsError("order: say in which table your orders are, and their columns")
    part = _part("order", table["order"], (schema, None))
    if not part.one_column("id"):
        raise SettingsError("order.id: name the one column that is the order's key")
    return part


def _part(name: str, stated: object, house: tuple[str, Part | None]) -> Part:
    schema, order = house
    if not isinstance(stated, dict):
        raise SettingsError(f"{name}: write a table of facts and columns")
    known = (*_LINKS, *sorted(fields.OF_PART[name]))
    for word in stated:
        _known(word, known, f"{name}.")
    own = _text(name, stated, "table")
    by = _text(name, stated, "by")
    part = Part(
        name=name,
        table=_qualified(own, schema) if own or order is None else order.table,
        facts=_facts(name, stated),
        order=_text(name, stated, "order"),
        by=by,
        key=_text(name, stated, "key") or ("id" if by else ""),
        where=_where(name, stated.get("where", {})),
        within=_within(name, stated),
        optional=stated.get("optional") is True,
    )
    _check(part, has_table=bool(own))
    return part


def _facts(name: str, stated: Mapping[str, object]) -> dict[str, Expression]:
    return {
        fact: _expression(f"{name}.{fact}", value)
        for fact, value in stated.items()
        if fact not in _LINKS
    }


def _expression(place: str, value: object) -> Expression:
    if not isinstance(value, str):
        raise SettingsError(f"{place}: write a column's name, or a constant as \"'EUR'\"")
    try:
        return expression.parsed(value)
    except ValueError as fault:
        raise SettingsError(f"{place}: {fault}") from None


def _within(name: str, stated: Mapping[str, object]) -> Expression | None:
    return _expression(f"{name}.list", stated["list"]) if "list" in stated else None


def _where(name: str, stated: object) -> dict[str, str]:
    if not isinstance(stated, dict):
        raise SettingsError(f"{name}.where: write columns and values, as {{kind = 'shipping'}}")
    return {column: str(value) for column, value in stated.items()}


def _text(name: str, stated: Mapping[str, object], word: str) -> str:
    value = stated.get(word, "")
    if not isinstance(value, str):
        raise SettingsError(f"{name}.{word}: write the name of a {_a(word)}")
    return value.strip()


def _a(word: str) -> str:
    return "table" if word == "table" else "column"


def _check(part: Part, *, has_table: bool) -> None:
    """What each part must say, and what goes only with something else."""
    for fact in fields.NEEDED.get(part.name, ()):
        if fact not in part.facts:
            raise SettingsError(f"{part.name}.{fact}: must be there; name its column")
    if part.name == "order":
        if not has_table:
            raise SettingsError("order.table: name the table of your orders")
    elif part.name in fields.MANY:
        _check_many(part, has_table=has_table)
    elif has_table and bool(part.by) == bool(part.order):
        raise SettingsError(
            f"{part.name}: say how its row is found: `by` (a column of the {_holder(part.name)} "
            "that holds its key) or `order` (its own column with the order's id)"
        )


def _check_many(part: Part, *, has_table: bool) -> None:
    if has_table == (part.within is not None):
        raise SettingsError(f"{part.name}: write a `table`, or a `list` in the order's row")
    if has_table and not part.order:
        raise SettingsError(f"{part.name}.order: name its column that holds the order's id")


def _check_whole(made: RowMapping) -> None:
    """What parts need of each other."""
    line = made.parts.get("line")
    if line is None:
        raise SettingsError("line: say where the order's lines are: a `table` or a `list`")
    product = made.parts.get("product")
    if product is not None and not product.by:
        raise SettingsError("product.by: name the line's column that holds the product's key")
    if not any("title" in part.facts for part in (line, product) if part is not None):
        raise SettingsError("line.title: name its column, here or under product")
    if "status" in made.order.facts and not made.words.completed:
        raise SettingsError("status.completed: list the words from which on an order counts")


def _holder(name: str) -> str:
    """Whose row names the row of that part."""
    return "line" if name == "product" else "order"


def _known(name: str, known: Iterable[str], place: str) -> None:
    names = tuple(known)
    if name in names:
        return
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
    raise SettingsError(f"{place}{name}: there is no such name; {hint}")


def _qualified(table: str, schema: str) -> str:
    return table if not table or "." in table else f"{schema}.{table}"


def _choice(table: Mapping[str, object], name: str, choices: tuple[str, ...]) -> str:
    value = table.get(name, choices[0])
    if value not in choices:
        raise SettingsError(f"{name}: write {' or '.join(choices)}")
    return str(value)


def _zone(value: object) -> str:
    try:
        ZoneInfo(str(value) or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"time_zone: {value!r} is no IANA time zone; try Europe/Berlin"
        ) from None
    return str(value)


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SettingsError("snapshot_days: write a whole number of days, at least 1")
    return value
