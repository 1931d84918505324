"""Real orders out of the corpora, dated anew, and what a plain reading of them expects of a mail.

The reading is the test's own: it looks at the raw payload with nothing of the product.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora" / "orders"
Raw = dict[str, Any]

WRAPPINGS = ("order", "orders", "data", "response", "jsonBody", "body", "create", "update")
UNPAID_SHOPIFY = ("cash on delivery", "bank deposit", "money order", "bank transfer", "cod")
UNPAID_WOO = ("cod", "bacs", "cheque", "invoice")


class Expected(msgspec.Struct, frozen=True):
    """One order to post, and what its confirmation must say; `recipient` None: no mail."""

    source: str
    order_id: str
    body: bytes
    recipient: str | None
    currency: str
    total: Decimal
    titles: tuple[str, ...]


def expectations() -> list[Expected]:
    """Every order in the Shopify and WooCommerce corpora, each under an id of its own."""
    found: list[Expected] = []
    for kind, told in (("shopify", _shopify), ("woocommerce", _woocommerce)):
        for file in sorted((CORPORA / kind).glob("*.json")):
            for order in _orders(_document(file)):
                found.append(told(_renewed(order, len(found))))
    return found


def _document(file: Path) -> object:
    try:
        return json.loads(file.read_bytes(), parse_float=Decimal)
    except ValueError:
        return None


def _orders(document: object) -> Iterator[Raw]:
    """Whatever carries an order's total and lines, however it is wrapped."""
    if isinstance(document, list):
        for each in document:
            yield from _orders(each)
    elif isinstance(document, dict) and _is_order(document):
        yield document
    elif isinstance(document, dict):
        for key in WRAPPINGS:
            yield from _orders(document.get(key))


def _is_order(document: Raw) -> bool:
    shopify = {"financial_status", "total_price", "line_items"} <= document.keys()
    woo = {"line_items", "total", "currency", "status"} <= document.keys()
    subscription = "billing_period" in document
    return (shopify or woo) and "id" in document and not subscription


def _renewed(order: Raw, number: int) -> Raw:
    now = datetime.now(UTC).replace(microsecond=0)
    fresh = {**order, "id": 900_000 + number}
    for name in ("created_at", "processed_at", "updated_at"):
        if order.get(name):
            fresh[name] = now.isoformat()
    for name in ("date_created", "date_modified", "date_paid", "date_completed"):
        for suffix in ("", "_gmt"):
            if order.get(name + suffix):
                fresh[name + suffix] = now.isoformat().removesuffix("+00:00")
    return fresh


def _shopify(order: Raw) -> Expected:
    customer = order.get("customer") or {}
    email = order.get("email") or order.get("contact_email") or customer.get("email")
    currency, total = _shopify_total(order)
    return Expected(
        source="shopify",
        order_id=str(order["id"]),
        body=_body(order),
        recipient=email if email and _shopify_confirmable(order) else None,
        currency=currency,
        total=total,
        titles=tuple(line["title"] for line in order.get("line_items", ())),
    )


def _shopify_confirmable(order: Raw) -> bool:
    if order.get("cancelled_at") or order.get("test"):
        return False
    status = order.get("financial_status")
    gateways = " ".join(order.get("payment_gateway_names") or [order.get("gateway") or ""])
    unpaid = any(name in gateways.lower() for name in UNPAID_SHOPIFY)
    return status in ("paid", "authorized", "partially_refunded") or (
        status == "pending" and unpaid
    )


def _shopify_total(order: Raw) -> tuple[str, Decimal]:
    """The customer's own currency; the total that is owed now, unless money went back."""
    refunded = order.get("financial_status") in ("refunded", "partially_refunded", "voided")
    name = (
        "total_price" if refunded or not order.get("current_total_price") else "current_total_price"
    )
    shown = (order.get(f"{name}_set") or {}).get("presentment_money") or {}
    if shown.get("currency_code") not in (None, order["currency"]):
        return shown["currency_code"], Decimal(str(shown["amount"]))
    return order["currency"], Decimal(str(order[name]))


def _woocommerce(order: Raw) -> Expected:
    waits = order["status"] in ("on-hold", "pending")
    came_in = bool(order.get("date_paid") or order.get("date_paid_gmt"))
    paid = order["status"] in ("processing", "completed") or (waits and came_in)
    method = order.get("payment_method") or (order.get("payment_details") or {}).get("method_id")
    unpaid = waits and method in UNPAID_WOO
    meta = order.get("meta_data") or []
    test = any(
        isinstance(each, dict) and (each.get("key"), each.get("value")) == ("_wcpay_mode", "test")
        for each in meta
    )
    billing = order.get("billing") or order.get("billing_address") or {}
    email = billing.get("email") if isinstance(billing, dict) else None
    return Expected(
        source="woocommerce",
        order_id=str(order["id"]),
        body=_body(order),
        recipient=email if email and (paid or unpaid) and not test else None,
        currency=order["currency"],
        total=Decimal(str(order["total"])),
        titles=tuple(str(line["name"]) for line in order["line_items"]),
    )


def _body(order: Raw) -> bytes:
    return msgspec.json.Encoder(decimal_format="number").encode(order)
