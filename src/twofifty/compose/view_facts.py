"""Short facts under their headings: delivery, addresses, what else the customer chose."""

from collections.abc import Sequence
from typing import Final

from twofifty.compose import clean
from twofifty.compose.address import code, lines
from twofifty.compose.columns import flowed, wrap
from twofifty.compose.reader import Reader
from twofifty.order.model import Address, Order, Shipping

_MAX_WAYS: Final = 6

Cell = dict[str, object]


def address_cells(order: Order, reader: Reader) -> list[Cell]:
    """The addresses; one cell where both are the same."""
    shipping = address_lines(order.shipping_address, reader)
    billing = address_lines(order.billing_address, reader)
    if shipping and shipping == billing:
        return [_cell("both_addresses", shipping, reader)]
    found = (("shipping_address", shipping), ("billing_address", billing))
    return [_cell(heading, rows, reader) for heading, rows in found if rows]


def address_lines(address: Address | None, reader: Reader) -> list[str]:
    """An address's lines, the country last unless it is the shop's own, then the phone number."""
    if address is None:
        return []
    rows = lines(address)
    if not rows:
        return []
    land = code(address.country)
    if land is None or land != code(reader.brand.country):
        named = reader.tongue.country(land) if land else None
        rows.append(named or clean.line(address.country or "", 80))
    rows.append(clean.line(address.phone or "", 40))
    return [row for row in rows if row]


def delivery_cell(order: Order, reader: Reader) -> Cell | None:
    """The ways of shipping, each with its window below it; None for nothing to say."""
    rows: list[str] = []
    for each in order.shipping[:_MAX_WAYS]:
        rows += [_way(each), _expected(each, reader)]
    said = [row for row in rows if row]
    return _cell("delivery", said, reader) if said else None


def first_window(order: Order, reader: Reader) -> str:
    """The expected delivery in a few words, for the preview line; empty if unknown."""
    for each in order.shipping:
        window = _window(each, reader)
        if window is not None and window[0] == "delivery_expected":
            return reader.tongue.texts.say("arrives", window=window[1])
    return ""


def cell(heading: str, rows: list[str], asks: Sequence[str] = ()) -> Cell:
    """Rows under a heading, then what is asked of the customer; and all of it as plain text."""
    text = "\n".join([line for row in rows for line in wrap(row, "    ")])
    for ask in asks:
        text += "\n" + flowed(ask, "    ")
    return {"heading": heading, "rows": rows, "asks": list(asks), "text": text}


def _cell(heading: str, rows: list[str], reader: Reader) -> Cell:
    return cell(reader.text(heading), rows)


def _way(shipping: Shipping) -> str:
    title = clean.line(shipping.title, 160)
    carrier = clean.line(shipping.carrier or "", 80)
    if not carrier or carrier.casefold() in title.casefold():
        return title
    return f"{title} ({carrier})" if title else carrier


def _expected(shipping: Shipping, reader: Reader) -> str:
    window = _window(shipping, reader)
    if window is None:
        return ""
    say, when = reader.tongue.texts.say, window[1]
    return say(window[0], window=when, date=when)


def _window(shipping: Shipping, reader: Reader) -> tuple[str, str] | None:
    if shipping.estimate is None:
        return None
    return reader.window(shipping.estimate)
