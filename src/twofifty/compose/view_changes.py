"""What changed in an order, as a customer reads it: line by line and field by field, before and
after. The order of importance: lines, where it goes, how and when it comes, the note, the sums."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from twofifty.compose import clean
from twofifty.compose.attributes import chosen
from twofifty.compose.bidi import isolate
from twofifty.compose.columns import flowed, pair, wrap
from twofifty.compose.letter import Letter
from twofifty.compose.phrases import say
from twofifty.compose.reader import Reader
from twofifty.compose.view_boxes import window_text
from twofifty.compose.view_facts import address_lines, way
from twofifty.compose.view_lines import line_view
from twofifty.order.difference import Difference, LineChange, difference, told
from twofifty.order.model import Line, Order

View = dict[str, object]
Rows = Callable[[Order, Reader], list[str]]

_MAX_ATTRIBUTES: Final = 8
# The whole title stands below, in the order as it is now.
_TITLE: Final = 160
_BETWEEN: Final = " · "
_ZERO: Final = Decimal(0)
_SUMS: Final = ("subtotal", "discount", "shipping", "tax", "due")


def changes_view(letter: Letter, whose: Reader, limit: int) -> View | None:
    """The changes since the last mail; None where that is unknown or nothing changed."""
    before, order = letter.before, letter.order
    if before is None:
        return None
    change = told(difference(before, order))
    lines = [_line(each, whose) for each in change.lines[:limit]]
    fields = [field for field in _fields(before, order, change, whose) if field is not None]
    if not (lines or fields or change):
        return None
    left = len(change.lines) - len(lines)
    was, now = (whose.text(name).partition("{value}") for name in ("change_was", "change_now"))
    return {
        "count": len(change.lines) + len(fields),
        "lines": lines,
        "more": whose.tongue.texts.count("more_items", left, str(left)) if left else "",
        "fields": fields,
        **_money(before, order, whose),
        "was_head": was[0],
        "was_tail": was[2],
        "now_head": now[0],
        "now_tail": now[2],
    }


def _line(change: LineChange, whose: Reader) -> View:
    """A line that is new, gone or another, and what is said of the change."""
    shown = change.after or change.before
    if shown is None:
        return {}
    both = change.before is not None and change.after is not None
    said = line_view(shown, part=False, reader=whose)
    shifts = list(_shifts(change.before, change.after, whose)) if both else []
    details = [] if both else _details(said)
    word = whose.text(f"change_{change.way}")
    title = clean.cut(str(said["title"]), _TITLE)
    named = f"{said['quantity']} × {isolate(title, whose.tongue.direction)}"
    head = pair(f"{word}: {named}", str(said["total"]))
    rows = [head, *(row for each in details for row in wrap(each, "    "))]
    return {
        "word": word,
        "added": change.way == "added",
        "removed": change.way == "removed",
        "changed": both,
        "title": title,
        "quantity": said["quantity"],
        "total": said["total"],
        "details": details,
        "shifts": shifts,
        "text": "\n".join([*rows, *(str(shift["text"]) for shift in shifts)]),
    }


def _details(said: View) -> list[str]:
    found = said["details"]
    return found if isinstance(found, list) else []


def _shifts(before: Line | None, after: Line | None, whose: Reader) -> Iterator[View]:
    """What is other in a line that stayed."""
    if before is None or after is None:
        return
    for label, told_of in _OF_A_LINE:
        was, now = told_of(before, whose), told_of(after, whose)
        if was != now:
            yield _shift(whose.text(label) if label else "", was, now, whose)


def _shift(label: str, was: str, now: str, whose: Reader) -> View:
    said = (("change_was", was), ("change_now", now))
    values = [_said(name, value, whose) for name, value in said if value]
    rows = wrap(f"{label}:", "    ") if label else []
    text = "\n".join([*rows, *(row for value in values for row in wrap(value, "      "))])
    return {"label": label, "was": was, "now": now, "text": text}


def _said(name: str, value: str, whose: Reader) -> str:
    return say(whose.tongue, name, value=value)


def _title(line: Line, whose: Reader) -> str:
    return clean.line(line.title, _TITLE)


def _variant(line: Line, whose: Reader) -> str:
    parts = [clean.line(line.variant or "", 200), *chosen(line.attributes, _MAX_ATTRIBUTES)]
    return whose.list([part for part in parts if part])


def _quantity(line: Line, whose: Reader) -> str:
    return whose.tongue.quantity(line.quantity)


def _price(line: Line, whose: Reader) -> str:
    return _amount(line.unit_price, whose)


def _discount(line: Line, whose: Reader) -> str:
    return _amount(-line.discount if line.discount else None, whose)


def _amount(amount: Decimal | None, whose: Reader) -> str:
    return "" if amount is None else whose.money(amount)


_OF_A_LINE: Final[tuple[tuple[str, Callable[[Line, Reader], str]], ...]] = (
    ("", _title),
    ("", _variant),
    ("quantity", _quantity),
    ("price", _price),
    ("line_discount", _discount),
)


def _fields(
    before: Order, order: Order, change: Difference, whose: Reader
) -> Iterator[View | None]:
    """What is other in the order itself. Addresses that were and are the same are said once."""
    same = before.shipping_address == before.billing_address
    both = same and order.shipping_address == order.billing_address
    heading = "both_addresses" if both else "shipping_address"
    if change.field("shipping_address"):
        yield _field(heading, _shipping_address, before, order, whose)
    if change.field("billing_address") and not both:
        yield _field("billing_address", _billing_address, before, order, whose)
    if change.field("shipping"):
        yield _field("shipping_method", _ways, before, order, whose)
        yield _field("delivery_window", _windows, before, order, whose)
    if change.field("note"):
        yield _field("note", _note, before, order, whose)
    yield _field("email_address", _email, before, order, whose)


def _field(name: str, rows: Rows, before: Order, order: Order, whose: Reader) -> View | None:
    was, now = (_joined(rows(each, whose), whose) for each in (before, order))
    if was == now:
        return None
    shift = _shift(whose.text(name), was, now, whose)
    return {**shift, "text": f"{whose.text('change_changed')}: {str(shift['text']).lstrip()}"}


def _joined(rows: list[str], whose: Reader) -> str:
    """Rows in one line, each as it would be read alone."""
    return _BETWEEN.join(isolate(row, whose.tongue.direction) for row in rows)


def _shipping_address(order: Order, whose: Reader) -> list[str]:
    return address_lines(order.shipping_address, whose)


def _billing_address(order: Order, whose: Reader) -> list[str]:
    return address_lines(order.billing_address, whose)


def _ways(order: Order, whose: Reader) -> list[str]:
    return [shown for each in order.shipping if (shown := way(each))]


def _windows(order: Order, whose: Reader) -> list[str]:
    return [shown for each in order.shipping if (shown := window_text(each.estimate, whose))]


def _note(order: Order, whose: Reader) -> list[str]:
    return [row for row in clean.note(order.note) if row] if order.note else []


def _email(order: Order, whose: Reader) -> list[str]:
    email = clean.line(order.customer.email or "", 254)
    return [email] if email else []


def _money(before: Order, order: Order, whose: Reader) -> View:
    """The sums that are other, and a sentence on the total."""
    tongue, total = whose.tongue, whose.money(order.totals.total)
    was = whose.money(before.totals.total)
    other = before.totals.total != order.totals.total
    money = say(tongue, "same_total", total=total)
    if other:
        money = say(tongue, "new_total", total=total, before=was)
    if back := _back(before, order):
        money += " " + say(tongue, "cancellation_refunded", amount=whose.money(back))
    sums = [_sum(name, before, order, whose) for name in _SUMS]
    shown = [shift for shift in sums if shift["was"] != shift["now"]]
    return {"sums": shown, "money": money, "money_text": flowed(money)}


def _back(before: Order, order: Order) -> Decimal:
    """What went back of the money since the last mail."""
    return max(_ZERO, (order.totals.refunded or _ZERO) - (before.totals.refunded or _ZERO))


def _sum(name: str, before: Order, order: Order, whose: Reader) -> View:
    was, now = (getattr(each.totals, name) for each in (before, order))
    if name == "discount":
        # No discount is one of nothing; of every other sum that is not stated, nothing is known.
        was, now = -(was or _ZERO), -(now or _ZERO)
    if was is None or now is None:
        was, now = None, None
    return _shift(whose.text(name), _amount(was, whose), _amount(now, whose), whose)
