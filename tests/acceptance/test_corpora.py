"""The main job on real input: every Shopify and WooCommerce order of the corpora goes in by HTTP,
twice and shuffled, and comes out as one correct confirmation at an SMTP server, or has a reason."""

import asyncio
import html
import json
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.payloads import CORPORA, Expected, expectations
from twofifty.testing.law import settled
from twofifty.testing.load import Answered, Load, Post
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sign_shopify, sign_woocommerce

SECRET = "a secret for signatures"
CONFIG = f"""
[sources.shopify]
kind = "shopify"
secret = "{SECRET}"

[sources.woocommerce]
kind = "woocommerce"
secret = "{SECRET}"
time_zone = "UTC"
"""

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"the corpora of real payloads are not here ({CORPORA})"
)


def posts(orders: list[Expected], times: int) -> list[Post]:
    """Each order `times` times as its platform would send it, in random order."""
    made = [_post(order, again) for order in orders for again in range(times)]
    random.Random(250).shuffle(made)
    return made


def _post(order: Expected, again: int) -> Post:
    if order.source == "shopify":
        headers = (
            ("X-Shopify-Topic", "orders/create"),
            ("X-Shopify-Event-Id", f"event-{order.order_id}"),
            ("X-Shopify-Hmac-SHA256", sign_shopify(order.body, SECRET)),
        )
    else:
        headers = (
            ("X-WC-Webhook-Topic", "order.created"),
            ("X-WC-Webhook-Delivery-ID", f"delivery-{order.order_id}"),
            ("X-WC-Webhook-Signature", sign_woocommerce(order.body, SECRET)),
        )
    return Post(f"{order.order_id}/{again}", f"/hooks/{order.source}", order.body, headers)


@pytest.fixture(scope="module")
def orders() -> list[Expected]:
    return expectations()


def replay(service: ServiceProcess, orders: list[Expected]) -> dict[str, Answered]:
    return asyncio.run(Load(service.port, connections=8).run(posts(orders, 2)))


def test_every_order_of_the_corpora_is_confirmed_once_and_correctly_or_has_a_reason(
    start: Start, tmp_path: Path, orders: list[Expected]
) -> None:
    assert len(orders) >= 100
    assert sum(order.recipient is not None for order in orders) >= 60
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, config=CONFIG, TWOFIFTY_RECIPIENT_PER_HOUR="0")
        answered = replay(service, orders)
        settled(service)
        mails = by_message(receiver)
        with service.client() as client:
            told = {
                (order.source, order.order_id): client.get(
                    f"/v1/orders/{order.source}/{order.order_id}"
                ).json()
                for order in orders
            }

    assert {one.status for one in answered.values()} == {200}
    assert sum(json.loads(one.body)["duplicate"] for one in answered.values()) == len(orders)
    wrong = [
        fault
        for order in orders
        if (fault := what_is_wrong(order, told[order.source, order.order_id], mails))
    ]
    assert wrong == []
    assert {identity for shown in told.values() for identity in sent(shown)} == mails.keys()


def what_is_wrong(
    order: Expected, shown: dict[str, Any], mails: dict[str, EmailMessage]
) -> str | None:
    """Why an order was not treated as a plain reading of its payload expects, or None."""
    found = [mails[identity] for identity in sent(shown)]
    name = f"{order.source} {order.order_id} ({shown['plan']}, {shown.get('reason')})"
    if order.recipient is None:
        if found:
            return f"{name}: a mail that nobody expects"
        return None if shown.get("reason") else f"{name}: no mail and no reason"
    if len(found) != 1:
        return f"{name}: {len(found)} mails"
    faults = [fault for check in CHECKS for fault in check(found[0], order)]
    return f"{name}: {'; '.join(faults)}" if faults else None


def sent(shown: dict[str, Any]) -> list[str]:
    """The ids of an order's messages that were sent."""
    return [message["id"] for message in shown["messages"] if message["status"] == "sent"]


def by_message(receiver: ReceiverProcess) -> dict[str, EmailMessage]:
    """The mails taken, by the message that they say they are; no message twice."""
    mails: dict[str, EmailMessage] = {}
    for taken in receiver.mails():
        mail = message_from_bytes(taken, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        assert not mail.defects
        identity = str(mail["X-Twofifty-ID"])
        assert identity not in mails
        mails[identity] = mail
    return mails


def check_recipient(mail: EmailMessage, order: Expected) -> Iterator[str]:
    """To whom."""
    if str(mail["To"]).lower() != (order.recipient or "").lower():
        yield f"to {mail['To']} instead of {order.recipient}"


def check_markup(mail: EmailMessage, order: Expected) -> Iterator[str]:
    """Total, currency and number of lines as programs read them."""
    found = re.search(r'ld\+json">(.*?)</script>', part(mail, "html"), re.DOTALL)
    markup = json.loads(found[1]) if found else {}
    stated = (markup["priceCurrency"], Decimal(str(markup["price"])))
    if stated != (order.currency, order.total):
        yield f"{stated} instead of {order.currency} {order.total}"
    if len(markup["acceptedOffer"]) != min(len(order.titles), 25):
        yield f"{len(markup['acceptedOffer'])} lines instead of {len(order.titles)}"


def check_parts(mail: EmailMessage, order: Expected) -> Iterator[str]:
    """Total and every line as people read them, in HTML and in text."""
    digits = re.sub(r"\D", "", f"{order.total:f}").lstrip("0") or "0"
    for kind in ("html", "plain"):
        shown = plain(part(mail, kind))
        if digits not in re.sub(r"[.,]", "", shown):
            yield f"{order.total} is not in the {kind} part"
        yield from (
            f"{title!r} is not in the {kind} part"
            for title in order.titles
            if plain(title)[:60] not in shown
        )


CHECKS = (check_recipient, check_markup, check_parts)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


def plain(text: str) -> str:
    """Text without markup, entities, wrapping and odd spaces."""
    bare = html.unescape(html.unescape(re.sub(r"<[^>]*>", "", text)))
    return re.sub(r"\s+", "", bare)
