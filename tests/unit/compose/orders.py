"""Sample orders that say much, and orders that say next to nothing."""

from datetime import UTC, datetime
from decimal import Decimal

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.letter import Letter, Seed
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fee,
    Line,
    Links,
    Order,
    PaymentPart,
    Shipping,
    State,
    Stock,
    Tax,
    Totals,
    Window,
)

BRAND = Brand(
    shop_name="Northlight",
    shop_url="https://shop.example.com/",
    support_url="mailto:help@example.com",
    accent="#0f766e",
    legal_footer="Northlight Ltd, 1 Harbour Road, Exampletown\nVAT GB 000 0000 00",
)
SEED = Seed(
    id="m_2x",
    message_id="m_2x@example.com",
    sender=mime.Mailbox("Northlight", "orders@example.com"),
    recipient=mime.Mailbox("Ada Okafor", "ada@example.com"),
    date=datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
)
PLACED = datetime(2026, 11, 21, 14, 4, 9, tzinfo=UTC)


def minimal() -> Order:
    """The least that an order must say."""
    line = Line(id="1", title="Thing", quantity=Decimal(1))
    return Order(
        source="shop", id="9", currency="EUR", totals=Totals(total=Decimal("9.9")), lines=(line,)
    )


def english() -> Order:
    """Three lines in euro, tax on top."""
    lines = (
        _line("1", "Merino crew neck sweater", "2", "59.00", variant="Forest green / M"),
        _line("2", "Ceramic pour-over set", "1", "48.50", sku="CER-204"),
        _line("3", "Engraved walnut board", "1", "34.00", attributes={"Engraving": "H & H"}),
    )
    home = Address(
        name="Ada Okafor",
        line1="12 Canal Street",
        line2="Flat 3",
        city="Dublin",
        region="D",
        postal_code="D02 X285",
        country="IE",
    )
    return Order(
        source="shop",
        id="5001",
        number="#1001",
        placed_at=PLACED,
        currency="EUR",
        locale="en-IE",
        time_zone="Europe/Dublin",
        customer=Customer(name="Ada Okafor", email="ada@example.com"),
        lines=lines,
        totals=Totals(
            subtotal=Decimal("200.50"),
            discount=Decimal("20.05"),
            shipping=Decimal("0.00"),
            tax=Decimal("41.50"),
            tax_included=False,
            total=Decimal("221.95"),
            paid=Decimal("221.95"),
        ),
        discounts=(Discount(amount=Decimal("20.05"), code="WELCOME10"),),
        taxes=(Tax(amount=Decimal("41.50"), title="VAT", rate=Decimal("0.23")),),
        shipping=(
            Shipping(
                title="Standard delivery",
                amount=Decimal(0),
                carrier="An Post",
                estimate=Window(earliest="2026-11-25", latest="2026-11-27"),
            ),
        ),
        payments=(PaymentPart(method="card", title="Visa •••• 4242"),),
        state=State(payment="paid"),
        shipping_address=home,
        billing_address=home,
        links=Links(status="https://shop.example.com/orders/5001?key=a1b2"),
    )


