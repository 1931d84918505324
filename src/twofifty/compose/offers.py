"""The offers of a schema.org `Order`, as they stand in its JSON.

What a shop sells is sold again, so what was written of a product at a price is kept with its view
(`kept.py`), in the lines that JSON has at that depth.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from twofifty.compose import clean
from twofifty.compose.kept import Block, Kept
from twofifty.compose.mustache.markup import Json
from twofifty.compose.schema import Node, Product
from twofifty.order.model import Line

View = dict[str, object]
Shown = Sequence[tuple[Line, View]]

_INDENT: Final = "  "
# No text of a customer or shop can say it, for JSON escapes their quotes.
_NONE: Final = ' "acceptedOffer": []'


class Quantity(Node, frozen=True, tag_field="@type", tag="QuantitativeValue"):
    """How many."""

    value: Decimal


class Offer(Node, frozen=True, tag_field="@type", tag="Offer"):
    """What was bought, how many of it, and what one costs."""

    item_offered: Product
    eligible_quantity: Quantity
    price: Decimal | None = None
    price_currency: str = ""


def offers_of(shown: Shown, currency: str) -> list[Offer]:
    """An offer for each line."""
    return [_offer(line, said, currency) for line, said in shown]


def with_offers(written: str, shown: Shown, currency: str) -> Json:
    """The JSON of an order that was written without offers, with those of the lines. Every view of
    them is `Kept`."""
    head, _, tail = written.partition(_NONE)
    *before, last = shown
    blocks = [f'{head} "acceptedOffer": [']
    blocks += [_block(each, currency, ",") for each in before]
    blocks += [_block(last, currency, ""), f" ]{tail}"]
    return Json("\n".join(blocks), tuple(blocks))


def _block(each: tuple[Line, View], currency: str, end: str) -> str:
    """An offer's lines, and what follows them. The view is of one currency."""
    line, said = each
    written = said.written if isinstance(said, Kept) else {}
    known = written.get(end)
    if known is None:
        known = written[end] = _lines(_offer(line, said, currency), end)
    return known


def _lines(offer: Offer, end: str) -> Block:
    rows = clean.jsonld(offer).split("\n")
    return Block("\n".join([_INDENT + row for row in rows]) + end)


def _offer(line: Line, said: View, currency: str) -> Offer:
    price = line.unit_price if line.unit_price is not None else line.total
    return Offer(
        item_offered=product(line, said),
        eligible_quantity=Quantity(value=line.quantity),
        price=price,
        price_currency="" if price is None else currency,
    )


def product(line: Line, said: View) -> Product:
    """A line's product, as its view says it."""
    return _product(str(said["title"]), line.sku or "", said["url"], said["image"])


@lru_cache(maxsize=2_048)
def _product(title: str, sku: str, url: object, image: object) -> Product:
    """Kept, for products are sold again and again."""
    return Product(name=clean.cut(title, 150), sku=clean.line(sku, 80), url=url, image=image)
