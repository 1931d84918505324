"""The variables of Shopify's notification templates, from our order.

Amounts are in Shopify's cents (`numbers`). Every text is clean and none is escaped: that is the
printing tag's work. A name that is known but has nothing to say is None.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from twofifty.compose import clean
from twofifty.compose.brand import Brand
from twofifty.compose.liquid.shopify_address import Postal, postal
from twofifty.compose.liquid.shopify_lines import lines, top_lines
from twofifty.compose.liquid.shopify_money import (
    applications,
    refund_amount,
    sums,
    taxes,
    transactions,
    ways,
)
from twofifty.compose.liquid.shopify_parcel import fulfillment
from twofifty.compose.liquid.view import ShopView
from twofifty.compose.liquid.words import parted
from twofifty.compose.reader import Reader
from twofifty.order.model import Customer, Order, Parcel, Refund
from twofifty.order.parcel import sendable

Names = dict[str, object]
_STATUS = {"partial": "partial", "fulfilled": "fulfilled", "returned": "restocked"}


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail is about beside the order: its parcel, its refund, and when it is written.

    `more` are names that only some mails have (`gift_card`, `custom_message`, `invoice_url`,
    `return`); they stand over the order's own.
    """

    parcel: Parcel | None = None
    refund: Refund | None = None
    at: datetime | None = None
    cancel_reason: str | None = None
    more: Mapping[str, object] = {}


NOTHING_MORE = Occasion()


def shopify_view(order: Order, reader: Reader, extra: Occasion = NOTHING_MORE) -> ShopView:
    """All variables, those of every kind of mail: what a kind has nothing to say of is None."""
    names = {
        **order_names(order, reader, extra),
        **_times(order, extra),
        "shop": shop(reader.brand, order.currency),
        **extra.more,
    }
    names["order"] = _order(names)
    return ShopView(names, reader)


def order_names(order: Order, reader: Reader, extra: Occasion) -> Names:
    """The order itself."""
    shown = lines(order)
    offs = applications(order)
    return {
        **_who(order, reader),
        **_goods(order, shown),
        **sums(order),
        **_delivery(order, reader, extra, shown),
        **_standing(order, extra),
        **dict.fromkeys(("discount_applications", "discounts"), offs),
        "applied_gift_cards": [],
        "currency": order.currency,
        "tax_lines": taxes(order),
        "transactions": transactions(order, reader),
        "amount": refund_amount(extra.refund, order),
    }


def _who(order: Order, reader: Reader) -> Names:
    """Numbers, addresses and pages."""
    number = clean.line(order.number or order.id, 60).lstrip("# ")
    pages = ("url", "order_status_url", "customer_order_url", "order_details_url")
    return {
        "id": order.id,
        **dict.fromkeys(("name", "order_name"), f"#{number}" if number[:1].isdigit() else number),
        **dict.fromkeys(("number", "order_number"), number),
        **dict.fromkeys(pages, clean.url(order.links.status)),
        "confirmation_number": None,
        "email": clean.line(order.customer.email or "", 254) or None,
        "phone": clean.line(order.customer.phone or "", 40) or None,
        "customer": customer(order.customer, order),
        "customer_locale": reader.tongue.tag,
        "billing_address": postal(order.billing_address, reader),
        "shipping_address": postal(order.shipping_address, reader),
    }


def _goods(order: Order, shown: list[Names]) -> Names:
    """The lines, under each of the names that templates of different years ask for."""
    everything = ("line_items", "subtotal_line_items", "non_parent_line_items")
    nothing = ("refund_line_items", "added_line_items", "removed_line_items", "line_item_groups")
    waiting = order.state.fulfillment in (None, "unfulfilled")
    return {
        **dict.fromkeys(everything, shown),
        **{name: [] for name in nothing},
        "line_items_including_zero_quantity": shown,
        "unfulfilled_line_items": shown if waiting else [],
        "item_count": len(top_lines(shown)),
    }


