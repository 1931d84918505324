"""Where a customer is found beside their mailbox. Pure.

sms        the customer's telephone number, else that of the delivery address: read as one of the
           order's country where it has no country code of its own, valid, and of a kind that can
           receive messages
push       the attribute `push_subscription`: what a browser's push service gave (JSON, W3C Push
           API), or the registration token of an app (FCM)
webhook    the shop's own id of the customer, else of the order
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from twofifty.order.model import Order

PUSH_ATTRIBUTE: Final = "push_subscription"

_TOKEN: Final = re.compile(r"[A-Za-z0-9_:-]{20,1000}")
_LONGEST: Final = 2_000
_TEXTED: Final = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.UNKNOWN,
    }
)
"""Kinds of numbers that get messages. What costs its owner or caller extra is none of them."""


class Contact(msgspec.Struct, frozen=True):
    """`recipient`: as its channel writes it. `country`: ISO 3166-1 alpha-2, where it is known."""

    recipient: str
    country: str | None = None


def contact(order: Order, channel: str) -> Contact | str:
    """Where the customer is found in that channel; else why not, one clause."""
    if channel == "sms":
        return _phone(order)
    if channel == "push":
        return _subscription(order)
    return Contact((order.customer.id or order.id).strip(), country_of(order))


def country_of(order: Order) -> str | None:
    """Where the goods go, else whence they are paid."""
    stated = (order.shipping_address, order.billing_address)
    found = ((one.country or "").strip().upper() for one in stated if one is not None)
    return next((code for code in found if len(code) == 2), None)


def _phone(order: Order) -> Contact | str:
    country = country_of(order)
    stated = list(_stated(order))
    for text in stated:
        number = _read(text, country)
        if number is not None and phonenumbers.number_type(number) in _TEXTED:
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return Contact(written, phonenumbers.region_code_for_number(number) or country)
    if stated:
        return "the telephone number cannot receive messages"
    return "there is no telephone number"


def _stated(order: Order) -> Iterator[str]:
    address = order.shipping_address
    for text in (order.customer.phone, address.phone if address else None):
        if text and text.strip():
            yield text


def _read(text: str, country: str | None) -> PhoneNumber | None:
    """The number, None for what no country has."""
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _subscription(order: Order) -> Contact | str:
    text = order.attributes.get(PUSH_ATTRIBUTE, "").strip()
    if not text:
        return "there is no push subscription"
    if len(text) > _LONGEST or not (text.startswith("{") or _TOKEN.fullmatch(text)):
        return "the push subscription cannot be used"
    return Contact(text, country_of(order))
