"""The canonical order on the wire: JSON bytes to `Order` and back, and its JSON Schema."""

from typing import Any

import msgspec

from twofifty.order.model import SCHEMA, Order

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(Order)


def encode(order: Order) -> bytes:
    """Canonical JSON: the same order gives the same bytes; absent fields are left out."""
    return _ENCODER.encode(order)


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
