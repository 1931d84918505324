"""The lines of an order as a customer reads them."""

from collections.abc import Sequence
from typing import Final

from twofifty.compose import clean
from twofifty.compose.attributes import chosen
from twofifty.compose.columns import pair, wrap
from twofifty.compose.reader import Reader
from twofifty.order.arithmetic import ZERO
from twofifty.order.model import Line, Stock

MAX_LINES: Final = 100
_MAX_ATTRIBUTES: Final = 8
_UNTITLED: Final = "–"


def shown_lines(lines: Sequence[Line], limit: int = MAX_LINES) -> list[tuple[Line, bool]]:
    """The first `limit` lines with the parts of a bundle right after it, and whether each line is
    such a part. Every line has its place, even where parents form a ring."""
    if not any(line.parent_id for line in lines):
        return [(line, False) for line in lines[:limit]]
    ids = {line.id for line in lines}
    parts: dict[str, list[Line]] = {}
    tops: list[Line] = []
    for line in lines:
        inner = line.parent_id is not None and line.parent_id in ids and line.parent_id != line.id
        (parts.setdefault(line.parent_id or "", []) if inner else tops).append(line)
    return _walked(tops, parts, lines)[:limit]


def line_view(line: Line, part: bool, reader: Reader) -> dict[str, object]:
    """One line. Amounts are the order's own; what it does not say is empty."""
    title = clean.line(line.title) or clean.line(line.sku or "", 80) or _UNTITLED
    url = clean.url(line.url) if line.url else None
    quantity = reader.tongue.quantity(line.quantity)
    total = "" if line.total is None or (part and not line.total) else reader.money(line.total)
    details = _details(line, part, reader)
    return {
        "title": title,
        "alt": clean.cut(title, 48),
        "url": url,
        "image": clean.url(line.image_url) if line.image_url else None,
        "details": details,
        "quantity": quantity,
        "several": line.quantity != 1,
        "total": total,
        "part": part,
        "top": not part,
        "text": _text(f"{quantity} × {title}", total, [*details, url] if url else details, part),
    }


def _details(line: Line, part: bool, reader: Reader) -> list[str]:
    """What stands below the title, most telling first."""
    details = (
        clean.line(line.variant, 200) if line.variant else "",
        *(chosen(line.attributes, _MAX_ATTRIBUTES) if line.attributes else ()),
        _kind(line, reader) if line.digital or line.gift_card else "",
        _sku(line.sku, reader) if line.sku else "",
        _each(line, reader) if _says_price(line, part) else "",
        f"{reader.text('line_discount')}: {reader.money(-line.discount)}" if line.discount else "",
        _stock(line.stock, reader) if line.stock is not None else "",
    )
    return [detail for detail in details if detail]


def _kind(line: Line, reader: Reader) -> str:
    """What is special about a line, unless its title says it."""
    kind = reader.text("gift_card_item" if line.gift_card else "digital")
    return "" if kind.casefold() in line.title[: clean.TITLE].casefold() else kind


def _sku(sku: str, reader: Reader) -> str:
    shown = clean.line(sku, 80)
    return f"{reader.text('sku')} {shown}" if shown else ""


def _each(line: Line, reader: Reader) -> str:
    return reader.tongue.texts.say("each", price=reader.money(line.unit_price or ZERO))


def _says_price(line: Line, part: bool) -> bool:
    """A unit price says something beside a total only for several, and not for a free part."""
    if line.unit_price is None or (part and not line.unit_price):
        return False
    return line.quantity != 1 or line.total is None


def _stock(stock: Stock, reader: Reader) -> str:
    if stock.status == "out_of_stock":
        return reader.text("out_of_stock")
    if stock.status != "backorder":
        return ""
    day = reader.day(stock.expected)
    if not day:
        return reader.text("backorder")
    return reader.tongue.texts.say("backorder_until", date=day)


def _text(head: str, total: str, details: list[str], part: bool) -> str:
    indent = "    " if part else ""
    rows = [pair(head, total, indent)]
    for detail in details:
        rows += wrap(detail, indent + "    ")
    return "\n".join(rows)


def _walked(
    tops: list[Line], parts: dict[str, list[Line]], lines: Sequence[Line]
) -> list[tuple[Line, bool]]:
    """Tops, each followed by all that is part of it; then the rings that no top leads to."""
    walked: list[tuple[Line, bool]] = []
    waiting = [(line, False) for line in reversed(tops)]
    while waiting:
        line, part = waiting.pop()
        walked.append((line, part))
        waiting += [(inner, True) for inner in reversed(parts.pop(line.id, []))]
    placed = {id(line) for line, _ in walked}
    return walked + [(line, False) for line in lines if id(line) not in placed]
