"""Every kind's canary order is one that its own adapter and the policy would confirm."""

from datetime import UTC, datetime

import msgspec
import pytest

from twofifty.adapters import registry
from twofifty.flow.canary import Sample
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.signature.diagnosis import shares_secret
from twofifty.notice.policy import Owe, Rules, decide
from twofifty.notice.recipient import is_canary
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, OrderEvent
from twofifty.order.model import Order

KINDS = [kind for kind in registry.SOURCE_KINDS if registry.canary(kind) is not None]
# PayPal signs with a key of its own, and Amazon has no webhooks.
FIRST_TIER = {"shopify", "woocommerce", "stripe", "magento", "bigcommerce", "prestashop", "square"}
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NUMBER = 1_777_887_000_123
URL = "https://orders.example.com/hooks/shop"
SECRET = "5a" * 32


def made(kind: str) -> tuple[Sample, bytes]:
    found = registry.canary(kind)
    assert found is not None
    sample = msgspec.json.decode(found, type=Sample)
    return sample, sample.made(NUMBER, NOW)


def order(kind: str) -> Order:
    sample, body = made(kind)
    source = registry.source(kind)
    topic = source.topic(Hook(sample.headers, body, URL, NOW))
    read = source.read(topic, body, Stated("shop", time_zone="UTC"))
    assert not isinstance(read, Ignored), read.reason
    (event,) = read
    assert isinstance(event, OrderEvent), "an order that has to be fetched is no canary"
    return event.order


def test_the_kinds_of_the_first_tier_have_one() -> None:
    assert set(KINDS) >= FIRST_TIER


@pytest.mark.parametrize("kind", KINDS)
def test_a_canary_is_one_order_that_is_new_each_time_and_placed_now(kind: str) -> None:
    found = order(kind)
    assert str(NUMBER) in found.id
    assert found.number is None or str(NUMBER) in found.number
    assert found.placed_at is None or abs(found.placed_at - NOW).total_seconds() < 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_canary_is_confirmed_to_an_address_that_nobody_has(kind: str) -> None:
    found = order(kind)
    for rules in (Rules(), Rules(need_stock=True)):
        decision = decide(found, rules, NOW)
        assert isinstance(decision, Owe), decision
        assert is_canary(decision.recipient)
    assert not difference(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_canary_is_signed_as_the_shop_would(kind: str) -> None:
    sample, body = made(kind)
    scheme = registry.source(kind).signature
    assert shares_secret(scheme)
    signed = scheme.signed(body, SECRET, url=URL, at=NOW)
    hook = Hook({**sample.headers, **signed}, body, URL, NOW)
    assert scheme.verified(hook, Trust((SECRET,))) is True
    assert scheme.verified(hook, Trust(("00" * 32,))) is False
