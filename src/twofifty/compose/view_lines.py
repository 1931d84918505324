"""The lines of an order as a customer reads them."""

from collections.abc import Sequence
from typing import Final

from twofifty.compose import clean
from twofifty.compose.attributes import chosen
from twofifty.compose.bidi import isolate
from twofifty.compose.columns import WIDTH, pair, wrap
from twofifty.compose.kept import Kept
from twofifty.compose.phrases import often
from twofifty.compose.reader import Reader
from twofifty.order.arithmetic import ZERO
from twofifty.order.model import Line, Stock

View = dict[str, object]

MAX_LINES: Final = 100
_MAX_ATTRIBUTES: Final = 8
_UNTITLED: Final = "–"
# What a shop sells is sold again: the same product, at the same price, in the same language.
_MOST_KEPT: Final = 2_048
_KEPT: Final[dict[tuple[object, ...], View]] = {}


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


def line_view(line: Line, part: bool, reader: Reader) -> View:
    """One line. Amounts are the order's own; what it does not say is empty. The dict is shared: it
    is only read."""
    if line.attributes or line.stock is not None:
        return _written(line, part, reader)
    said = (
        line.title,
        line.variant,
        line.sku,
        line.url,
        line.image_url,
        # as they are written, for `2.0` is not written like `2` everywhere
        f"{line.quantity!s} {line.unit_price!s} {line.discount!s} {line.total!s}",
        line.digital,
        line.gift_card,
        part,
        reader.tongue,
        reader.money,
    )
    known = _KEPT.get(said)
    if known is None:
        return _remembered(said, _written(line, part, reader))
    if known.__class__ is dict:
        # Said once more, so it may well be said again.
        return _remembered(said, Kept(known))
    return known


def _remembered(said: tuple[object, ...], shown: View) -> View:
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    _KEPT[said] = shown
    return shown


def _written(line: Line, part: bool, reader: Reader) -> View:
    title = _title(line)
    url = clean.url(line.url) if line.url else None
    quantity = reader.tongue.quantity(line.quantity)
    total = _total(line, part, reader)
    variant = clean.line(line.variant, 200) if line.variant else ""
    details = _details(line, part, variant, reader)
    indent = "    " if part else ""
    named = isolate(title, reader.tongue.direction)
    head = pair(f"{quantity} × {named}", total, indent)
    return {
        "title": title,
        "alt": clean.cut(title, 48),
        "url": url,
        "image": clean.url(line.image_url) if line.image_url else None,
        "details": details,
        "quantity": quantity,
        "total": total,
        "part": part,
        "top": not part,
        "brief": variant,
        "head": head,
        "text": head + _below([*details, url] if url else details, indent + "    "),
    }


def _title(line: Line) -> str:
    return clean.line(line.title) or clean.line(line.sku or "", 80) or _UNTITLED


def _total(line: Line, part: bool, reader: Reader) -> str:
    """What the line costs; nothing is said of a part that is free."""
    return "" if line.total is None or (part and not line.total) else reader.money(line.total)


def _details(line: Line, part: bool, variant: str, reader: Reader) -> list[str]:
    """What stands below the title, most telling first."""
    details = (
        variant,
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
    return often(reader.tongue, "each", price=reader.money(line.unit_price or ZERO))


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
    return often(reader.tongue, "backorder_until", date=day)


def _below(details: list[str], indent: str) -> str:
    """Details as rows of plain text, a new line before each."""
    rows = ""
    for detail in details:
        # no sign is wider than two columns
        if len(detail) * 2 + len(indent) <= WIDTH:
            rows += f"\n{indent}{detail}"
        else:
            rows += "\n" + "\n".join(wrap(detail, indent))
    return rows


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
