"""Orders of every shape, for properties."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fulfillment,
    Line,
    Order,
    Parcel,
    ParcelLine,
    Payment,
    PaymentPart,
    Shipping,
    State,
    Stock,
    Tax,
    Totals,
    Window,
)

MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
TEXT = st.text(max_size=20)
KEY = st.text(min_size=1, max_size=20)
MAYBE_MONEY = st.none() | MONEY
MAYBE_TEXT = st.none() | TEXT
MAYBE_WHEN = st.none() | st.integers(10**8, 4 * 10**9).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)

WINDOWS = st.builds(Window, earliest=MAYBE_TEXT, latest=MAYBE_TEXT)
STATES = st.builds(
    State,
    payment=st.none() | st.sampled_from(get_args(Payment)),
    fulfillment=st.none() | st.sampled_from(get_args(Fulfillment)),
    cancelled_at=MAYBE_WHEN,
    draft=st.booleans(),
)
LINES = st.builds(
    Line,
    id=KEY,
    title=TEXT,
    quantity=st.decimals(min_value=0, max_value=1000, places=3),
    unit_price=MAYBE_MONEY,
    discount=MAYBE_MONEY,
    total=MAYBE_MONEY,
    digital=st.booleans(),
    stock=st.none() | st.builds(Stock, expected=MAYBE_TEXT),
    attributes=st.dictionaries(TEXT, TEXT, max_size=2),
)
TOTALS = st.builds(
    Totals,
    total=MONEY,
    subtotal=MAYBE_MONEY,
    discount=MAYBE_MONEY,
    shipping=MAYBE_MONEY,
    fees=MAYBE_MONEY,
    tax=MAYBE_MONEY,
    tax_included=st.none() | st.booleans(),
    duties=MAYBE_MONEY,
    tip=MAYBE_MONEY,
    gift_card=MAYBE_MONEY,
    rounding=MAYBE_MONEY,
)
SUMS = st.builds(
    Order,
    source=st.just("shop"),
    id=st.just("1"),
    currency=st.just("EUR"),
    totals=TOTALS,
    lines=st.lists(
        st.builds(
            Line,
            id=st.just("1"),
            title=st.just("a"),
            quantity=st.just(Decimal(1)),
            discount=MAYBE_MONEY,
            total=MAYBE_MONEY,
        ),
        max_size=2,
    ).map(tuple),
)
"""Orders that differ in their figures only."""

METHODS = st.sampled_from(["card", "cash_on_delivery", "bank_transfer", "paypal"])
CUSTOMERS = st.builds(
    Customer,
    name=MAYBE_TEXT,
    email=st.sampled_from([None, "", "nobody", "buyer@example.com", " buyer@example.com "]),
    consent=st.dictionaries(TEXT, st.booleans(), max_size=2),
)
CASES = st.builds(
    Order,
    source=st.just("shop"),
    id=st.just("1"),
    currency=st.just("EUR"),
    totals=st.builds(Totals, total=MONEY),
    lines=st.just(()),
    placed_at=MAYBE_WHEN,
    state=STATES,
    test=st.booleans(),
    customer=CUSTOMERS,
    payments=st.lists(st.builds(PaymentPart, method=METHODS), max_size=2).map(tuple),
)
"""Orders that differ in what a policy looks at."""

ORDERS = st.builds(
    Order,
    source=KEY,
    id=KEY,
    currency=st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
    totals=TOTALS,
    lines=st.lists(LINES, max_size=3).map(tuple),
    number=MAYBE_TEXT,
    revision=st.none() | st.integers(0, 2**53),
    placed_at=MAYBE_WHEN,
    updated_at=MAYBE_WHEN,
    state=STATES,
    test=st.booleans(),
    customer=CUSTOMERS,
    shipping_address=st.none() | st.builds(Address, name=MAYBE_TEXT, country=MAYBE_TEXT),
    discounts=st.lists(st.builds(Discount, amount=MONEY, code=MAYBE_TEXT), max_size=2).map(tuple),
    taxes=st.lists(st.builds(Tax, amount=MONEY, title=MAYBE_TEXT), max_size=2).map(tuple),
    shipping=st.lists(
        st.builds(Shipping, title=TEXT, amount=MAYBE_MONEY, estimate=st.none() | WINDOWS),
        max_size=2,
    ).map(tuple),
    payments=st.lists(st.builds(PaymentPart, method=METHODS), max_size=2).map(tuple),
    parcels=st.lists(
        st.builds(
            Parcel,
            id=KEY,
            lines=st.lists(
                st.builds(ParcelLine, line_id=TEXT, quantity=st.just(Decimal(1))), max_size=2
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    note=MAYBE_TEXT,
    attributes=st.dictionaries(TEXT, TEXT, max_size=2),
)
