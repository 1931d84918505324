"""Short messages are made once, in bytes that stay, and nothing leaves while it is quiet."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from twofifty.adapters.memory.channel import MemoryChannel
from twofifty.compose import mime
from twofifty.compose.alert.alert import Alert, decode
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer
from twofifty.deliver.outcome import Accepted, Deferred, Outcome
from twofifty.deliver.ports import Envelope, Leased
from twofifty.flow.alerting import Alerting, Hushed
from twofifty.flow.press import Press
from twofifty.notice.quiet import QuietHours, quiet_hours
from twofifty.order import wire
from twofifty.order.model import Address, Customer
from twofifty.order.specimen import specimen
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.channel import Journal

DAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)


def leased(**changes: Any) -> Leased:
    order = msgspec.structs.replace(
        specimen(),
        number="1001",
        time_zone="Europe/Berlin",
        shipping_address=Address(country="DE"),
        customer=Customer(phone="+4915123456789", consent={"sms": True}),
    )
    fields: dict[str, Any] = {
        "seq": 1,
        "message_id": "m_1",
        "attempt": 1,
        "kind": "confirmation",
        "recipient": "+4915123456789",
        "source": "shop",
        "order": wire.encode(order),
        "queued_at": DAY.timestamp(),
        "root": "m_0",
        "channel": "sms",
    }
    return Leased(**{**fields, **changes})


def maker(at: datetime = DAY) -> Alerting:
    press = Press(Composer(Brand(shop_name="Shop")), mime.Mailbox("Shop", "orders@example.com"))
    hours = quiet_hours("21:00-08:00")
    assert isinstance(hours, QuietHours)
    return Alerting({"": press}, {"confirmation": hours}, FrozenClock(at))


def made(item: Leased, at: datetime = DAY) -> tuple[Alert, Envelope]:
    frozen, envelope = asyncio.run(maker(at).made(item))
    assert frozen.raw == envelope.data
    return decode(frozen.raw), envelope


def sent(at: datetime) -> tuple[Outcome, Journal]:
    async def run() -> tuple[Outcome, Journal]:
        journal = Journal()
        _, envelope = await maker().made(leased())
        return await Hushed(MemoryChannel(), FrozenClock(at)).send(envelope, journal), journal

    return asyncio.run(run())


def test_a_message_says_when_it_may_be_shown() -> None:
    said, envelope = made(leased())
    assert said.text.startswith("Shop: ")
    assert (said.quiet_hours, said.time_zones) == ("21:00-08:00", ("Europe/Berlin",))
    assert (envelope.recipient, envelope.sender) == ("+4915123456789", "")


def test_the_same_order_gives_the_same_bytes_whenever_it_is_made() -> None:
    assert made(leased()) == made(leased(), NIGHT)


def test_what_was_frozen_before_is_sent_as_it_was() -> None:
    frozen, envelope = asyncio.run(maker().made(leased(raw=b'{"old": 1}', rfc_id="m_1")))
    assert (frozen.raw, envelope.data) == (b'{"old": 1}', b'{"old": 1}')


def test_a_kind_without_quiet_hours_says_none() -> None:
    said, _ = made(leased(kind="shipment"))
    assert (said.quiet_hours, said.time_zones) == ("", ())


def test_by_day_it_leaves() -> None:
    outcome, journal = sent(DAY)
    assert isinstance(outcome, Accepted)
    assert journal.asked == 1


@pytest.mark.parametrize("at", [NIGHT, datetime(2026, 11, 24, 6, 59, tzinfo=UTC)])
def test_at_night_it_waits_without_a_dot_until_the_morning(at: datetime) -> None:
    outcome, journal = sent(at)
    assert isinstance(outcome, Deferred)
    assert outcome.waiting
    assert journal.asked == 0
    morning = datetime(2026, 11, 24, 7, tzinfo=UTC)  # 08:00 in Berlin
    assert outcome.retry_after == (morning - at).total_seconds()
