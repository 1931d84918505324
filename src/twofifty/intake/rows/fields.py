"""Which facts a mapping can name, part by part, and how each is read."""

from collections.abc import Mapping

_MONEY_TOTALS = (
    "total subtotal discount shipping fees tax duties tip gift_card rounding paid due refunded"
).split()
_PLACE = "name company line1 line2 city region postal_code country phone".split()

ORDER = frozenset(
    (
        "id number group currency status payment_status fulfillment_status placed_at updated_at "
        "cancelled_at test locale time_zone note tax_included customer_id name email phone "
        "orders_count status_url support_url shipping_title carrier payment_method payment_title "
        "payment_reference discount_code"
    ).split()
    + _MONEY_TOTALS
)
LINE = frozenset(
    (
        "id position product_id sku title variant quantity unit_price discount tax total image_url "
        "url digital gift_card parent_id attributes"
    ).split()
)
OF_PART: Mapping[str, frozenset[str]] = {
    "order": ORDER,
    "line": LINE,
    "product": frozenset("title variant sku image_url url digital gift_card".split()),
    "customer": frozenset("name email phone orders_count locale".split()),
    "shipping_address": frozenset(_PLACE),
    "billing_address": frozenset(_PLACE),
    "payment": frozenset("method title amount status reference".split()),
    "refund": frozenset("id amount at reason".split()),
    "parcel": frozenset("id carrier tracking_number tracking_url status".split()),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "order": ("id", "currency", "total"),
    "line": ("id", "quantity"),
    "payment": ("method",),
    "refund": ("id", "amount"),
    "parcel": ("id",),
}
PARTS = tuple(fact for fact in _MONEY_TOTALS if fact != "total")
PLACE = tuple(_PLACE)

# What one order has many of: such a part is found by its own column that holds the order's id.
MANY = ("line", "payment", "refund", "parcel")
