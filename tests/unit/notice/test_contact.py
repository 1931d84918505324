"""Where a customer is found: numbers as people write them, and only such as can be texted."""

from typing import Any

import msgspec
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.contact import Contact, contact, country_of
from twofifty.order.model import Address, Customer, Order
from twofifty.order.specimen import specimen


def order(
    phone: str | None = None, country: str | None = "DE", delivery: str | None = None, **more: Any
) -> Order:
    fields: dict[str, Any] = {
        "customer": Customer(phone=phone),
        "shipping_address": Address(country=country, phone=delivery),
        "billing_address": None,
        "attributes": {},
        **more,
    }
    return msgspec.structs.replace(specimen(), **fields)


@pytest.mark.parametrize(
    ("phone", "country", "written"),
    [
        ("0151 23456789", "DE", "+4915123456789"),
        ("+49 (0)151 23456789", "FR", "+4915123456789"),
        ("0049-151-23456789", "DE", "+4915123456789"),
        ("06 12 34 56 78", "fr", "+33612345678"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("07400 123456", "GB", "+447400123456"),
        ("٠١٢ ٣٤٥ ٦٧٨٩", None, None),
    ],
)
def test_a_number_is_read_as_its_country_writes_it(
    phone: str, country: str | None, written: str | None
) -> None:
    found = contact(order(phone, country), "sms")
    assert (found.recipient if isinstance(found, Contact) else None) == written


@pytest.mark.parametrize(
    "phone",
    [
        "030 123456",  # a landline in Berlin
        "0900 1234567",  # premium rate
        "0800 1234567",  # free for who calls
        "110",
        "12345",
        "+999 123456789",
        "no number",
        "+49 151 2345678901234567890",
        "9" * 5_000,
    ],
)
def test_what_cannot_be_texted_is_no_contact(phone: str) -> None:
    assert contact(order(phone), "sms") == "the telephone number cannot receive messages"


def test_without_a_country_only_an_international_number_is_read() -> None:
    assert isinstance(contact(order("+4915123456789", None), "sms"), Contact)
    assert contact(order("0151 23456789", None), "sms") != Contact("+4915123456789", "DE")


def test_the_number_of_the_delivery_is_taken_where_the_customers_cannot_be_texted() -> None:
    found = contact(order("030 123456", "DE", "0151 23456789"), "sms")
    assert found == Contact("+4915123456789", "DE")


def test_without_any_number_that_is_said() -> None:
    assert contact(order(None), "sms") == "there is no telephone number"
    assert contact(order("  "), "sms") == "there is no telephone number"


def test_the_country_is_that_of_the_number() -> None:
    assert contact(order("+33 6 12 34 56 78", "DE"), "sms") == Contact("+33612345678", "FR")


@given(st.text(max_size=60), st.sampled_from([None, "DE", "US", "BR", "XX", ""]))
def test_whatever_is_written_there_gives_a_valid_number_or_a_reason(
    phone: str, country: str | None
) -> None:
    found = contact(order(phone, country), "sms")
    if isinstance(found, Contact):
        number = phonenumbers.parse(found.recipient)
        assert phonenumbers.is_valid_number(number)
        assert found.recipient == "+" + "".join(filter(str.isdecimal, found.recipient))


def test_a_browsers_and_an_apps_subscription_are_contacts() -> None:
    for text in ('{"endpoint": "https://push.example/1"}', "dGVzdA:APA91b" + "x" * 120):
        found = contact(order(attributes={"push_subscription": text}), "push")
        assert found == Contact(text, "DE")


@pytest.mark.parametrize("text", ["", "token with blanks and more", "short", "{" + "x" * 5_000])
def test_any_other_text_is_no_subscription(text: str) -> None:
    assert isinstance(contact(order(attributes={"push_subscription": text}), "push"), str)


def test_a_webhook_is_told_the_shops_own_id() -> None:
    assert contact(order(customer=Customer(id="77")), "webhook") == Contact("77", "DE")
    assert contact(order(), "webhook") == Contact(specimen().id, "DE")


def test_the_country_is_where_the_goods_go() -> None:
    assert country_of(order(country="at")) == "AT"
    assert country_of(order(country=None, billing_address=Address(country="CH"))) == "CH"
    assert country_of(order(country="Germany")) is None
