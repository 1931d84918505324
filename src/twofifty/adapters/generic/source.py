"""A source of any shop that sends JSON: what stands where is in the settings (see `table`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from twofifty.adapters.generic.table import LISTS, PARTS, Reading, Table, search, table
from twofifty.errors import BadInput, SettingsError
from twofifty.intake import currency, loose
from twofifty.intake.fields import problems as problems_of
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform
from twofifty.intake.ports import Hook, Scheme, Source, Stated
from twofifty.intake.signature import Basic, Hashed, StandardWebhooks, Token
from twofifty.order.events import Ignored, News, OrderEvent
from twofifty.order.model import Line, Order

_WITH_IDS = ("lines", "refunds", "parcels")
_SCHEMES = ("hmac", "token", "basic", "standard-webhooks")


class Generic(Platform):
    """A Source: see `intake.ports`. Reads nothing before it is `configured`."""

    signature: Scheme = Hashed(header="x-signature", form="hex")
    options: ClassVar[Mapping[str, str]] = {
        "map": "the table of expressions, `[sources.NAME.map]`",
        "signature": "`hmac` (the default), `token`, `basic` or `standard-webhooks`",
        "signature_header": "where the signature or token stands; `x-signature` by default",
        "signature_form": "`hex` (the default) or `base64`",
        "signature_prefix": "what stands before it, such as `sha256=`",
        "topic_header": "the header that says what happened",
        "id_header": "the header with the event's id, the same on every repetition",
    }

    def __init__(self, options: Mapping[str, object] | None = None) -> None:
        stated = options or {}
        self._table = table(stated["map"]) if "map" in stated else None
        self._topic_header = str(stated.get("topic_header", "")).lower()
        self._id_header = str(stated.get("id_header", "")).lower()
        self.signature = _scheme({name: str(value) for name, value in stated.items()})

    def configured(self, options: Mapping[str, object]) -> Source:
        """See `Source.configured`."""
        if "map" not in options:
            raise SettingsError("a generic source needs a map table: [sources.NAME.map]")
        return Generic(options)

    def event_id(self, hook: Hook) -> str | None:
        """The header that the settings name."""
        return hook.headers.get(self._id_header, "").strip()[:300] or None

    def topic(self, hook: Hook) -> str:
        """The header that the settings name."""
        return hook.headers.get(self._topic_header, "").strip()[:100]

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        """Every order that the table finds."""
        if self._table is None:
            return Ignored("this source has no map table yet: [sources.NAME.map]")
        if self._table.only is not None and not search(self._table.only, node.value):
            return Ignored("`only` of the map does not hold")
        found = search(self._table.orders, node.value)
        listed = found if isinstance(found, list) else [found]
        orders = [each for each in listed if isinstance(each, dict) and each]
        if not orders:
            return Ignored("`orders` of the map finds no order in it")
        read = (_order(each, self._table, stated) for each in orders)
        return tuple(OrderEvent(type="order.updated", order=order) for order in read)


def _scheme(options: Mapping[str, str]) -> Scheme:
    kind = options.get("signature", "hmac")
    header = options.get("signature_header", "x-signature").lower()
    match kind:
        case "hmac":
            return _hashed(options, header)
        case "token":
            return Token(header=header)
        case "basic":
            return Basic()
        case "standard-webhooks":
            return StandardWebhooks()
    raise SettingsError(f"signature: {kind!r} is none of {', '.join(_SCHEMES)}")


def _hashed(options: Mapping[str, str], header: str) -> Scheme:
    prefix, form = options.get("signature_prefix", ""), options.get("signature_form", "hex")
    if form == "base64":
        return Hashed(header=header, form="base64", prefix=prefix)
    if form == "hex":
        return Hashed(header=header, form="hex", prefix=prefix)
    raise SettingsError(f'signature_form: write "hex" or "base64"; {form!r} is neither')


def _order(found: dict[str, object], how: Table, stated: Stated) -> Order:
    """One order. Raises Unreadable, and BadInput 422 where a needed field is missing."""
    code = currency.code(search(how.fields["currency"], found))
    reading = Reading(code if how.minor else None, how.words, stated.time_zone)
    fields = reading.read(found, how.fields, Order)
    parts = {name: reading.read(found, part, PARTS[name]) for name, part in how.parts.items()}
    lists = {name: _items(found, name, how, reading) for name in how.lists}
    gaps: dict[str, object] = {
        "locale": stated.locale or None,
        "time_zone": stated.time_zone or None,
    }
    whole = {
        **gaps,
        "lines": [],
        **fields,
        **parts,
        **lists,
        "source": stated.name,
        "currency": code,
    }
    if "revision" not in fields and isinstance(updated := fields.get("updated_at"), datetime):
        whole["revision"] = loose.milliseconds(updated)
    try:
        return msgspec.convert(whole, Order)
    except msgspec.ValidationError:
        problems = problems_of(whole, Order)
        raise BadInput(422, "the order cannot be used as it stands", problems) from None


def _items(
    found: dict[str, object], name: str, how: Table, reading: Reading
) -> list[dict[str, object]]:
    """A list's items. What has no id of its own is numbered; a line without a title is named by
    its SKU."""
    mapped, kind = how.lists[name], LISTS[name]
    listed = loose.items(search(mapped["from"], found))
    read = [reading.read(item, mapped, kind) for item in listed]
    for at, item in enumerate(read):
        if name in _WITH_IDS:
            item.setdefault("id", str(at + 1))
        if kind is Line:
            item.setdefault("title", item.get("sku") or item["id"])
    return read