def german() -> Order:
    """Ten lines, prices with tax, long titles, discounts, a bundle, a note; not paid yet."""
    long_title = (
        "Handgefertigter Donaudampfschifffahrtsgesellschaftskapitänsmützenständer aus geölter "
        "Eiche mit Messingbeschlägen und herausnehmbarer Ablageschale"
    )
    late = Stock(status="backorder", expected="2026-12-09")
    lines = (
        _line("1", long_title, "1", "129.90", variant="Eiche natur / 42 cm"),
        _line("2", "Frühstücksset „Morgenlicht“", "1", "79.00"),
        _line("3", "Teller, flach", "4", "0.00", parent_id="2"),
        _line("4", "Becher mit Henkel", "4", "0.00", parent_id="2"),
        _line("5", "Bio-Kaffee „Hausmischung“", "2.5", "24.00", variant="Ganze Bohne"),
        _line("6", "Leinengeschirrtuch", "3", "12.50", discount="7.50"),
        _line(
            "7",
            "Lampe Nordwind",
            "1",
            "249.00",
            stock=late,
        ),
        _line("8", "Rezeptsammlung als PDF", "1", "9.90", digital=True),
        _line("9", "Geschenkgutschein", "1", "50.00", gift_card=True),
        _line("10", "Seife", "12", "3.95", sku="SEI-LAV-12", attributes={"Duft": "Lavendel"}),
    )
    return Order(
        source="shop",
        id="5002",
        number="2026-10437",
        placed_at=PLACED,
        currency="EUR",
        locale="de-DE",
        time_zone="Europe/Berlin",
        customer=Customer(name="Jürgen Weißenberger", email="j@example.com"),
        lines=lines,
        totals=Totals(
            subtotal=Decimal("655.20"),
            discount=Decimal("65.20"),
            shipping=Decimal("5.90"),
            fees=Decimal("2.50"),
            tax=Decimal("95.55"),
            tax_included=True,
            rounding=Decimal("0.10"),
            total=Decimal("598.50"),
            due=Decimal("598.50"),
        ),
        discounts=(
            Discount(amount=Decimal("50.00"), code="HERBST50"),
            Discount(amount=Decimal("15.20"), title="Treuerabatt"),
        ),
        fees=(Fee(title="Geschenkverpackung", amount=Decimal("2.50")),),
        taxes=(
            Tax(amount=Decimal("90.00"), title="MwSt.", rate=Decimal("0.19")),
            Tax(amount=Decimal("5.55"), title="MwSt.", rate=Decimal("0.07")),
        ),
        shipping=(
            Shipping(
                title="DHL Paket",
                amount=Decimal("5.90"),
                carrier="DHL",
                estimate=Window(earliest="2026-11-30", latest="2026-12-02"),
            ),
        ),
        payments=(PaymentPart(method="bank_transfer", title="Banküberweisung"),),
        state=State(payment="pending"),
        shipping_address=Address(
            name="Jürgen Weißenberger",
            company="Weißenberger & Söhne GmbH",
            line1="Schloßallee 12",
            city="München",
            postal_code="80331",
            country="DE",
            phone="+49 89 000000",
        ),
        billing_address=Address(
            name="Weißenberger & Söhne GmbH",
            line1="Postfach 10 20",
            city="Wien",
            postal_code="1010",
            country="AT",
        ),
        note="Bitte bei den Nachbarn abgeben,\nfalls niemand öffnet. Danke!",
        attributes={"Geschenk": "Ja", "_intern": "x"},
        links=Links(status="https://shop.example.com/bestellung/5002"),
    )


def american() -> Order:
    """US dollars, sales tax on top, a tip, part of it paid by gift card; figures that are off."""
    return Order(
        source="shop",
        id="5003",
        number="US-88",
        placed_at=PLACED,
        currency="USD",
        locale="en-US",
        time_zone="America/New_York",
        customer=Customer(name="Sam Rivera"),
        lines=(
            _line("1", "Trail running shoes", "1", "128.00", variant="Blue / 9.5"),
            _line("2", "Wool socks", "3", "14.00", discount="4.20"),
        ),
        totals=Totals(
            subtotal=Decimal("165.80"),
            shipping=Decimal("7.99"),
            tax=Decimal("14.7148"),
            tip=Decimal("5.00"),
            duties=Decimal("3.10"),
            gift_card=Decimal("50.00"),
            total=Decimal("146.62"),
            paid=Decimal("146.62"),
        ),
        taxes=(Tax(amount=Decimal("14.7148"), title="NY Sales Tax", rate=Decimal("0.08875")),),
        shipping=(Shipping(title="UPS Ground", estimate=Window(latest="2026-11-30")),),
        payments=(
            PaymentPart(method="gift_card", amount=Decimal("50.00")),
            PaymentPart(method="card", title="Mastercard •••• 1881", amount=Decimal("146.62")),
        ),
        state=State(payment="paid"),
        shipping_address=Address(
            name="Sam Rivera",
            line1="350 Example Avenue",
            city="New York",
            region="New York",
            postal_code="10001",
            country="US",
        ),
        note="Leave at the door, please.",
    )


