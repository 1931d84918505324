"""The order as it stands: its lines, sums, facts and note, for every mail that shows them."""

from collections.abc import Mapping, Sequence

import msgspec

from twofifty.compose import clean
from twofifty.compose.columns import wrap
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader
from twofifty.compose.view_facts import address_cells, delivery_cell
from twofifty.compose.view_lines import line_view, shown_lines
from twofifty.compose.view_payment import payment_cell
from twofifty.compose.view_totals import totals_view
from twofifty.order.model import Line, Order, Stock

View = dict[str, object]
Said = list[tuple[Line, View]]


def whole_view(letter: Letter, said: Said, whose: Reader) -> View:
    """Lines, sums, facts and note; `said`: the lines that are shown in full."""
    order = letter.order
    return {
        "items": items_view(said, len(order.lines), "your_items", whose),
        "images": any(line["image"] for _, line in said),
        "totals": totals_view(order, whose),
        "facts": facts_view(order, whose),
        "note": note_view(order),
    }


def said_lines(
    lines: Sequence[Line], whose: Reader, limit: int, stock: Mapping[str, Stock] | None = None
) -> Said:
    """The first `limit` lines with their views; `stock`: what is known better than they say."""
    found = stock or {}
    known = [_stocked(line, found) for line in lines] if found else lines
    return [(line, line_view(line, part, whose)) for line, part in shown_lines(known, limit)]


def items_view(said: Said, count: int, heading: str, whose: Reader) -> View | None:
    """Lines under a heading, and how many of all `count` are not shown; None for no lines."""
    if not said:
        return None
    left = count - len(said)
    return {
        "heading": whose.text(heading),
        "lines": [line for _, line in said],
        "more": whose.tongue.texts.count("more_items", left, str(left)) if left > 0 else "",
    }


def facts_view(order: Order, whose: Reader) -> View | None:
    """Delivery, payment and addresses. An order's own `attributes` are the shop's business
    (campaigns, carts) and never shown."""
    return cells_view(
        delivery_cell(order, whose),
        payment_cell(order, whose),
        *address_cells(order, whose),
    )


def cells_view(*found: View | None) -> View | None:
    """Cells, two in a row; None for none."""
    cells = [cell for cell in found if cell is not None]
    for place, cell in enumerate(cells):
        cell["odd"] = place % 2 == 1
    return {"cells": cells} if cells else None


def note_view(order: Order) -> View | None:
    """What the customer wrote; None for nothing."""
    rows = clean.note(order.note) if order.note else ()
    if not rows:
        return None
    text = "\n".join(line for row in rows for line in wrap(row, "    "))
    return {"rows": list(rows), "text": text}


def _stocked(line: Line, stock: Mapping[str, Stock]) -> Line:
    found = stock.get(line.id)
    return line if found is None else msgspec.structs.replace(line, stock=found)
