"""The canonical order, `twofifty.order/1`: one shape for every shop.

Money is a `Decimal` in the order's currency, a string on the wire. Times carry an offset
(RFC 3339). What a source does not say is `None`, never guessed.

The arithmetic that every adapter keeps, as far as its source states the parts:

    total = subtotal - discount + shipping + fees + duties + tip + tax (unless included)
            - gift_card + rounding

`subtotal` is the goods before `discount`; a line's `total` is `quantity * unit_price - discount`
of that line. Figures are the source's own; nothing here is computed from other figures.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

SCHEMA = "twofifty.order/1"

Money = Annotated[Decimal, msgspec.Meta(description="decimal string in the order's currency")]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
When = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339 with an offset")]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code")]

Payment = Literal[
    "pending",
    "authorized",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
    "failed",
]
Fulfillment = Literal["unfulfilled", "partial", "fulfilled", "returned"]


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Frozen, keyword-only, and silent about what is absent."""


class State(_Value, frozen=True, kw_only=True):
    """Where the order stands. `draft`: not placed yet (a draft, a cart, an unconfirmed order)."""

    payment: Payment | None = None
    fulfillment: Fulfillment | None = None
    cancelled_at: When | None = None
    draft: bool = False


class Customer(_Value, frozen=True, kw_only=True):
    """The person who ordered. `consent` maps a purpose (`marketing`) to what was said."""

    id: Text | None = None
    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    orders_count: int | None = None
    consent: dict[str, bool] = {}


class Address(_Value, frozen=True, kw_only=True):
    """A postal address. `country` is ISO 3166-1 alpha-2 where known, `region` a name or code."""

    name: Text | None = None
    company: Text | None = None
    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    phone: Text | None = None


class Window(_Value, frozen=True, kw_only=True):
    """When something is expected, both ends included; ISO 8601 dates or date-times."""

    earliest: Text | None = msgspec.field(default=None, name="from")
    latest: Text | None = msgspec.field(default=None, name="to")


class Stock(_Value, frozen=True, kw_only=True):
    """What the source says of a line's stock. `expected`: an ISO 8601 date."""

    status: Literal["in_stock", "allocated", "backorder", "out_of_stock"]
    expected: Text | None = None


class Line(_Value, frozen=True, kw_only=True):
    """One line. `attributes` are what the customer chose and may see (engraving, size).
    `parent_id` names the line that this one is a part of (bundles)."""

    id: Key
    title: Text
    quantity: Decimal
    product_id: Text | None = None
    sku: Text | None = None
    variant: Text | None = None
    unit_price: Money | None = None
    discount: Money | None = None
    tax: Money | None = None
    total: Money | None = None
    image_url: Text | None = None
    url: Text | None = None
    digital: bool = False
    gift_card: bool = False
    stock: Stock | None = None
    parent_id: Text | None = None
    attributes: dict[str, Text] = {}


class Totals(_Value, frozen=True, kw_only=True):
    """The source's own totals. `tax_included`: prices and subtotal already contain `tax`."""

    total: Money
    subtotal: Money | None = None
    discount: Money | None = None
    shipping: Money | None = None
    fees: Money | None = None
    tax: Money | None = None
    tax_included: bool | None = None
    duties: Money | None = None
    tip: Money | None = None
    gift_card: Money | None = None
    rounding: Money | None = None
    paid: Money | None = None
    due: Money | None = None
    refunded: Money | None = None


class Discount(_Value, frozen=True, kw_only=True):
    """A discount as the customer knows it, a positive `amount`."""

    amount: Money
    code: Text | None = None
    title: Text | None = None


class Fee(_Value, frozen=True, kw_only=True):
    """A charge that is neither goods nor shipping (gift wrapping, payment surcharge)."""

    title: Text
    amount: Money


class Tax(_Value, frozen=True, kw_only=True):
    """One tax; `rate` as a fraction (0.19)."""

    amount: Money
    title: Text | None = None
    rate: Decimal | None = None


class Shipping(_Value, frozen=True, kw_only=True):
    """One way of shipping that was chosen, after its own discounts."""

    title: Text
    amount: Money | None = None
    carrier: Text | None = None
    estimate: Window | None = None


class PaymentPart(_Value, frozen=True, kw_only=True):
    """How (a part of) the order is paid. `method` is one of the words below where the source's
    own name could be told, else that name: `card`, `paypal`, `bank_transfer`, `invoice`,
    `cash_on_delivery`, `cheque`, `gift_card`, `wallet`, `pay_later`. `title` is for people.
    `reference`: the payment's own id where it is paid, by which later news of it finds the order.
    """

    method: Text
    title: Text | None = None
    amount: Money | None = None
    status: Text | None = None
    reference: Key | None = None


class Refund(_Value, frozen=True, kw_only=True):
    """Money that went back, a positive `amount`."""

    id: Key
    amount: Money
    at: When | None = None
    reason: Text | None = None


class ParcelLine(_Value, frozen=True, kw_only=True):
    """How many of a line are in a parcel."""

    line_id: Text
    quantity: Decimal


class Parcel(_Value, frozen=True, kw_only=True):
    """A parcel on its way."""

    id: Key
    carrier: Text | None = None
    tracking_number: Text | None = None
    tracking_url: Text | None = None
    lines: tuple[ParcelLine, ...] = ()
    status: Text | None = None
    estimate: Window | None = None


class Links(_Value, frozen=True, kw_only=True):
    """Where the customer can look and ask: `http(s)` URLs, `support` also `mailto:`."""

    status: Text | None = None
    support: Text | None = None


class Order(_Value, frozen=True, kw_only=True):
    """One order as it stands at `revision` (larger is newer, per source and id). `attributes` are
    the shop's own and never shown to the customer."""

    source: Key
    id: Key
    currency: Currency
    totals: Totals
    lines: Annotated[tuple[Line, ...], msgspec.Meta(max_length=1_000)]
    number: Text | None = None
    group: Text | None = None
    revision: int | None = None
    placed_at: When | None = None
    updated_at: When | None = None
    state: State = State()
    test: bool = False
    locale: Text | None = None
    time_zone: Text | None = None
    customer: Customer = Customer()
    shipping_address: Address | None = None
    billing_address: Address | None = None
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    fees: tuple[Fee, ...] = ()
    shipping: tuple[Shipping, ...] = ()
    payments: tuple[PaymentPart, ...] = ()
    refunds: tuple[Refund, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    links: Links = Links()
    note: Text | None = None
    attributes: dict[str, Text] = {}
