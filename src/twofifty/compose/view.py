"""The view model of a confirmation: all that its templates may say, as plain dicts, lists and text.

Every value that a customer or a shop wrote is clean (`clean.py`), every amount is the order's own
figure in the reader's format, and what the order does not say is None, empty text or no list.
"""

from functools import lru_cache

from twofifty.compose import clean
from twofifty.compose.brand import Brand, support_text
from twofifty.compose.columns import flowed, wrap
from twofifty.compose.dates import local_day
from twofifty.compose.jsonld import order_markup
from twofifty.compose.letter import Letter
from twofifty.compose.mustache.markup import Markup
from twofifty.compose.reader import Reader, reader
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_facts import (
    address_cells,
    delivery_cell,
    first_window,
)
from twofifty.compose.view_lines import MAX_LINES, line_view, shown_lines
from twofifty.compose.view_payment import payment_cell, unpaid
from twofifty.compose.view_totals import totals_view
from twofifty.order.model import Order

View = dict[str, object]


def view(letter: Letter, brand: Brand, tongue: Tongue, limit: int = MAX_LINES) -> View:
    """The whole view model, with at most `limit` lines shown in full."""
    order = letter.order
    whose = reader(order, brand, tongue)
    intro = "intro_unpaid" if order.payments and unpaid(order) else "intro"
    said = [(line, line_view(line, part, whose)) for line, part in shown_lines(order.lines, limit)]
    shown = [each for _, each in said]
    status = clean.url(order.links.status)
    return {
        "lang": tongue.tag,
        "dir": tongue.direction,
        "start": "right" if tongue.direction == "rtl" else "left",
        "end": "left" if tongue.direction == "rtl" else "right",
        "t": tongue.texts.plain,
        "brand": brand_view(brand),
        "subject": subject(order, tongue),
        "preheader": _preheader(order, whose),
        "greeting": _greeting(order, tongue),
        "intro": whose.text(intro),
        "intro_text": flowed(whose.text(intro)),
        "test": order.test,
        "number": order_number(order),
        "placed_on": _placed_on(order, whose),
        "items": {"lines": shown, "more": _more(order, shown, tongue)} if shown else None,
        "images": any(line["image"] for line in shown),
        "totals": totals_view(order, whose),
        "facts": _facts(order, whose),
        "note": _note(order),
        "status_url": status,
        "support": _support(order, brand),
        "jsonld": Markup(order_markup(order, whose, said, status)),
    }


@lru_cache(maxsize=256)
def brand_view(brand: Brand) -> dict[str, object]:
    """A brand's values, worked out once. The dict is shared: it is only read."""
    return brand.view()


def order_number(order: Order) -> str:
    """The number as the customer knows it: `#1001`, `SO-1001`; the id where there is none."""
    number = clean.line(order.number or order.id, 60).lstrip("# ")
    return f"#{number}" if number[:1].isdigit() else number


def subject(order: Order, tongue: Tongue) -> str:
    """The subject line; a test order says so first."""
    plain = tongue.texts.say("subject", number=order_number(order))
    return f"{tongue.texts['test_prefix']} {plain}" if order.test else plain


def _preheader(order: Order, whose: Reader) -> str:
    count = whose.tongue.texts.count("preheader", len(order.lines), str(len(order.lines)))
    parts = (count, whose.money(order.totals.total), first_window(order, whose))
    return " · ".join(part for part in parts if part)


def _greeting(order: Order, tongue: Tongue) -> str:
    name = clean.name(order.customer.name or "")
    texts = tongue.texts
    return texts.say("greeting", name=name) if name else texts["greeting_nameless"]


def _placed_on(order: Order, whose: Reader) -> str:
    if order.placed_at is None:
        return ""
    return whose.tongue.long_day(local_day(order.placed_at, whose.where))


def _more(order: Order, shown: list[View], tongue: Tongue) -> str:
    left = len(order.lines) - len(shown)
    return tongue.texts.count("more_items", left, str(left)) if left else ""


def _note(order: Order) -> View | None:
    rows = clean.note(order.note) if order.note else ()
    if not rows:
        return None
    text = "\n".join(line for row in rows for line in wrap(row, "    "))
    return {"rows": list(rows), "text": text}


def _facts(order: Order, whose: Reader) -> View | None:
    """Delivery, payment and addresses, two cells in a row. An order's own `attributes` are the
    shop's business (campaigns, carts) and never shown."""
    found = (
        delivery_cell(order, whose),
        payment_cell(order, whose),
        *address_cells(order, whose),
    )
    cells = [cell for cell in found if cell is not None]
    for place, cell in enumerate(cells):
        cell["odd"] = place % 2 == 1
    return {"cells": cells} if cells else None


def _support(order: Order, brand: Brand) -> View | None:
    url = clean.contact(order.links.support) or clean.contact(brand.support_url)
    if url is None:
        return None
    text = support_text(url)
    return {"url": url, "text": clean.cut(text, 80), "link": url if text not in url[:300] else ""}
