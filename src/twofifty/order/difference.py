"""What changed between two states of one order, for people to read and for programs to apply.

`difference(before, after)`, then `applied(before, change)`, gives `after` again, whatever they are.
`told(change)` is the part of it that a customer should hear about.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from twofifty.order.model import Address, Line, Order, Shipping, Totals, Window

Way = Literal["added", "removed", "changed"]

_LINES: Final = "lines"
_TOLD: Final = frozenset({"shipping_address", "billing_address", "note"})
_TOLD_OF_A_WAY: Final = ("title", "carrier", "estimate")


HIDDEN: Final = "_"
"""By custom of several shops what begins so among a line's `attributes` is for the shop alone."""


class LineChange(msgspec.Struct, frozen=True):
    """One line that is new (`before` None), gone (`after` None) or another. `was` and `place`:
    where it stood in the old order, and stands in the new one."""

    before: Line | None
    after: Line | None
    was: int | None
    place: int | None

    @property
    def way(self) -> Way:
        """What happened to it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


class FieldChange(msgspec.Struct, frozen=True):
    """A field of the order other than its lines, with its whole value before and after."""

    name: str
    before: object
    after: object


class Difference(msgspec.Struct, frozen=True):
    """`lines`: those that changed, in the new order's sequence, then those that are gone. `kept`:
    places in the old order of the lines that did not change, in the sequence of the new one; None
    where that is the old one's."""

    lines: tuple[LineChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    kept: tuple[int, ...] | None = None

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.lines or self.fields) or self.kept is not None

    def field(self, name: str) -> FieldChange | None:
        """The change of that field."""
        return next((change for change in self.fields if change.name == name), None)


def difference(before: Order, after: Order) -> Difference:
    """From one state of an order to another. A line is the same line where its id is; of several
    with one id the first goes with the first, the second with the second."""
    old, new = _keys(before.lines), _keys(after.lines)
    places = {key: place for place, key in enumerate(old)}
    pairs = [(places.get(key), line) for key, line in zip(new, after.lines, strict=True)]
    changed = [
        LineChange(None if was is None else before.lines[was], now, was, place)
        for place, (was, now) in enumerate(pairs)
        if was is None or before.lines[was] != now
    ]
    kept = [was for was, now in pairs if was is not None and before.lines[was] == now]
    here = set(new)
    gone = [
        LineChange(before.lines[place], None, place, None)
        for place, key in enumerate(old)
        if key not in here
    ]
    moved = None if kept == sorted(kept) else tuple(kept)
    return Difference((*changed, *gone), tuple(_fields(before, after)), moved)


def applied(before: Order, change: Difference) -> Order:
    """The order after the change."""
    values = {field.name: field.after for field in change.fields}
    lines = _applied_lines(before.lines, change)
    return msgspec.structs.replace(before, lines=lines, **values)


def told(change: Difference) -> Difference:
    """What a customer should hear of: what is delivered where and when, and what it costs. That
    money came in or went back, and where parcels are, other mails tell. What reads the same is no
    change: another white space, nothing for empty, an attribute for the shop alone."""
    lines = tuple(line for line in change.lines if _is_told(line))
    fields = tuple(field for field in change.fields if _tells(field))
    return Difference(lines, fields)


def _keys(lines: Sequence[Line]) -> list[tuple[str, int]]:
    """Each line's id, and the how manieth of that id it is."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        keys.append((line.id, seen[line.id]))
        seen[line.id] += 1
    return keys


def _fields(before: Order, after: Order) -> Iterator[FieldChange]:
    for name in Order.__struct_fields__:
        was, now = getattr(before, name), getattr(after, name)
        if name != _LINES and was != now:
            yield FieldChange(name, was, now)


def _applied_lines(lines: tuple[Line, ...], change: Difference) -> tuple[Line, ...]:
    placed = {one.place: one.after for one in change.lines if one.after is not None}
    touched = {one.was for one in change.lines}
    same = [line for place, line in enumerate(lines) if place not in touched]
    if change.kept is not None:
        same = [lines[place] for place in change.kept]
    rest = iter(same)
    return tuple(placed.get(place) or next(rest) for place in range(len(placed) + len(same)))


def _is_told(change: LineChange) -> bool:
    if change.before is None or change.after is None:
        return True
    return _read(change.before) != _read(change.after)


def _read(line: Line) -> tuple[object, ...]:
    """A line as a customer reads it."""
    attributes = {
        name: shown
        for name, value in line.attributes.items()
        if not name.startswith(HIDDEN) and (shown := _words(value))
    }
    money = (line.unit_price, line.discount or None)
    return _words(line.title), _words(line.variant), line.quantity, money, attributes


def _words(value: object) -> object:
    """Text or an address as it reads; None for one that says nothing."""
    if isinstance(value, Address):
        fields = tuple(_words(field) for field in msgspec.structs.astuple(value))
        return fields if any(fields) else None
    return " ".join(value.split()) or None if isinstance(value, str) else value


def _tells(change: FieldChange) -> bool:
    if isinstance(change.before, Totals) and isinstance(change.after, Totals):
        return change.before.total != change.after.total
    if change.name == "shipping":
        return _ways(change.before) != _ways(change.after)
    return change.name in _TOLD and _words(change.before) != _words(change.after)


def _ways(shipping: object) -> list[tuple[object, ...]]:
    if not isinstance(shipping, tuple):
        return []
    ways = [way for way in shipping if isinstance(way, Shipping)]
    return [tuple(_words(getattr(way, name)) for name in _TOLD_OF_A_WAY) for way in ways]


def windows(order: Order) -> list[Window]:
    """The delivery windows that an order states: of its ways of shipping, then of its parcels."""
    stated = [way.estimate for way in order.shipping]
    stated += [parcel.estimate for parcel in order.parcels]
    return [window for window in stated if window is not None]
