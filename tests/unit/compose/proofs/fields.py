"""Every text of an order by the names of its types, an order that has them all, and texts put into
it past the model's own limits, as a shop's own store could hold them."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect

from tests.unit.compose.orders import full
from twofifty.compose import clean
from twofifty.order.model import (
    Address,
    Order,
    Parcel,
    ParcelLine,
    PaymentPart,
    Refund,
    Window,
)
from twofifty.order.parcel import stage

_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
Give = Callable[[str, str], str]

# Their values are judged by the model: three capital letters, and what shops are told apart by.
TYPED = frozenset({"currency", "source"})
# What a value is decided by, not shown: another text there is another mail, and rightly so.
DECIDING = frozenset({"locale", "time_zone"})
# What things are found again by, not shown while there is a number: told apart, never cleaned.
KEYS = frozenset({"lines[].id", "parcels[].id", "refunds[].id"})
# Where a text stands for one of another place.
SAME_AS = {"parcels[].lines[].line_id": "lines[].id", "lines[].parent_id": "lines[].id"}
URLS = ("_url", ".url", "links.status", "links.support")


def text_fields(model: type[msgspec.Struct] = Order) -> frozenset[str]:
    """The path of every text that the model lets be any text: `lines[].title`."""
    return frozenset(_fields(inspect.type_info(model), "")) - TYPED


def _fields(kind: inspect.Type, path: str) -> Iterator[str]:
    if isinstance(kind, inspect.StrType):
        yield path
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from _fields(each, path)
    elif isinstance(kind, inspect.VarTupleType):
        yield from _fields(kind.item_type, f"{path}[]")
    elif isinstance(kind, inspect.DictType):
        yield f"{path}.KEY"
        yield from _fields(kind.value_type, f"{path}.VALUE")
    elif isinstance(kind, inspect.StructType):
        for field in kind.fields:
            yield from _fields(field.type, f"{path}.{field.name}".lstrip("."))


def every_field() -> Order:
    """An order with every text that an order can have, no two of them the same."""
    whole = full()
    parcels = (_parcel("p1", "1"), _parcel("p2", "2"))
    refunds = tuple(
        Refund(id=f"r{number}", amount=whole.totals.total / 3, at=whole.placed_at, reason="Broken")
        for number in (1, 2)
    )
    customer = msgspec.structs.replace(whole.customer, consent={"marketing": True})
    payments = (
        PaymentPart(method="card", title="Visa", amount=Decimal(1), reference="a", status="paid"),
        PaymentPart(method="coins", title="Coins", amount=Decimal(2), reference="b", status="due"),
    )
    billing = Address(
        name="Okafor Ltd",
        company="Holding",
        line1="1 Strand",
        line2="Floor 9",
        city="London",
        region="Middlesex",
        postal_code="WC2R",
        country="GB",
        phone="+44 20 0000",
    )
    return msgspec.structs.replace(
        whole,
        parcels=parcels,
        refunds=refunds,
        customer=customer,
        payments=payments,
        billing_address=billing,
    )


def _parcel(key: str, line: str) -> Parcel:
    return Parcel(
        id=key,
        carrier="Fast",
        tracking_number=f"LX-{key}",
        tracking_url=f"https://track.example.com/{key}",
        lines=(ParcelLine(line_id=line, quantity=Decimal(1)),),
        status="in_transit",
        estimate=Window(earliest="2026-11-25", latest="2026-11-27"),
    )


def planted(value: Any, give: Give, path: str = "") -> Any:
    """The value with every text replaced by `give(path, text)`."""
    if isinstance(value, str):
        return give(path, value)
    if isinstance(value, tuple):
        return tuple(planted(inner, give, f"{path}[]") for inner in value)
    if isinstance(value, dict):
        return {
            give(f"{path}.KEY", key): planted(inner, give, f"{path}.VALUE")
            for key, inner in value.items()
        }
    if isinstance(value, msgspec.Struct):
        inner = {
            field: planted(getattr(value, field), give, f"{path}.{field}".lstrip("."))
            for field in value.__struct_fields__
        }
        return msgspec.structs.replace(value, **inner)
    return value


def harmless(path: str, hostile: str, name: str) -> str:
    """As much harmless text, `name`, as a cleaned hostile one leaves."""
    if path in KEYS:
        return name
    if path == "parcels[].status":
        # carriers' own words are understood by what is in them
        return stage(Parcel(id="1", status=hostile))
    if path.endswith(URLS):
        read = clean.contact if path.endswith("support") else clean.url
        kept = read(hostile)
        # a page shows pictures of https alone
        scheme = "http" if kept and kept.startswith("http:") else "https"
        return f"{scheme}://example.com/{name}" if kept else name
    if path == "note":
        return "\n".join(name if row else "" for row in clean.note(hostile))
    if path == "words":
        rows = _BREAK.split(hostile)
        return "\n".join(name if clean.line(row) else "" for row in rows)
    if path.endswith("KEY") and hostile.startswith("_"):
        return f"_{name}"
    return name if clean.line(hostile) else " " * bool(hostile)
