"""An address under Shopify's names."""

from twofifty.compose.clean import line
from twofifty.compose.liquid.words import parted
from twofifty.compose.reader import Reader
from twofifty.compose.view_facts import address_lines
from twofifty.order.model import Address


class Postal(dict[str, object]):
    """An address, and the `rows` in which its country writes it."""

    def __init__(self, names: dict[str, object], rows: tuple[str, ...]) -> None:
        super().__init__(names)
        self.rows = rows

    def __str__(self) -> str:
        return ", ".join(self.rows)


def postal(address: Address | None, reader: Reader) -> Postal | None:
    """Shopify's `billing_address` or `shipping_address`; None for none."""
    if address is None:
        return None
    first, last = parted(address.name)
    street = [line(row, 160) for row in (address.line1, address.line2) if row]
    country = line(address.country or "", 80)
    names: dict[str, object] = {
        "name": line(address.name or "", 120),
        "first_name": first,
        "last_name": last,
        "company": _text(address.company),
        "address1": _text(address.line1),
        "address2": _text(address.line2),
        "street": ", ".join(street),
        "city": _text(address.city),
        "province": _text(address.region),
        "province_code": _text(address.region),
        "zip": _text(address.postal_code),
        "country": reader.tongue.country(country.upper()) or country,
        "country_code": country,
        "phone": _text(address.phone),
        "id": None,
        "summary": None,
        "latitude": None,
        "longitude": None,
    }
    return Postal(names, tuple(address_lines(address, reader)))


def _text(text: str | None) -> str | None:
    return line(text, 160) if text else None
