"""What a mail was composed from, kept beside its bytes so that it can be composed again.

The orders themselves are not in it: the store has each state of an order once, and knows which one
a message tells. Of the one that the customer was told before, the hash is here.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from twofifty.compose.brand import Brand
from twofifty.compose.letter import Letter, Seed
from twofifty.notice.model import Kind
from twofifty.order import wire
from twofifty.order.model import Order, Stock


class Setting(msgspec.Struct, frozen=True):
    """What all mails of a source share: how the shop looks, and its language."""

    brand: Brand
    locale: str


class Inputs(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything but the orders. `engine`: this product's version; `pack`: the version of the
    templates that made it, `plain` for none; `before`: the SHA-256 of the canonical order that the
    customer was told before. The rest is as in `Letter`."""

    engine: str
    pack: str
    layout: str
    locale: str
    setting: Setting
    seed: Seed
    kind: Kind
    before: str = ""
    facts: str = ""
    root_subject: str | None = None
    page_url: str | None = None
    stock: Mapping[str, Stock] = {}
    words: str = ""

    def letter(self, order: Order, before: Order | None) -> Letter:
        """The letter that it was, given the orders."""
        return Letter(
            kind=self.kind,
            order=order,
            before=before,
            facts=self.facts,
            root_subject=self.root_subject,
            page_url=self.page_url,
            stock=self.stock,
            layout=self.layout,
            words=self.words,
        )


_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(Inputs)


def encode(inputs: Inputs) -> bytes:
    """JSON."""
    return _ENCODER.encode(inputs)


def decode(data: bytes) -> Inputs:
    """The inputs in JSON. Raises `msgspec.ValidationError`, `msgspec.DecodeError`."""
    return _DECODER.decode(data)


def hashed(order: Order | None) -> str:
    """The SHA-256 of an order's canonical JSON; empty for none."""
    return "" if order is None else digest(wire.encode(order))


def digest(body: bytes) -> str:
    """The SHA-256 of an order's canonical JSON as it is kept."""
    return hashlib.sha256(body).hexdigest()
