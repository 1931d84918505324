"""The sample shop: what it sells, where, and to whom. Names and addresses are made up."""

import msgspec

SHOP = "https://shop.example.test"


class Product(msgspec.Struct, frozen=True):
    """`price` is in hundredths of a euro, dollar or pound, and in yen."""

    id: int
    sku: str
    title: str
    german: str
    price: int
    variants: tuple[str, ...] = ()
    digital: bool = False

    @property
    def url(self) -> str:
        """Its page in the shop."""
        return f"{SHOP}/products/{self.sku.lower()}"

    @property
    def image_url(self) -> str:
        """Its picture."""
        return f"{SHOP}/images/{self.sku.lower()}.jpg"


class Person(msgspec.Struct, frozen=True):
    """A customer and where they live."""

    first_name: str
    last_name: str
    slug: str
    line1: str
    city: str
    postal_code: str
    phone: str
    region: str = ""
    region_name: str = ""
    line2: str = ""
    company: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class Market(msgspec.Struct, frozen=True):
    """A country: `tax` in basis points, `shipping` like a product's price, `digits` after the
    decimal point of its currency."""

    country: str
    country_name: str
    locale: str
    currency: str
    symbol: str
    time_zone: str
    tax: int
    tax_title: str
    tax_included: bool
    shipping: int
    shipping_title: str
    carrier: str
    person: Person
    digits: int = 2

    @property
    def german(self) -> bool:
        """Speaks German."""
        return self.locale.startswith("de")

    def money(self, minor: int) -> str:
        """A decimal string, as the currency writes it: `12.50`, but `1250` for yen."""
        if not self.digits:
            return str(minor)
        sign = "-" if minor < 0 else ""
        return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


PRODUCTS = (
    Product(7001, "MUG-STONE", "Stoneware mug", "Steinzeug-Becher", 1890, ("Sand", "Slate")),
    Product(7002, "TEA-ASSAM", "Assam tea, 250 g", "Assam-Tee, 250 g", 1295),
    Product(7003, "SHIRT-LINEN", "Linen shirt", "Leinenhemd", 6900, ("Olive / S", "Olive / M")),
    Product(7004, "BOOK-KNOTS", "The Book of Knots", "Das Buch der Knoten", 2450),
    Product(7005, "SOAP-CEDAR", "Cedar soap, set of 3", "Zedernseife, 3er-Set", 1150),
    Product(7006, "LAMP-DESK", "Desk lamp", "Schreibtischlampe", 12_900, ("Brass", "Black")),
    Product(7007, "SOCK-WOOL", "Wool socks", "Wollsocken", 1600, ("38-40", "41-43", "44-46")),
    Product(7008, "PEN-FOUNTAIN", "Fountain pen", "Füllfederhalter", 8450, ("Fine", "Medium")),
    Product(7009, "NOTE-DOT", "Notebook “Dot & Grid”", "Notizbuch „Punkt & Raster“", 1375),
    Product(7010, "CARD-BIRDS", "Postcards: 12 birds", "Postkarten: 12 Vögel", 990),
)

DOWNLOAD = Product(
    7501, "GUIDE-TREES", "Tree guide (e-book)", "Baumführer (E-Book)", 799, digital=True
)

MARKETS = (
    Market(
        country="US",
        country_name="United States",
        locale="en-US",
        currency="USD",
        symbol="$",
        time_zone="America/Chicago",
        tax=825,
        tax_title="Sales tax",
        tax_included=False,
        shipping=595,
        shipping_title="Ground",
        carrier="UPS",
        person=Person(
            "Robin",
            "Avery",
            "robin.avery",
            "1200 Sample Street",
            "Austin",
            "78701",
            "+1 512 555 0100",
            region="TX",
            region_name="Texas",
            line2="Apt 4B",
        ),
    ),
    Market(
        country="DE",
        country_name="Germany",
        locale="de-DE",
        currency="EUR",
        symbol="€",
        time_zone="Europe/Berlin",
        tax=1900,
        tax_title="MwSt.",
        tax_included=True,
        shipping=490,
        shipping_title="Standardversand",
        carrier="DHL",
        person=Person(
            "Jörg",
            "Grünewald",
            "joerg.gruenewald",
            "Musterstraße 12",
            "Köln",
            "50667",
            "+49 221 5550100",
            company="Grünewald & Töchter GmbH",
        ),
    ),
    Market(
        country="GB",
        country_name="United Kingdom",
        locale="en-GB",
        currency="GBP",
        symbol="£",
        time_zone="Europe/London",
        tax=2000,
        tax_title="VAT",
        tax_included=True,
        shipping=395,
        shipping_title="Tracked 48",
        carrier="Royal Mail",
        person=Person(
            "Priya",
            "O’Neill",
            "priya.oneill",
            "7 Example Lane",
            "Leeds",
            "LS1 4AP",
            "+44 113 496 0100",
        ),
    ),
    Market(
        country="JP",
        country_name="Japan",
        locale="en",
        currency="JPY",
        symbol="¥",
        time_zone="Asia/Tokyo",
        tax=1000,
        tax_title="Consumption tax",
        tax_included=True,
        shipping=650,
        shipping_title="Courier",
        carrier="Yamato",
        digits=0,
        person=Person(
            "花子",
            "見本",
            "hanako.mihon",
            "1-2-3 Mihoncho",
            "Chiyoda-ku",
            "100-0001",
            "+81 3-5550-0100",
            region="Tokyo",
            region_name="Tokyo",
        ),
    ),
    Market(
        country="AT",
        country_name="Austria",
        locale="de-AT",
        currency="EUR",
        symbol="€",
        time_zone="Europe/Vienna",
        tax=2000,
        tax_title="USt.",
        tax_included=True,
        shipping=590,
        shipping_title="Paketversand",
        carrier="Post",
        person=Person(
            "Anna",
            "Muster",
            "anna.muster",
            "Beispielgasse 3/14",
            "Wien",
            "1010",
            "+43 1 5550100",
        ),
    ),
)
