"""Short facts under their headings: delivery, addresses, what else the customer chose."""

from collections.abc import Sequence
from typing import Final

from twofifty.compose import clean
from twofifty.compose.address import code, lines
from twofifty.compose.columns import WIDTH, flowed, wrap
from twofifty.compose.phrases import often
from twofifty.compose.reader import Reader
from twofifty.order.model import Address, Order, Shipping, Window

_MAX_WAYS: Final = 6
_INDENT: Final = "    "
_SHORT: Final = (WIDTH - len(_INDENT)) // 2

Cell = dict[str, object]


def address_cells(order: Order, reader: Reader) -> list[Cell]:
    """The addresses; one cell where both are the same."""
    shipping = address_lines(order.shipping_address, reader)
    same = order.billing_address == order.shipping_address
    billing = shipping if same else address_lines(order.billing_address, reader)
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
        rows += [way(each), expected(each.estimate, reader)]
    said = [row for row in rows if row]
    return _cell("delivery", said, reader) if said else None


def first_window(order: Order, reader: Reader) -> str:
    """The expected delivery in a few words, for the preview line; empty if unknown."""
    found = (arrival(each.estimate, reader) for each in order.shipping)
    return next(filter(None, found), "")


def arrival(window: Window | None, reader: Reader) -> str:
    """`arrives Wed 25 - Fri 27 Nov`; empty where one end of the window is unknown."""
    found = reader.window(window) if window is not None else None
    if found is None or found[0] != "delivery_expected":
        return ""
    return often(reader.tongue, "arrives", window=found[1])


def expected(window: Window | None, reader: Reader) -> str:
    """`Expected Wed 25 - Fri 27 Nov`, `Expected by Fri 27 Nov`; empty where unknown."""
    found = reader.window(window) if window is not None else None
    if found is None:
        return ""
    return often(reader.tongue, found[0], window=found[1], date=found[1])


def cell(heading: str, rows: list[str], asks: Sequence[str] = ()) -> Cell:
    """Rows under a heading, then what is asked of the customer; and all of it as plain text."""
    text = _rows_text(rows)
    for ask in asks:
        text += "\n" + flowed(ask, _INDENT)
    return {"heading": heading, "rows": rows, "asks": list(asks), "text": text}


def _rows_text(rows: list[str]) -> str:
    # no sign is wider than two columns
    if max(map(len, rows), default=0) <= _SHORT:
        return _INDENT + f"\n{_INDENT}".join(rows) if rows else ""
    return "\n".join([line for row in rows for line in wrap(row, _INDENT)])


def _cell(heading: str, rows: list[str], reader: Reader) -> Cell:
    return cell(reader.text(heading), rows)


def way(shipping: Shipping) -> str:
    """A way of shipping with its carrier, unless the title names it."""
    title = clean.line(shipping.title, 160)
    carrier = clean.line(shipping.carrier or "", 80)
    if not carrier or carrier.casefold() in title.casefold():
        return title
    return f"{title} ({carrier})" if title else carrier
