"""Every source under its contract."""

import json

import pytest

from twofifty.adapters import registry
from twofifty.errors import SettingsError
from twofifty.intake import signature
from twofifty.testing.contracts.source import SourceContract


class TestShopify(SourceContract):
    source = registry.source("shopify")
    header = "x-shopify-hmac-sha256"
    body = json.dumps(
        {
            "id": 450789469,
            "name": "#1001",
            "currency": "EUR",
            "financial_status": "paid",
            "total_price": "21.90",
            "total_line_items_price": "19.90",
            "total_discounts": "2.00",
            "total_tax": "3.50",
            "taxes_included": True,
            "customer_locale": "de",
            "line_items": [
                {"id": 1, "title": "Tea", "quantity": 2, "price": "9.95", "requires_shipping": True}
            ],
            "shipping_lines": [{"title": "Post", "price": "4.00"}],
        }
    ).encode()

    def signed(self, body: bytes, secret: str) -> str:
        return signature.signed(body, secret).decode()


class TestWooCommerce(SourceContract):
    source = registry.source("woocommerce")
    header = "x-wc-webhook-signature"
    body = json.dumps(
        {
            "id": 727,
            "number": "727",
            "status": "processing",
            "currency": "EUR",
            "total": "29.35",
            "total_tax": "1.35",
            "discount_total": "2.00",
            "shipping_total": "10.00",
            "date_paid_gmt": "2026-01-01T10:00:00",
            "line_items": [
                {
                    "id": 1,
                    "name": "Tea",
                    "quantity": 2,
                    "price": 9,
                    "subtotal": "20.00",
                    "total": "18.00",
                }
            ],
        }
    ).encode()

    def signed(self, body: bytes, secret: str) -> str:
        return signature.signed(body, secret).decode()


def test_every_registered_kind_of_source_is_under_the_contract() -> None:
    proven = {type(case.source) for case in SourceContract.__subclasses__()}
    assert {type(registry.source(kind)) for kind in registry.SOURCE_KINDS} == proven


def test_an_unknown_kind_names_the_nearest_known_one() -> None:
    with pytest.raises(SettingsError, match="did you mean woocommerce"):
        registry.source("WooComerce")
    with pytest.raises(SettingsError, match="known: shopify, woocommerce"):
        registry.source("zzz")
