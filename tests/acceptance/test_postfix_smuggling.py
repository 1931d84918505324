"""S3: against a real Postfix one mail stays one mail, whatever stands in it, and has no header that
was not ours."""

import asyncio
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import msgspec
import pytest

from tests.acceptance.mails import HEADERS, an_order, copies, mails, note, statuses, until
from tests.acceptance.postfix import NEEDED, Relay, running_relay
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Refused
from twofifty.deliver.ports import Envelope
from twofifty.testing.ledger import wait_until
from twofifty.testing.load import Load, Post
from twofifty.testing.process import Start
from twofifty.testing.receiver import Receiver, running_receiver

pytestmark = NEEDED
PATIENCE = 90.0
WAYS = ["bdat=auto", "bdat=never"]
BREAKS = ("\r\n", "\n", "\r", "\r\r\n", "\n\r", "\r\n\r", "\0\r\n", "\x85", "\u2028", "\x0b")
SMUGGLED = (
    "MAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nSubject: b\r\n\r\n"
)
BODIES = [f"a{before}.{after}{SMUGGLED}.\r\nQUIT\r\n" for before, after in product(BREAKS, BREAKS)]
WRITTEN = [
    *(f"a{one}Bcc: victim@example.com{one}{one}." for one in BREAKS),
    *(f"a{one}.{one}{SMUGGLED}" for one in BREAKS),
    "=?utf-8?q?a=0D=0ABcc=3A_victim=40example=2Ecom?=",
    "a%0d%0aBcc: victim@example.com",
    '"\r\n\tBcc: <victim@example.com>',
]
ADDED = {"received", "return-path"}
"""Headers that a relay is there to add."""


class Behind(NamedTuple):
    relay: Relay
    receiver: Receiver


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    with running_receiver() as receiver, running_relay(receiver.port) as relay:
        yield Behind(relay, receiver)


async def yes() -> bool:
    return True


def names(raw: bytes) -> set[str]:
    """The header fields' names, small."""
    rows = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return {row.partition(b":")[0].decode("latin-1").lower() for row in rows if row[:1] > b" "}


def number_of(message_id: str) -> int:
    """5 of `<s5@example.com>`."""
    return int(message_id[2:].partition("@")[0])


def envelope(number: int, body: str) -> Envelope:
    head = (
        f"Message-ID: <s{number}@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
        "From: orders@example.com\r\nTo: buyer@example.com\r\nSubject: a\r\n\r\n"
    )
    data = (head + body).encode()
    return Envelope(f"s{number}", "orders@example.com", "buyer@example.com", data)


@pytest.mark.parametrize("way", WAYS)
def test_a_body_never_becomes_a_second_mail(behind: Behind, way: str) -> None:
    start = 1000 * WAYS.index(way)
    sent = [envelope(start + number, body) for number, body in enumerate(BODIES)]

    async def scenario() -> list[Envelope]:
        (route,) = parse_routes(f"smtp://127.0.0.1:{behind.relay.port}?timeout=20&{way}")
        channel = SmtpChannel(route, helo="shop.example.com")
        outcomes = [await channel.send(one, yes) for one in sent]
        await channel.close()
        assert all(isinstance(one, Accepted | Refused) for one in outcomes), outcomes
        return [one for one, how in zip(sent, outcomes, strict=True) if isinstance(how, Accepted)]

    accepted = asyncio.run(scenario())
    ledger = behind.receiver.ledger
    wanted = {f"<{one.message_id}@example.com>": one.data for one in accepted}
    assert wait_until(lambda: all(ledger.by_message_id(one) for one in wanted), PATIENCE)
    ours = [one for one in ledger if start <= number_of(one.message_id) < start + 1000]
    note(f"smuggling, {way}", {"messages": len(sent), "left": len(wanted), "arrived": len(ours)})
    assert len(ours) == len(wanted) >= 16
    assert {one.sender for one in ledger} == {"orders@example.com"}
    assert {one.recipients for one in ledger} == {("buyer@example.com",)}
    for one in ours:
        data = wanted[one.message_id]
        assert one.data.partition(b"\r\n\r\n")[2] == data.partition(b"\r\n\r\n")[2]
        assert names(one.data) - ADDED == names(data)


def nasty(number: int, text: str) -> Post:
    """An order with `text` wherever a shop's customer, or its staff, can write."""
    order = msgspec.json.decode(an_order(number, f"buyer{number}@example.com").body, type=dict)
    order["customer"]["name"] = text
    order["note"] = order["number"] = text
    order["shipping_address"] = {**order["shipping_address"], "name": text, "city": text}
    order["lines"] = [{**line, "title": text, "variant": text} for line in order["lines"]]
    order["attributes"] = {"gift": text}
    return Post(str(number), "/v1/orders", msgspec.json.encode(order), HEADERS)


def test_what_people_write_never_becomes_a_header_or_a_second_mail(start: Start) -> None:
    with running_receiver() as receiver, running_relay(receiver.port) as relay:
        service = start(TWOFIFTY_SMTP_URL=f"smtp://127.0.0.1:{relay.port}?tls=none")
        plain = nasty(0, "Kaffee")
        orders = [plain, *(nasty(1 + at, text) for at, text in enumerate(WRITTEN))]
        answered = asyncio.run(Load(service.port).run(orders))
        assert {one.status for one in answered.values()} <= {202, 400, 422}
        taken = sum(one.status == 202 for one in answered.values())
        until(
            lambda: set(statuses(mails(service))) <= {"sent", "held", "failed"},
            PATIENCE,
            lambda: mails(service),
        )
        sent = [one for one in mails(service) if one.status == "sent"]
        assert wait_until(lambda: len(receiver.ledger) >= len(sent), PATIENCE)
        arrived = list(receiver.ledger)
    (usual,) = [names(one.data) for one in arrived if one.recipients == ("buyer0@example.com",)]
    note("smuggling by what people write", {"messages": taken, "arrived": len(arrived)})
    assert len(arrived) == len(sent) >= len(WRITTEN) // 2
    assert {len(hashes) for hashes in copies(arrived).values()} == {1}
    assert all(one.recipients[0].startswith("buyer") for one in arrived)
    assert {frozenset(names(one.data)) for one in arrived} == {frozenset(usual)}
