"""The table of a generic source, read from `[sources.NAME.map]` of the settings.

[sources.own.map]
orders = "data.order"        # where the order stands, or a list of them; the document by default
only = "type == 'paid'"      # what is not so is ignored
money = "minor"              # amounts are in minor units; "major" by default
id = "id"                    # every other key is a field of the order, its value a JMESPath
currency = "currency"        # expression (https://jmespath.org), read from the order

[sources.own.map.customer]   # parts: customer, state, totals, links, shipping_address, ...
email = "buyer.mail"

[sources.own.map.lines]      # lists (lines, discounts, ...): `from` is the list in the order,
from = "items"               # the fields are read from each of its items
title = "name"

[sources.own.map.words]      # the shop's words for `state.payment` and `state.fulfillment`
complete = "paid"
"""

import difflib
import types
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, Union, get_args, get_origin

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from twofifty.errors import SettingsError
from twofifty.intake import currency, loose
from twofifty.order import model
from twofifty.order.model import Order

PARTS: dict[str, type] = {
    "customer": model.Customer,
    "state": model.State,
    "totals": model.Totals,
    "links": model.Links,
    "shipping_address": model.Address,
    "billing_address": model.Address,
}
LISTS: dict[str, type] = {
    "lines": model.Line,
    "discounts": model.Discount,
    "taxes": model.Tax,
    "fees": model.Fee,
    "shipping": model.Shipping,
    "payments": model.PaymentPart,
    "refunds": model.Refund,
    "parcels": model.Parcel,
}
_OWN = ("orders", "only", "money", "words")
_NOT_MAPPED = ("source",)
_NEEDED = ("id", "currency")


class Table(msgspec.Struct, frozen=True):
    """A compiled table. Field names to expressions: of the order itself, of each part, and of the
    items of each list, whose own expression is under `from`."""

    orders: ParsedResult
    only: ParsedResult | None
    minor: bool
    words: Mapping[str, str]
    fields: Mapping[str, ParsedResult]
    parts: Mapping[str, Mapping[str, ParsedResult]]
    lists: Mapping[str, Mapping[str, ParsedResult]]


def table(stated: object) -> Table:
    """The table in the settings, compiled. Raises SettingsError naming the key that is wrong."""
    if not isinstance(stated, dict):
        raise SettingsError("map: write a table of expressions (see the page of generic sources)")
    parts = {name: _part(name, stated[name], PARTS[name]) for name in PARTS if name in stated}
    lists = {name: _list(name, stated[name], LISTS[name]) for name in LISTS if name in stated}
    own = {name: value for name, value in stated.items() if name not in (*_OWN, *PARTS, *LISTS)}
    fields = _part("", own, Order)
    for name in _NEEDED:
        if name not in fields:
            raise SettingsError(f"map: {name} is missing; say where it stands")
    if "total" not in parts.get("totals", {}):
        raise SettingsError("map.totals: total is missing; say where it stands")
    return Table(
        orders=_compiled("orders", stated.get("orders", "@")),
        only=_compiled("only", stated["only"]) if "only" in stated else None,
        minor=_minor(stated.get("money", "major")),
        words=_words(stated.get("words", {})),
        fields=fields,
        parts=parts,
        lists=lists,
    )


def _minor(stated: object) -> bool:
    if stated not in ("major", "minor"):
        raise SettingsError(f'map.money: write "major" or "minor"; {stated!r} is neither')
    return stated == "minor"


