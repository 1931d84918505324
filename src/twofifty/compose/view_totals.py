"""The sum: from the goods to what is still to pay, in the order of the arithmetic."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from twofifty.compose import clean
from twofifty.compose.bidi import isolate
from twofifty.compose.columns import pair
from twofifty.compose.phrases import often
from twofifty.compose.reader import Reader
from twofifty.compose.tongue import Tongue
from twofifty.order.arithmetic import difference
from twofifty.order.model import Discount, Fee, Order, Tax

# More named discounts, fees or taxes than these are shown as their stated sum.
_MAX_NAMED: Final = 8

Row = dict[str, str]
Part = TypeVar("Part", Fee, Tax)


def totals_view(order: Order, reader: Reader) -> dict[str, object]:
    """Rows above the total, the total, rows below it, and remarks.

    The rows above add up to the total: what the source left open stands there as a row of its own.
    """
    totals = order.totals
    rows = [*_goods(order, reader), *_charges(order, reader), *_settled(order, reader)]
    return {
        "rows": rows,
        "total": row(reader, reader.text("total"), reader.money(totals.total)),
        "after": list(_after(order, reader)),
        "remarks": [*_tax_within(order, reader), *_discount_within(order, reader)],
    }


def row(reader: Reader, label: str, value: str) -> Row:
    """One row, for tables and for plain text."""
    return {
        "label": label,
        "value": value,
        "text": pair(isolate(label, reader.tongue.direction), value),
    }


def _goods(order: Order, reader: Reader) -> Iterable[Row]:
    totals = order.totals
    if totals.subtotal is not None:
        yield row(reader, reader.text("subtotal"), reader.money(totals.subtotal))
    if totals.discount:
        if _named(order.discounts, totals.discount):
            for each in order.discounts:
                yield row(reader, _discount(each, reader), reader.money(-each.amount))
        else:
            yield row(reader, _codes(order, reader), reader.money(-totals.discount))


def _charges(order: Order, reader: Reader) -> Iterable[Row]:
    totals = order.totals
    yield from _shipping(order, reader)
    if totals.fees:
        yield from _split(order.fees, totals.fees, _fee, reader)
    if totals.duties:
        yield row(reader, reader.text("duties"), reader.money(totals.duties))
    if totals.tax and not totals.tax_included:
        yield from _split(order.taxes, totals.tax, _tax, reader)


def _shipping(order: Order, reader: Reader) -> Iterable[Row]:
    amount = order.totals.shipping
    if amount:
        yield row(reader, reader.text("shipping"), reader.money(amount))
    elif amount is not None and _ships(order):
        yield row(reader, reader.text("shipping"), reader.text("free"))


def _split(
    parts: Sequence[Part],
    stated: Decimal,
    label: Callable[[Part | None, Reader], str],
    reader: Reader,
) -> Iterable[Row]:
    """A row for each part where they make up the stated sum, else one for the sum."""
    if _named(parts, stated):
        for each in parts:
            yield row(reader, label(each, reader), reader.money(each.amount))
    else:
        yield row(reader, label(None, reader), reader.money(stated))


def _settled(order: Order, reader: Reader) -> Iterable[Row]:
    totals = order.totals
    if totals.tip:
        yield row(reader, reader.text("tip"), reader.money(totals.tip))
    if totals.gift_card:
        yield row(reader, reader.text("gift_card"), reader.money(-totals.gift_card))
    if totals.rounding:
        yield row(reader, reader.text("rounding"), reader.money(totals.rounding))
    left = difference(order)
    if left:
        yield row(reader, reader.text("difference"), reader.money(left))


def _after(order: Order, reader: Reader) -> Iterable[Row]:
    totals = order.totals
    if totals.paid:
        yield row(reader, reader.text("paid"), reader.money(totals.paid))
    if totals.refunded:
        yield row(reader, reader.text("refunded"), reader.money(-totals.refunded))
    if totals.due is not None and totals.due > 0:
        yield row(reader, reader.text("due"), reader.money(totals.due))


def _tax_within(order: Order, reader: Reader) -> Iterable[Row]:
    totals = order.totals
    if not totals.tax or not totals.tax_included:
        return
    if _named(order.taxes, totals.tax):
        for each in order.taxes:
            yield row(
                reader,
                often(reader.tongue, "tax_within", title=_tax(each, reader)),
                reader.money(each.amount),
            )
    else:
        label = often(reader.tongue, "tax_within", title=reader.text("tax_word"))
        yield row(reader, label, reader.money(totals.tax))


def _is_something(discount: Discount) -> bool:
    return discount.amount != 0


def _discount_within(order: Order, reader: Reader) -> Iterable[Row]:
    """Discounts that the source names but has already taken off the prices."""
    if order.totals.discount is not None or len(order.discounts) > _MAX_NAMED:
        return
    for each in filter(_is_something, order.discounts):
        name = _discount_name(each)
        if name:
            label = often(reader.tongue, "discount_within", name=name)
        else:
            label = reader.text("discount_within_nameless")
        yield row(reader, label, reader.money(-each.amount))


def _named(parts: Sequence[Discount] | Sequence[Fee] | Sequence[Tax], stated: Decimal) -> bool:
    """Whether the parts can stand for the stated sum."""
    return 0 < len(parts) <= _MAX_NAMED and sum(part.amount for part in parts) == stated


def _ships(order: Order) -> bool:
    return bool(order.shipping) or not all(line.digital or line.gift_card for line in order.lines)


def _codes(order: Order, reader: Reader) -> str:
    names = [name for each in order.discounts[:_MAX_NAMED] if (name := _discount_name(each))]
    if not names:
        return reader.text("discount")
    return often(reader.tongue, "discount_named", name=clean.cut(", ".join(names), 160))


def _discount(discount: Discount, reader: Reader) -> str:
    name = _discount_name(discount)
    return often(reader.tongue, "discount_named", name=name) if name else reader.text("discount")


def _discount_name(discount: Discount) -> str:
    return clean.line(discount.code or discount.title or "", 80)


def _fee(fee: Fee | None, reader: Reader) -> str:
    return (clean.line(fee.title, 80) if fee is not None else "") or reader.text("fees")


def _tax(tax: Tax | None, reader: Reader) -> str:
    title = clean.line(tax.title or "", 80) if tax is not None else ""
    title = title or reader.text("tax")
    if tax is None or tax.rate is None:
        return title
    return _rated(title, str(tax.rate), reader.tongue)


@lru_cache(maxsize=512)
def _rated(title: str, stated: str, tongue: Tongue) -> str:
    """A tax with its rate, unless its title says it. Kept, for a shop has few."""
    rate = tongue.percent(Decimal(stated))
    known = rate in title or rate.replace("\xa0", "") in title.replace(" ", "")
    return title if known else often(tongue, "tax_rate", title=title, rate=rate)
