"""A rich order, and how to show it."""

from decimal import Decimal

import msgspec

from twofifty.compose.brand import Brand
from twofifty.compose.liquid import Occasion, ShopView, compile_liquid, shopify_view
from twofifty.compose.reader import reader
from twofifty.compose.tongue import Tongues
from twofifty.order.model import Line, Order, Parcel, ParcelLine, PaymentPart, Refund
from twofifty.order.specimen import specimen

TONGUES = Tongues("en")
BRAND = Brand(
    shop_name="Shop & Co",
    shop_url="https://shop.example.test",
    support_url="mailto:help@example.com",
)


def rich(currency: str = "EUR") -> Order:
    """Ten lines, one of them discounted, a card, a refund and a parcel."""
    order = specimen(currency)
    lines = tuple(_line(order.lines[count % 2], count) for count in range(10))
    parcel = Parcel(
        id="p1",
        carrier="DHL",
        tracking_number="00340434",
        tracking_url="https://carrier.example.test/00340434",
        lines=tuple(ParcelLine(line_id=line.id, quantity=line.quantity) for line in lines),
    )
    card = PaymentPart(method="card", title="Visa •••• 4242", amount=order.totals.total)
    return msgspec.structs.replace(
        order,
        lines=lines,
        payments=(card,),
        parcels=(parcel,),
        refunds=(Refund(id="r1", amount=Decimal("7.5")),),
    )


def _line(line: Line, count: int) -> Line:
    discount = Decimal(5 if count == 3 else 0)
    return msgspec.structs.replace(
        line,
        id=str(count),
        title=f"{line.title} no. {count}",
        quantity=Decimal(count + 1),
        unit_price=Decimal("12.50"),
        discount=discount,
        total=Decimal("12.50") * (count + 1) - discount,
    )


def view(order: Order, tag: str = "en", occasion: Occasion | None = None) -> ShopView:
    """Shopify's variables of an order, read in a language."""
    whose = reader(order, BRAND, TONGUES.speak(tag))
    return shopify_view(order, whose, occasion or Occasion())


def shown(source: str, **more: object) -> str:
    """A template rendered from the rich order, with names of its own."""
    return compile_liquid(source).render(view(rich(), occasion=Occasion(more=more)))
