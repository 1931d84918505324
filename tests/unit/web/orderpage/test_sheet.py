"""The page shows an order's facts, in every language, whatever they are."""

import functools
import json
import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.test_source_corpora import KINDS, orders
from tests.unit.compose.orders import full as mailed
from tests.unit.compose.test_hostile import FIELDS, HOSTILE, harmless, put
from tests.unit.web.orderpage.case import BRAND, drawn, full
from tests.unit.web.orderpage.reading import Sheet
from twofifty.compose.brand import Brand
from twofifty.compose.texts import languages
from twofifty.order.model import Customer, Line, Order, State, Totals

SAFE = re.compile(r"https?://|mailto:|tel:|#content$|x\?lang=|x/|data:,$")


def test_the_whole_order_is_on_the_page() -> None:
    text = Sheet(drawn(full())).shown()
    for said in (
        "Your order #1001", "Your order is on its way", "Merino sweater", "Water bottle",
        "€82.95", "-€5.00", "Discount (WELCOME5)", "Includes VAT (19%)", "Visa", "Parcel 1 of 2",
        "00340434161094015902", "Delivered", "Parcel 2 of 2", "Expected delivery Mon, Jan 12",
        "1 × Water bottle", "10115 Berlin", "Please ring twice", "What has happened so far",
        "Order placed January 5, 2026 · 11:30", "Refunded €5.00 January 9, 2026",
        "help@example.com", "Go to Teapots & Söhne", "Teapots Ltd, 1 Harbour Road",
    ):  # fmt: skip
        assert said in text.replace("\u202f", " ").replace("\xa0", " "), said


def test_nothing_is_on_the_page_that_is_not_the_customers() -> None:
    order = full(attributes={"utm": "CAMPAIGN-7"}, test=False)
    markup = drawn(order)
    for hidden in ("CAMPAIGN-7", "SKU-1", "specimen", "alex@example.com", "twofifty"):
        assert hidden not in markup, hidden


@pytest.mark.parametrize("language", languages())
def test_the_page_is_whole_and_accessible_in_every_language(language: str) -> None:
    tag = language.replace("_", "-")
    page = Sheet(drawn(full(tag), tag))
    assert page.faults == []
    root = page.all("html")[0]
    assert (root["lang"] or "").startswith(tag.partition("-")[0])
    assert root["dir"] == ("rtl" if tag in ("ar", "fa", "he", "ur") else "ltr")
    assert "{" not in page.shown()


def test_one_step_is_the_current_one() -> None:
    steps = [item for item in Sheet(drawn(full())).all("li") if "aria-current" in item]
    assert [step["aria-current"] for step in steps] == ["step"]


def test_only_secure_pictures_are_shown_and_only_from_where_they_are() -> None:
    lines = tuple(
        Line(id=url, title="Mug", quantity=Decimal(1), image_url=url)
        for url in (
            "http://cdn.example.com/1.jpg",
            "https://img.example.com/2.jpg",
            "data:x",
            "//x",
        )
    )
    brand = msgspec.structs.replace(BRAND, logo_url="http://cdn.example.com/logo.png")
    page = Sheet(drawn(full(lines=lines), brand=brand))
    assert [image["src"] for image in page.all("img")] == ["https://img.example.com/2.jpg"]


def test_an_order_that_says_almost_nothing_has_a_page() -> None:
    order = Order(source="s", id="1", currency="JPY", lines=(), totals=Totals(total=Decimal(0)))
    page = Sheet(drawn(order, brand=Brand(shop_name="")))
    assert page.faults == []
    assert "Your order #1" in page.shown()
    assert "¥0" in page.shown()


def test_an_order_of_a_thousand_lines_says_how_many_are_left_out() -> None:
    line = Line(id="1", title="M" * 5_000, quantity=Decimal("0.5"))
    lines = tuple(msgspec.structs.replace(line, id=str(number)) for number in range(1_000))
    markup = drawn(full(lines=lines, parcels=()))
    assert "and 900 more items" in markup
    assert len(markup) < 300_000


@pytest.mark.skipif(not KINDS, reason="the corpora of real orders are not here")
def test_every_real_order_has_a_page_with_its_facts() -> None:
    found = [order for kind in KINDS for order in orders(kind)]
    assert len(found) > 100
    for order in found:
        page = Sheet(drawn(order, order.locale or "en"))
        assert page.faults == []
        assert all(SAFE.match(link) for link in page.links()), page.links()
        shown = re.sub(r"[\u2066-\u2069]", "", page.shown())
        for line in order.lines[:100]:
            assert " ".join(line.title.split())[:30].strip() in shown
        if order.customer.email and "@" in order.customer.email:
            assert order.customer.email not in (order.note or "") + shown


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_harmless_in_every_field(hostile: str) -> None:
    for path in FIELDS:
        check(path, hostile)


@given(st.sampled_from(FIELDS), st.text(st.characters(), max_size=200))
def test_any_text_at_all_is_harmless(path: tuple[Any, ...], text: str) -> None:
    check(path, text.replace("\ue000", ""))


def check(path: tuple[Any, ...], hostile: str) -> None:
    page = Sheet(drawn(put(mailed(), path, hostile)))
    assert page.faults == []
    assert page.skeleton() == calm(msgspec.json.encode(harmless(path, hostile))).skeleton()
    assert all(SAFE.match(link) for link in page.links())


@functools.lru_cache(maxsize=2_000)
def calm(data: bytes) -> Sheet:
    return Sheet(drawn(msgspec.convert(json.loads(data), Order)))


def test_a_cancelled_order_says_so_and_expects_nothing() -> None:
    order = full(parcels=(), state=State(payment="refunded", cancelled_at=full().placed_at))
    text = Sheet(drawn(order)).shown()
    assert "Your order has been cancelled" in text
    assert "Expected" not in text


def test_a_name_in_another_direction_is_isolated() -> None:
    order = full("ar", customer=Customer(name="Ada"), number="SO-7")
    assert "\u2068SO-7\u2069" in drawn(order, "ar")