def _words(stated: object) -> dict[str, str]:
    if not isinstance(stated, dict):
        raise SettingsError("map.words: write a table: the shop's word = our word")
    known = (*get_args(model.Payment), *get_args(model.Fulfillment))
    for word, ours in stated.items():
        if ours not in known:
            near = difflib.get_close_matches(str(ours), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
            raise SettingsError(f"map.words.{word}: {ours!r} is none of our words; {hint}")
    return {word.strip().lower(): str(ours) for word, ours in stated.items()}


def _list(name: str, stated: object, kind: type) -> dict[str, ParsedResult]:
    if not isinstance(stated, dict) or "from" not in stated:
        raise SettingsError(f"map.{name}: from is missing; say where the list stands")
    own = {key: value for key, value in stated.items() if key != "from"}
    return {"from": _compiled(f"{name}.from", stated["from"]), **_part(name, own, kind)}


def _part(name: str, stated: object, kind: type) -> dict[str, ParsedResult]:
    if not isinstance(stated, dict):
        raise SettingsError(f"map.{name}: write a table of expressions")
    known = [field.name for field in msgspec.structs.fields(kind) if _mappable(field)]
    where = f"map.{name}".rstrip(".")
    for key in stated:
        if key not in known:
            near = difflib.get_close_matches(key, [*known, *_OWN], n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
            raise SettingsError(f"{where}: an order has no {key}{hint}")
    return {key: _compiled(f"{name}.{key}".lstrip("."), value) for key, value in stated.items()}


def _mappable(field: msgspec.structs.FieldInfo) -> bool:
    """Whether one expression can say the field."""
    plain = _plain(field.type)
    return field.name not in _NOT_MAPPED and (plain in _SAYABLE or get_origin(plain) is Literal)


def _compiled(name: str, expression: object) -> ParsedResult:
    if not isinstance(expression, str):
        raise SettingsError(f"map.{name}: write a JMESPath expression in quotes")
    try:
        return jmespath.compile(expression)
    except JMESPathError as fault:
        said = " ".join(str(fault).split())
        raise SettingsError(f"map.{name}: {said}") from None


class Reading(msgspec.Struct, frozen=True):
    """How values of one order are understood: its currency, where amounts are in minor units; the
    shop's words; what a time without an offset is in."""

    minor_of: str | None
    words: Mapping[str, str]
    time_zone: str

    def read(
        self, owner: object, fields: Mapping[str, ParsedResult], kind: type
    ) -> dict[str, object]:
        """The fields of a `kind` that stand in `owner`. Raises Unreadable."""
        types = {field.name: field.type for field in msgspec.structs.fields(kind)}
        found = {
            name: self._value(search(expression, owner), types[name])
            for name, expression in fields.items()
            if name != "from"
        }
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, value: object, kind: object) -> object:
        plain = _plain(kind)
        if get_origin(plain) is Literal:
            return self._word(value, get_args(plain))
        if plain is Decimal:
            return self._amount(value, kind)
        if plain is datetime:
            return self._moment(value)
        return _READERS.get(plain, loose.text)(value)

    def _moment(self, value: object) -> datetime | None:
        """A time that is mapped and there must be one, or the guard against old orders would not
        see it. Without an offset, and without a zone in the settings, it is absent."""
        if value in (None, ""):
            return None
        found = loose.moment(value, loose.time_zone(self.time_zone)) or loose.epoch(value)
        if found is None and loose.moment(value, UTC) is None:
            raise loose.Unreadable(value, "a time is ISO 8601 or seconds since 1970")
        return found

    def _amount(self, value: object, kind: object) -> Decimal | None:
        found = loose.amount(value)
        is_money = model.Money in (kind, *get_args(kind))
        if found is None or self.minor_of is None or not is_money:
            return found
        return currency.from_minor(found, self.minor_of)

    def _word(self, value: object, known: tuple[object, ...]) -> str | None:
        said = loose.text(value)
        if said is None:
            return None
        word = self.words.get(said.lower(), said.lower())
        return word if word in known else None


def _plain(kind: object) -> object:
    """The type in `Annotated[...] | None`."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    return getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind


def _truth(value: object) -> bool:
    return value in (True, 1, "true", "True", "1", "yes")


def _whole(value: object) -> int | None:
    return value if type(value) is int else None


def _texts(value: object) -> dict[str, str]:
    named = ((str(name), loose.text(inner)) for name, inner in loose.mapping(value).items())
    return {name: inner for name, inner in named if inner is not None}


_READERS: dict[object, Callable[[object], object]] = {
    bool: _truth,
    int: _whole,
    dict[str, str]: _texts,
    dict[str, model.Text]: _texts,
}
_SAYABLE = (str, Decimal, datetime, *_READERS)


def search(expression: ParsedResult, owner: object) -> object:
    """What an expression finds; nothing where its functions do not fit what they are given."""
    try:
        return expression.search(owner)
    except JMESPathError:
        return None