def japanese() -> Order:
    """Yen have no decimals; cash on delivery; a Japanese address."""
    return Order(
        source="shop",
        id="5004",
        number="1004",
        placed_at=PLACED,
        currency="JPY",
        locale="en",
        time_zone="Asia/Tokyo",
        customer=Customer(name="山田 花子"),
        lines=(_line("1", "抹茶 セット", "2", "3200"), _line("2", "Tea whisk", "1", "1800")),
        totals=Totals(
            subtotal=Decimal(8200),
            shipping=Decimal(660),
            tax=Decimal(805),
            tax_included=True,
            total=Decimal(8860),
            due=Decimal(8860),
        ),
        shipping=(
            Shipping(
                title="ゆうパック",
                estimate=Window(
                    earliest="2026-11-25T14:00:00+09:00", latest="2026-11-25T16:00:00+09:00"
                ),
            ),
        ),
        payments=(PaymentPart(method="cash_on_delivery"),),
        state=State(payment="pending"),
        shipping_address=Address(
            name="山田 花子",
            line1="神南1-2-3",
            city="渋谷区",
            region="東京都",
            postal_code="150-0041",
            country="JP",
        ),
    )


def samples() -> dict[str, Order]:
    """All of them by name."""
    return {
        "minimal": minimal(),
        "english": english(),
        "german": german(),
        "american": american(),
        "japanese": japanese(),
    }


def _line(key: str, title: str, quantity: str, price: str, **more: object) -> Line:
    """A line whose total is quantity times price less its discount, and with a picture's URL."""
    taken = Decimal(str(more.pop("discount", "0")))
    total = Decimal(quantity) * Decimal(price) - taken
    fields: dict[str, object] = {
        "id": key,
        "title": title,
        "quantity": Decimal(quantity),
        "unit_price": Decimal(price),
        "discount": taken or None,
        "total": total.quantize(Decimal(price)),
        "image_url": f"https://cdn.example.com/p/{key}.png" if int(key) % 3 else None,
        "url": f"https://shop.example.com/p/{key}",
    }
    return Line(**{**fields, **more})  # type: ignore[arg-type]


def full() -> Order:
    """Two lines, and every field that an order has."""
    where = Address(
        name="Ada Okafor",
        company="Okafor Ltd",
        line1="12 Canal Street",
        line2="Flat 3",
        city="Springfield",
        region="Illinois",
        postal_code="62701",
        country="US",
        phone="+1 555 0100",
    )
    lines = tuple(
        Line(
            id=key,
            product_id=f"p{key}",
            sku=f"SKU-{key}",
            title=f"Thing {key}",
            variant="Blue",
            quantity=Decimal(2),
            unit_price=Decimal("10.00"),
            discount=Decimal("1.00"),
            tax=Decimal("1.90"),
            total=Decimal("19.00"),
            image_url=f"https://cdn.example.com/{key}.png",
            url=f"https://shop.example.com/{key}",
            digital=True,
            stock=Stock(status="backorder", expected="2026-12-01"),
            parent_id=parent,
            attributes={"Colour": "Red"},
        )
        for key, parent in (("1", None), ("2", "1"))
    )
    return Order(
        source="shop",
        id="77",
        number="1077",
        group="g1",
        revision=3,
        placed_at=PLACED,
        updated_at=PLACED,
        state=State(payment="pending"),
        test=True,
        locale="en-GB",
        currency="GBP",
        time_zone="Europe/London",
        customer=Customer(id="c1", name="Ada Okafor", email="ada@example.com", phone="+1 555 0100"),
        shipping_address=where,
        billing_address=Address(name="Okafor Ltd", line1="1 Strand", city="London", country="GB"),
        lines=lines,
        totals=Totals(
            subtotal=Decimal("38.00"),
            discount=Decimal("3.00"),
            shipping=Decimal("4.00"),
            fees=Decimal("1.00"),
            tax=Decimal("5.00"),
            tax_included=False,
            total=Decimal("45.00"),
        ),
        discounts=(Discount(amount=Decimal("3.00"), code="TEN", title="Ten off"),),
        fees=(Fee(title="Gift wrap", amount=Decimal("1.00")),),
        taxes=(Tax(amount=Decimal("5.00"), title="VAT", rate=Decimal("0.2")),),
        shipping=(
            Shipping(
                title="Courier",
                amount=Decimal("4.00"),
                carrier="Fast",
                estimate=Window(earliest="2026-11-25", latest="2026-11-27"),
            ),
        ),
        payments=(PaymentPart(method="bank_transfer", title="Bank", status="open"),),
        links=Links(
            status="https://shop.example.com/o/77", support="https://shop.example.com/help"
        ),
        note="Please ring twice.",
        attributes={"Gift": "yes"},
    )


def letter(order: Order) -> Letter:
    """The confirmation of an order."""
    return Letter(kind="confirmation", order=order)
