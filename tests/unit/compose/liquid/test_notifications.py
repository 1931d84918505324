"""Shopify's own notification templates, rendered from our orders with all their facts."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import msgspec
import pytest

from tests.unit.compose.liquid.sample import rich, view
from twofifty.adapters import registry
from twofifty.compose import clean
from twofifty.compose.liquid import (
    LiquidTemplate,
    Occasion,
    check_liquid,
    compile_liquid,
    shopify_names,
)
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.order.events import OrderEvent
from twofifty.order.model import Order
from twofifty.order.specimen import specimen

FOLDER = Path("../shared/corpora/templates")
ORDERS = Path("../shared/corpora/orders/shopify")
FILES = sorted(FOLDER.glob("shopify-notifications-*/*.liquid"))
CONFIRMATIONS = [path for path in FILES if "order-confirmation" in path.name]

pytestmark = pytest.mark.skipif(not FILES, reason=f"no notification templates in {FOLDER}")


@cache
def compiled(path: Path) -> LiquidTemplate:
    return compile_liquid(path.read_text(), name=path.name)


@cache
def orders() -> tuple[Order, ...]:
    """Every order among the payloads, and two of our own."""
    found = [rich(), rich("JPY"), rich("KWD"), specimen()]
    for path in sorted(ORDERS.glob("*")):
        try:
            told = registry.source("shopify").read("", path.read_bytes(), Stated("shop"))
        except BadInput:
            continue
        if isinstance(told, tuple):
            found += [each.order for each in told if isinstance(each, OrderEvent)]
    return tuple(found)


def text_of(html: str) -> str:
    """What a reader sees, in one line."""
    bare = re.sub(r"<(style|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def seen(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_template_of_shopify_asks_for_no_unknown_name(path: Path) -> None:
    assert not check_liquid(compiled(path), shopify_names())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_template_of_shopify_renders_from_every_order(path: Path) -> None:
    for order in orders():
        html = compiled(path).render(view(order, "ja" if path.stem.endswith("-ja") else "en"))
        assert "{{" not in html.replace("{{amount}}", "")
        assert "styles.css" not in html
        assert "None" not in text_of(html) or "None" in path.read_text()


@pytest.mark.parametrize("path", CONFIRMATIONS, ids=lambda path: path.stem)
def test_a_confirmation_has_every_fact_of_every_order(path: Path) -> None:
    for order in orders():
        names = view(order)
        text = text_of(compiled(path).render(names))
        assert str(names["order_name"]) in text
        assert seen(names.reader.money(order.totals.total)) in text
        for line in order.lines:
            quantity = f"{line.quantity.normalize():f}"
            title = seen(clean.line(line.title) or clean.line(line.sku or "", 80) or "–")
            assert f"{title} × {quantity}" in text


@pytest.mark.parametrize("path", CONFIRMATIONS, ids=lambda path: path.stem)
def test_a_confirmation_has_the_addresses(path: Path) -> None:
    text = text_of(compiled(path).render(view(rich())))
    assert text.count("Alex Example 1 Sample Street 10115 Berlin Germany") == 2


def test_a_shipping_mail_shows_its_parcel() -> None:
    for path in FILES:
        if "shipping-confirmation" in path.name:
            text = text_of(compiled(path).render(view(rich())))
            assert "00340434" in text


def test_a_parcel_shows_its_own_lines_only() -> None:
    order = rich()
    parcel = msgspec.structs.replace(order.parcels[0], lines=order.parcels[0].lines[:2])
    (path,) = [each for each in FILES if each.name == "shipping__shipping-confirmation.liquid"]
    text = text_of(compiled(path).render(view(order, occasion=Occasion(parcel=parcel))))
    assert "no. 1" in text
    assert "no. 2" not in text


def test_a_refund_mail_says_what_went_back() -> None:
    order = rich()
    (path,) = [each for each in FILES if each.name == "orders__refund-notification.liquid"]
    text = text_of(compiled(path).render(view(order, occasion=Occasion(refund=order.refunds[0]))))
    assert "€7.50" in text