def _delivery(order: Order, reader: Reader, extra: Occasion, shown: list[Names]) -> Names:
    methods = ways(order)
    parcels = sendable(order)
    parcel = extra.parcel or (parcels[-1] if parcels else None)
    return {
        "shipping_methods": methods,
        "shipping_method": methods[0] if methods else None,
        "requires_shipping": not all(each.digital or each.gift_card for each in order.lines),
        "delivery_method": "shipping",
        "delivery_agreements": [],
        "delivery_instructions": None,
        "consolidated_estimated_delivery_time": _expected(order, reader),
        "fulfillment": fulfillment(order, parcel, shown, reader),
        "fulfillments": [fulfillment(order, each, shown, reader) for each in parcels],
    }


def _standing(order: Order, extra: Occasion) -> Names:
    return {
        "fulfillment_status": _STATUS.get(order.state.fulfillment or ""),
        "financial_status": order.state.payment,
        "gateway": clean.line(order.payments[0].method, 80) if order.payments else None,
        "cancel_reason": extra.cancel_reason,
        "cancelled": order.state.cancelled_at is not None,
        "note": _note(order),
        "note_attributes": [],
        "attributes": {},
        "tags": [],
        "test": order.test,
        "po_number": None,
        "b2b?": False,
        "has_high_risks?": False,
        "payment_terms": None,
    }


def shop(brand: Brand, currency: str) -> Names:
    """The shop. Shopify's formats of money are ours: `money` writes by the reader's locale."""
    mail = (clean.contact(brand.support_url) or "").removeprefix("mailto:")
    address = clean.url(brand.shop_url)
    domain = address.split("/")[2] if address else None
    return {
        "name": clean.line(brand.shop_name, 100),
        "email": mail.partition("?")[0] if "@" in mail else None,
        "customer_email": mail.partition("?")[0] if "@" in mail else None,
        "url": address,
        "secure_url": address,
        "domain": domain,
        "permanent_domain": domain,
        "currency": currency,
        "money_format": "{{amount}}",
        "money_with_currency_format": f"{{{{amount}}}} {currency}",
        "email_logo_url": clean.url(brand.theme.logo or brand.logo_url),
        "email_logo_width": 180,
        "email_accent_color": brand.own_accent(),
        "description": None,
        "phone": None,
        "address": Postal({}, tuple(clean.line(row) for row in brand.legal_footer.splitlines())),
        "customer_accounts_enabled": False,
        "locale": None,
        "enabled_payment_types": [],
    }


def customer(person: Customer, order: Order) -> Names:
    """The customer; names that look like advertising are left out, as in every greeting."""
    name = clean.name(person.name or "")
    first, last = parted(name)
    return {
        "id": person.id,
        "name": name,
        "first_name": first,
        "last_name": last,
        "email": clean.line(person.email or "", 254) or None,
        "phone": clean.line(person.phone or "", 40) or None,
        "orders_count": person.orders_count,
        "accepts_marketing": person.consent.get("marketing", False),
        "default_address": None,
        "locale": order.locale,
        "tags": [],
        "note": None,
        "b2b?": False,
        "current_company": None,
        "current_location": None,
        "company_contact?": False,
        "account_activation_url": None,
        "reset_password_url": None,
        "subscribe_url": None,
        "store_credit_account": None,
    }


def _order(names: Names) -> Names:
    """`order.…`: the same names again, as newer templates ask for them."""
    return {name: value for name, value in names.items() if name not in ("shop", "order")}


def _times(order: Order, extra: Occasion) -> Names:
    at = extra.at or order.updated_at or order.placed_at
    return {
        "created_at": order.placed_at,
        "processed_at": order.placed_at,
        "date": order.placed_at,
        "updated_at": order.updated_at,
        "cancelled_at": order.state.cancelled_at,
        "now": at,
        "today": at,
        "current_date": at,
        "current_time": at,
    }


def _expected(order: Order, reader: Reader) -> str | None:
    for each in order.shipping:
        found = reader.window(each.estimate) if each.estimate else None
        if found is not None:
            return found[1]
    return None


def _note(order: Order) -> str | None:
    return "\n".join(clean.note(order.note)) or None if order.note else None
