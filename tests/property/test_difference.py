"""A difference applied to the old order gives the new one, and says nothing that did not change."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.order.difference import applied, difference, told
from twofifty.order.model import Address, Line, Order, Shipping, State, Totals, Window

LINES = st.lists(
    st.builds(
        Line,
        id=st.sampled_from("abcde"),
        title=st.sampled_from(["Cup", "Mug"]),
        quantity=st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5")]),
        unit_price=st.sampled_from([None, Decimal(3), Decimal(4)]),
        image_url=st.sampled_from([None, "https://example.com/a.png"]),
    ),
    max_size=6,
).map(tuple)
ORDERS = st.builds(
    Order,
    source=st.just("shop"),
    id=st.just("1"),
    currency=st.just("EUR"),
    totals=st.builds(Totals, total=st.sampled_from([Decimal(3), Decimal(4)])),
    lines=LINES,
    note=st.sampled_from([None, "ring twice"]),
    state=st.builds(State, payment=st.sampled_from([None, "paid", "pending"])),
    shipping_address=st.sampled_from([None, Address(city="Cork"), Address(city="Galway")]),
    shipping=st.sampled_from(
        [
            (),
            (Shipping(title="Post"),),
            (Shipping(title="Post", estimate=Window(earliest="2026-11-26")),),
        ]
    ),
)


@given(ORDERS, ORDERS)
def test_the_difference_applied_gives_the_new_order(before: Order, after: Order) -> None:
    assert applied(before, difference(before, after)) == after


@given(ORDERS, ORDERS)
def test_a_difference_survives_the_way_through_copies(before: Order, after: Order) -> None:
    copy = msgspec.json.decode(msgspec.json.encode(before), type=Order)
    assert applied(copy, difference(before, after)) == after


@given(ORDERS)
def test_the_same_order_has_no_difference(order: Order) -> None:
    assert not difference(order, order)


@given(ORDERS, ORDERS)
def test_what_is_told_is_a_part_of_what_changed(before: Order, after: Order) -> None:
    change = difference(before, after)
    heard = told(change)
    assert all(line in change.lines for line in heard.lines)
    assert all(field in change.fields for field in heard.fields)
    back = told(difference(after, before))
    assert bool(heard) == bool(back)


CUP = Line(id="1", title="Cup", variant="Blue", quantity=Decimal(1), attributes={"Gift": "yes"})
PLAIN = Order(
    source="shop",
    id="1",
    currency="EUR",
    totals=Totals(total=Decimal(3)),
    lines=(CUP,),
    shipping_address=Address(line1="1 Quay", city="Cork"),
    shipping=(Shipping(title="Post", carrier="An Post"),),
)
CUPS = {
    "white space": {"title": "Cup ", "variant": " Blue"},
    "no discount": {"discount": Decimal(0)},
    "for the shop alone": {"attributes": {"Gift": "yes", "_bundle": "7"}},
    "an empty choice": {"attributes": {"Gift": "yes", "Engraving": " "}},
}
ORDERED = {
    "an empty note": {"note": ""},
    "an address that says nothing": {"billing_address": Address(name="", city=" ")},
    "white space in an address": {"shipping_address": Address(line1="1  Quay", city="Cork ")},
    "white space in a way": {"shipping": (Shipping(title="Post ", carrier="An Post"),)},
}


@pytest.mark.parametrize("changes", CUPS.values(), ids=CUPS.keys())
def test_a_line_that_reads_the_same_is_no_news(changes: dict[str, object]) -> None:
    after = msgspec.structs.replace(PLAIN, lines=(msgspec.structs.replace(CUP, **changes),))
    assert difference(PLAIN, after)
    assert not told(difference(PLAIN, after))
    assert not told(difference(after, PLAIN))


@pytest.mark.parametrize("changes", ORDERED.values(), ids=ORDERED.keys())
def test_a_field_that_reads_the_same_is_no_news(changes: dict[str, object]) -> None:
    after = msgspec.structs.replace(PLAIN, **changes)
    assert difference(PLAIN, after)
    assert not told(difference(PLAIN, after))
    assert not told(difference(after, PLAIN))


@pytest.mark.parametrize(
    "changes", [{"title": "cup"}, {"attributes": {}}, {"discount": Decimal("0.01")}]
)
def test_a_line_that_reads_otherwise_is_news(changes: dict[str, object]) -> None:
    after = msgspec.structs.replace(PLAIN, lines=(msgspec.structs.replace(CUP, **changes),))
    assert told(difference(PLAIN, after))
