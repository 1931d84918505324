"""Who is told by which channel, and when: never without consent, never at night, each channel once,
and it ends."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.flow.reach import Escalate, GiveUp, Policy, decide
from twofifty.flow.zones import zones_of
from twofifty.notice.consent import ASKED, consented
from twofifty.notice.contact import Contact, contact
from twofifty.notice.quiet import is_quiet, quiet_hours
from twofifty.notice.reach import ReachRule
from twofifty.order.model import Address, Customer, Order
from twofifty.order.specimen import specimen

NIGHT = quiet_hours("21:00-08:00")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
EVERY = ("sms", "push", "webhook")
TOKEN = "app-token:" + "x" * 140


def policy(channels: Sequence[str] = EVERY, **changes: Any) -> Policy:
    rule = ReachRule("confirmation", tuple(channels), timedelta(minutes=30))
    fields: dict[str, Any] = {"rule": rule, "gateways": frozenset(EVERY), "quiet": NIGHT}
    return Policy(**{**fields, **changes})


def order(**changes: Any) -> Order:
    fields: dict[str, Any] = {
        "customer": Customer(
            id="5001",
            email="anna@example.com",
            phone="+4915123456789",
            consent={"sms": True, "push": True},
        ),
        "shipping_address": Address(country="DE"),
        "billing_address": None,
        "time_zone": "Europe/Berlin",
        "attributes": {"push_subscription": TOKEN},
    }
    return msgspec.structs.replace(specimen(), **{**fields, **changes})


def test_the_first_channel_of_the_rule_is_tried_first() -> None:
    assert decide(order(), ["email"], policy(), NOON) == Escalate("sms", "+4915123456789", NOON)
    turned = policy(["push", "sms"])
    assert decide(order(), ["email"], turned, NOON) == Escalate("push", TOKEN, NOON)


def test_what_was_tried_is_not_tried_again() -> None:
    assert decide(order(), ["email", "sms"], policy(), NOON) == Escalate("push", TOKEN, NOON)
    assert decide(order(), ["email", *EVERY], policy(), NOON) == GiveUp("every channel was tried")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"customer": Customer(phone="+4915123456789")}, "the customer did not agree to it"),
        ({"customer": Customer(consent={"sms": True})}, "there is no telephone number"),
        (
            {"customer": Customer(phone="030 123456", consent={"sms": True})},
            "the telephone number cannot receive messages",
        ),
    ],
)
def test_why_nobody_is_told_is_on_record(changes: dict[str, Any], reason: str) -> None:
    found = decide(order(**changes), ["email"], policy(["sms"]), NOON)
    assert found == GiveUp(f"sms: {reason}")


def test_a_channel_without_a_gateway_is_passed_over() -> None:
    some = policy(gateways=frozenset({"webhook"}))
    assert decide(order(), ["email"], some, NOON) == Escalate("webhook", "5001", NOON)
    none = policy(["sms"], gateways=frozenset())
    assert decide(order(), ["email"], none, NOON) == GiveUp("sms: no gateway is set for it")


def test_at_night_it_waits_for_the_customers_morning() -> None:
    found = decide(order(), ["email"], policy(), MIDNIGHT)
    assert isinstance(found, Escalate)
    assert found.run_at == datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Berlin


def test_the_shops_time_zone_wakes_nobody_abroad() -> None:
    customer = Customer(phone="+81 90-1234-5678", consent={"sms": True})
    abroad = order(customer=customer, shipping_address=Address(country="JP"))
    found = decide(abroad, ["email"], policy(), datetime(2026, 11, 22, 15, tzinfo=UTC))
    assert isinstance(found, Escalate)
    assert found.run_at == datetime(2026, 11, 22, 23, tzinfo=UTC)  # 08:00 in Tokyo


def test_an_order_that_says_no_zone_has_that_of_its_source() -> None:
    bare = order(time_zone=None, shipping_address=None, customer=Customer(id="1"))
    zones = {"": "Europe/Berlin", bare.source: "America/New_York"}
    at = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 22:00 in New York
    found = decide(bare, ["email"], policy(["webhook"], time_zones=zones), at)
    assert isinstance(found, Escalate)
    assert found.run_at == datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_without_quiet_hours_nothing_waits() -> None:
    found = decide(order(), ["email"], policy(quiet=None), MIDNIGHT)
    assert found == Escalate("sms", "+4915123456789", MIDNIGHT)


def test_a_canary_is_never_told() -> None:
    canary = order(customer=Customer(email="x@canary.invalid", phone="+4915123456789"))
    assert isinstance(decide(canary, ["email"], policy(["webhook"]), NOON), GiveUp)


consents = st.dictionaries(st.sampled_from([*EVERY, "marketing"]), st.booleans())
ticks = st.dictionaries(
    st.sampled_from(["sms_consent", "push_consent"]), st.sampled_from(["yes", "no", "", "1"])
)
phones = st.sampled_from(
    [None, "", "0151 23456789", "+33612345678", "030 1234", "+81 90-1234-5678"]
)
pushes = st.sampled_from(["", TOKEN, '{"endpoint": "x"}', "?"])
countries = st.sampled_from([None, "DE", "US", "JP", "XX"])
named = st.sampled_from([None, "Europe/Berlin", "America/New_York", "Nowhere/Land", "+02:00"])


@st.composite
def orders(draw: st.DrawFn) -> Order:
    customer = Customer(
        id=draw(st.sampled_from([None, "77"])), phone=draw(phones), consent=draw(consents)
    )
    attributes = {**draw(ticks), "push_subscription": draw(pushes)}
    address = Address(country=draw(countries))
    return order(
        customer=customer,
        attributes=attributes,
        shipping_address=address,
        time_zone=draw(named),
    )


moments = st.integers(1_700_000_000, 1_900_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
rules = st.permutations(EVERY).flatmap(lambda all_: st.integers(1, 3).map(lambda n: all_[:n]))


@given(orders(), rules, moments)
def test_nobody_is_told_without_consent_or_at_night(
    one: Order, channels: list[str], now: datetime
) -> None:
    found = decide(one, ["email"], policy(channels), now)
    if isinstance(found, Escalate):
        assert consented(one, found.channel)
        if found.channel in ASKED:
            ticked = one.attributes.get(f"{found.channel}_consent")
            assert one.customer.consent.get(found.channel) or ticked in ("yes", "1")
        whose = contact(one, found.channel)
        assert isinstance(whose, Contact)
        zones = zones_of(one, whose.country, "")
        assert NIGHT is not None
        assert not any(is_quiet(found.run_at, NIGHT, zone) for zone in zones)
        assert found.run_at >= now


@given(orders(), rules, moments)
def test_each_channel_is_tried_once_and_then_it_ends(
    one: Order, channels: list[str], now: datetime
) -> None:
    tried = ["email"]
    for _ in range(len(EVERY) + 1):
        found = decide(one, tried, policy(channels), now)
        if isinstance(found, GiveUp):
            assert found.reason
            break
        assert found.channel not in tried
        assert found.channel in channels
        tried.append(found.channel)
    else:
        raise AssertionError("it never ends")


@given(orders(), rules, moments)
def test_the_same_order_is_decided_the_same(one: Order, channels: list[str], at: datetime) -> None:
    assert decide(one, ["email"], policy(channels), at) == decide(
        one, ["email"], policy(channels), at
    )


@pytest.mark.parametrize(
    ("stated", "country", "default", "zones"),
    [
        ("Europe/Berlin", "DE", "", {"Europe/Berlin"}),
        ("Europe/Berlin", None, "", {"Europe/Berlin"}),
        (None, None, "Asia/Tokyo", {"Asia/Tokyo"}),
        (None, "XX", "", {"UTC"}),
        ("Nowhere/Land", None, "", {"UTC"}),
        ("Europe/Berlin", "FR", "", {"Europe/Paris"}),
        (None, "DE", "America/New_York", {"Europe/Berlin", "Europe/Busingen"}),
        ("America/Denver", "US", "", {"America/Denver"}),
    ],
)
def test_a_zone_counts_where_it_can_be_the_customers(
    stated: str | None, country: str | None, default: str, zones: set[str]
) -> None:
    found = zones_of(order(time_zone=stated), country, default)
    assert {zone.key for zone in found} == zones


def test_a_large_country_has_all_its_zones_where_none_is_stated() -> None:
    found = {zone.key for zone in zones_of(order(time_zone="Europe/Berlin"), "US", "")}
    assert {"America/New_York", "Pacific/Honolulu"} <= found
    assert all(ZoneInfo(name) for name in found)
