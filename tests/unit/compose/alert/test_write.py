"""What a short message says: the shop, the news, the number, and the link whole or not at all."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose import clean
from twofifty.compose.alert.alert import Alert, decode, encode
from twofifty.compose.alert.segment import counted
from twofifty.compose.alert.write import alert
from twofifty.compose.letter import Letter
from twofifty.compose.texts import languages
from twofifty.compose.tongue import Tongues
from twofifty.order.model import Customer, Links, Order
from twofifty.order.specimen import specimen

TONGUES = Tongues("en")
URL = "https://orders.example.com/o/" + "a1" * 25


def order(**changes: Any) -> Order:
    fields: dict[str, Any] = {"number": "1001", "links": Links(), "test": False}
    return msgspec.structs.replace(specimen(), **{**fields, **changes})


def said(one: Order, locale: str = "en", shop: str = "Shop", url: str | None = URL) -> Alert:
    letter = Letter(kind="confirmation", order=one, page_url=url)
    return alert("m_1", letter, TONGUES.speak(locale), shop)


def test_it_says_who_what_and_where() -> None:
    found = said(order())
    assert found.text == f"Shop: Order #1001 is confirmed {URL}"
    assert (found.title, found.news, found.number) == ("Shop", "Order #1001 is confirmed", "#1001")
    assert (found.encoding, found.segments) == ("gsm", 1)


def test_without_a_page_there_is_no_link() -> None:
    assert said(order(), url=None).text == "Shop: Order #1001 is confirmed"


def test_a_link_that_would_cost_a_segment_is_left_out_whole() -> None:
    found = said(order(), url=URL + "b" * 80)
    assert found.text == "Shop: Order #1001 is confirmed"
    assert found.url == URL + "b" * 80


def test_a_test_order_says_so_first() -> None:
    assert said(order(test=True)).news != said(order()).news


def test_a_customer_of_another_language_is_told_in_it() -> None:
    assert said(order(), "de-AT").text.startswith("Shop: ")
    assert said(order(), "de-AT").news != said(order()).news
    assert said(order(), "el").encoding == "ucs2"


def test_it_is_the_same_bytes_for_the_same_order() -> None:
    assert encode(said(order())) == encode(said(order()))
    assert decode(encode(said(order()))) == said(order())


tricky = st.text(max_size=80) | st.sampled_from(
    ["<b>1</b>", "\u202e1001", "\x00\x1b[31m1", "1\r\nBcc: x", "{number}", "%s", "😀" * 40]
)


@given(tricky, tricky, st.sampled_from(languages()))
def test_nothing_harmful_comes_through_and_the_count_is_true(
    number: str, shop: str, language: str
) -> None:
    found = said(order(number=number), language.replace("_", "-"), shop)
    took = counted(found.text)
    assert (took.encoding, took.segments) == (found.encoding, found.segments)
    assert clean.line(found.number, 100) == found.number.strip()
    for text in (found.text, found.title, found.news):
        assert not any(ord(sign) < 32 or "\u202a" <= sign <= "\u202e" for sign in text)
    assert (URL in found.text) or ("https://" not in found.text.removeprefix(found.title + ": "))


@pytest.mark.parametrize("field", ["name", "email", "phone"])
def test_nothing_that_a_customer_wrote_is_in_it(field: str) -> None:
    secret = "zzz-secret-zzz"
    one = order(customer=msgspec.convert({field: secret}, Customer), note=secret)
    assert secret.encode() not in encode(said(one))
