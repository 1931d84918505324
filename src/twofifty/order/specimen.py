"""One small order that shows every part of a mail: what a new store learns to compress from, and
what a template is tried on."""

from datetime import UTC, datetime
from decimal import Decimal

from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Line,
    Links,
    Order,
    PaymentPart,
    Shipping,
    State,
    Tax,
    Totals,
    Window,
)

_ADDRESS = Address(
    name="Alex Example",
    line1="1 Sample Street",
    city="Berlin",
    postal_code="10115",
    country="DE",
)


def specimen(currency: str = "EUR") -> Order:
    """The specimen, its money in `currency`."""
    return Order(
        source="api",
        id="specimen",
        number="1001",
        revision=1,
        currency=currency,
        placed_at=datetime(2026, 1, 5, 10, 30, tzinfo=UTC),
        updated_at=datetime(2026, 1, 5, 10, 30, tzinfo=UTC),
        state=State(payment="paid", fulfillment="unfulfilled"),
        locale="en",
        time_zone="Europe/Berlin",
        customer=Customer(id="1", name="Alex Example", email="alex@example.com"),
        shipping_address=_ADDRESS,
        billing_address=_ADDRESS,
        lines=(
            _line("1", "Merino sweater", "Blue / M", "59.00"),
            _line("2", "Water bottle", "0.75 l", "24.00"),
        ),
        totals=Totals(
            subtotal=Decimal("83.00"),
            discount=Decimal("5.00"),
            shipping=Decimal("4.95"),
            tax=Decimal("13.24"),
            tax_included=True,
            total=Decimal("82.95"),
            paid=Decimal("82.95"),
        ),
        discounts=(Discount(code="WELCOME5", amount=Decimal("5.00")),),
        taxes=(Tax(title="VAT", rate=Decimal("0.19"), amount=Decimal("13.24")),),
        shipping=(
            Shipping(
                title="Parcel",
                carrier="DHL",
                amount=Decimal("4.95"),
                estimate=Window(earliest="2026-01-08", latest="2026-01-10"),
            ),
        ),
        payments=(PaymentPart(method="card", title="Visa", amount=Decimal("82.95")),),
        links=Links(status="https://shop.example.test/orders/1001"),
        note="Please ring twice",
    )


def _line(identity: str, title: str, variant: str, price: str) -> Line:
    return Line(
        id=identity,
        product_id=f"product-{identity}",
        sku=f"SKU-{identity}",
        title=title,
        variant=variant,
        quantity=Decimal(1),
        unit_price=Decimal(price),
        discount=Decimal(0),
        tax=Decimal(0),
        total=Decimal(price),
        image_url=f"https://cdn.example.test/products/{identity}.jpg",
        url=f"https://shop.example.test/products/{identity}",
    )
