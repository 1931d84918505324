"""Orders to send, each to an address of its own: canonical ones, and shops' own webhooks."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from tests.acceptance.payloads import CORPORA, Expected, expectations
from twofifty.testing.load import Post
from twofifty.testing.process import KEY
from twofifty.testing.samples import sample_order, sign_shopify, sign_woocommerce

Json = dict[str, Any]

SIGNED_WITH = "a secret for signatures"
CONFIG = f"""
[sources.shopify]
kind = "shopify"
secret = "{SIGNED_WITH}"

[sources.woocommerce]
kind = "woocommerce"
secret = "{SIGNED_WITH}"
time_zone = "UTC"
"""
AUTHORIZED = (("Authorization", f"Bearer {KEY}"),)
MAIL_FIELDS = ("email", "contact_email")
BESIDE = ("customer", "billing", "billing_address")


def address(number: int) -> str:
    """Of the customer of order `number`."""
    return f"buyer{number}@example.com"


def canonical(count: int, *, first: int = 0, lines: int = 10) -> Iterator[Post]:
    """`count` different paid orders for `POST /v1/orders`."""
    return (_canonical(number, lines) for number in range(first, first + count))


def _canonical(number: int, lines: int) -> Post:
    order = sample_order(number, lines=lines)
    order["state"] = {"payment": "paid", "fulfillment": "unfulfilled"}
    order["customer"] = {**order["customer"], "email": address(number)}
    return Post(address(number), "/v1/orders", msgspec.json.encode(order), AUTHORIZED)


def mixed(count: int, *, first: int = 0) -> Iterator[Post]:
    """Of three orders one canonical with ten lines, one of Shopify's and one of WooCommerce's real
    payloads under a number and an address of its own. All canonical where the corpora are not."""
    templates = real()
    return (
        _hook(templates, number) if templates and number % 3 else _canonical(number, 10)
        for number in range(first, first + count)
    )


@cache
def real() -> tuple[tuple[str, Json], ...]:
    """The payloads that lead to a confirmation: the source's name and the order."""
    if not CORPORA.is_dir():
        return ()
    return tuple((one.source, _decoded(one)) for one in expectations() if one.recipient)


def _decoded(one: Expected) -> Json:
    order: Json = msgspec.json.decode(one.body)
    return order


def _hook(templates: tuple[tuple[str, Json], ...], number: int) -> Post:
    """Shops take turns, so that every other hook is of the other one."""
    wanted = ("shopify", "woocommerce")[number % 3 - 1]
    of_shop = [order for source, order in templates if source == wanted]
    order = _renamed(of_shop[number // 3 % len(of_shop)], number)
    body = msgspec.json.encode(order)
    return Post(address(number), f"/hooks/{wanted}", body, tuple(_headers(wanted, number, body)))


def _renamed(order: Json, number: int) -> Json:
    fresh = copy.deepcopy(order)
    fresh["id"] = 10_000_000 + number
    for name in MAIL_FIELDS:
        if fresh.get(name):
            fresh[name] = address(number)
    for name in BESIDE:
        person = fresh.get(name)
        if isinstance(person, dict) and person.get("email"):
            person["email"] = address(number)
    return fresh


def _headers(source: str, number: int, body: bytes) -> Iterator[tuple[str, str]]:
    if source == "shopify":
        yield "X-Shopify-Topic", "orders/create"
        yield "X-Shopify-Event-Id", f"event-{number}"
        yield "X-Shopify-Hmac-SHA256", sign_shopify(body, SIGNED_WITH)
    else:
        yield "X-WC-Webhook-Topic", "order.created"
        yield "X-WC-Webhook-Delivery-ID", f"delivery-{number}"
        yield "X-WC-Webhook-Signature", sign_woocommerce(body, SIGNED_WITH)
