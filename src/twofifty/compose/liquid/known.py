"""The names that Shopify's templates may ask for: those that an order fills, and those of mails and
features that an order knows nothing of.
"""

from decimal import Decimal
from functools import cache
from typing import Final

import msgspec

from twofifty.compose.brand import Brand
from twofifty.compose.liquid.names import ANY, Kind, kind_of
from twofifty.compose.liquid.shopify import Occasion, shopify_view
from twofifty.compose.reader import reader
from twofifty.compose.tongue import Tongues
from twofifty.order.model import Fee, Parcel, ParcelLine, Refund
from twofifty.order.specimen import specimen

# Not in an order. The mail that has such a thing gives it in `Occasion.more`; else it is nothing.
UNFILLED: Final[dict[str, str]] = {
    "account_link": "customer accounts are the shop's own",
    "added_subtotal": "edits of an order say what changed in their own mail",
    "added_tax_total": "likewise",
    "added_total": "likewise",
    "checkout_payment_collection_url": "the shop's own page of payment",
    "company": "business customers are not told apart in an order",
    "company_location": "likewise",
    "credit_card_url": "the shop's own page of payment",
    "custom_message": "written by hand for one mail",
    "due_date": "terms of payment are not in an order",
    "email_body": "Shopify's own templates ask for it where they do not set it",
    "email_emphasis": "likewise",
    "email_title": "likewise",
    "exchange_total": "exchanges at a till",
    "exchange_type": "likewise",
    "fulfillment_aborted": "mails to a warehouse",
    "gift_card": "mails of gift cards",
    "invoice_url": "drafts of orders",
    "location": "collecting in a shop",
    "no_top_border": "set by some templates only",
    "opening_hours": "collecting in a shop",
    "pickup_instructions": "collecting in a shop",
    "pickup_location": "collecting in a shop",
    "public_file_url": "labels of returns",
    "qr_code_url": "labels of returns",
    "reserve_inventory_until": "drafts of orders",
    "return": "returns",
    "return_deliveries": "returns",
    "return_delivery": "returns",
    "return_label": "labels of returns",
    "return_line_items": "returns",
    "return_subtotal": "returns",
    "return_tax_total": "returns",
    "return_total": "returns",
    "service_name": "mails to a warehouse",
    "shipment_name": "mails to a warehouse",
    "shop_link": "mails to the shop's staff",
    "shop_name": "mails to the shop's staff",
    "staff_member": "mails to the shop's staff",
    "titleBold": "Shopify's own templates ask for it and never set it",
    "tracking_number": "set by loops over numbers",
    "unsubscribe_url": "mails that ask for consent",
    "valueBold": "Shopify's own templates ask for it and never set it",
}


_EMPTY: Final = ("added_line_items", "refund_line_items", "removed_line_items")


@cache
def shopify_names() -> Kind:
    """Every known name and the names within it, as a view of a full order has them."""
    tongue = Tongues("en").default
    order = specimen()
    line = msgspec.structs.replace(order.lines[0], attributes={"Engraving": "A"})
    order = msgspec.structs.replace(
        order,
        lines=(line, *order.lines[1:]),
        refunds=(Refund(id="1", amount=Decimal(1)),),
        fees=(Fee(title="Gift wrap", amount=Decimal(1)),),
        parcels=(
            Parcel(
                id="1",
                tracking_number="1",
                tracking_url="https://carrier.example.test/1",
                lines=(ParcelLine(line_id="1", quantity=Decimal(1)),),
            ),
        ),
    )
    brand = Brand(shop_name="Shop", shop_url="https://shop.example.test")
    view = shopify_view(order, reader(order, brand, tongue), Occasion())
    filled = kind_of(view).names or {}
    # Lists that no order fills have the names of a line.
    empty = dict.fromkeys(_EMPTY, filled["line_items"])
    return Kind({**dict.fromkeys(UNFILLED, ANY), **filled, **empty})
