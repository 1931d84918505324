"""The canonical order on the wire: JSON bytes to `Order` and back, and its JSON Schema."""

from typing import Any

import msgspec

from twofifty.order.model import SCHEMA, Order

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(Order)


def encode(order: Order) -> bytes:
    """Canonical JSON: the same order gives the same bytes; absent fields are left out."""
    return _ENCODER.encode(order)


def facts(order: Order, encoded: bytes) -> bytes:
    """`encoded`, which is `encode(order)`, without `revision` and `updated_at`: what the order says
    whenever it says it. The same bytes as those of an order that has neither."""
    if order.revision is not None:
        encoded = _without(encoded, b',"revision":%d' % order.revision) or _timeless(order)
    if order.updated_at is not None:
        moment = b',"updated_at":' + _ENCODER.encode(order.updated_at)
        encoded = _without(encoded, moment) or _timeless(order)
    return encoded


def _without(encoded: bytes, field: bytes) -> bytes | None:
    """Cut out where it stands once; None where a free text may look like it."""
    before, found, after = encoded.partition(field)
    alone = found and after[:1] in (b",", b"}") and field not in after
    return before + after if alone else None


def _timeless(order: Order) -> bytes:
    return _ENCODER.encode(msgspec.structs.replace(order, revision=None, updated_at=None))


def decode(data: bytes) -> Order:
    """The order in canonical JSON. Raises `msgspec.ValidationError` with the path it hit."""
    return _DECODER.decode(data)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `twofifty.order/1`."""
    described = msgspec.json.schema(Order)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:twofifty:order:1",
        "title": SCHEMA,
        **described,
    }
