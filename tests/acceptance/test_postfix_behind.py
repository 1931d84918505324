"""Against a real Postfix with its checks on pipelining on: mails that follow each other closely on
one connection, with a refused one among them."""

import asyncio

import pytest

from tests.acceptance.postfix import NEEDED, running_relay
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Outcome, Refused
from twofifty.deliver.ports import Envelope
from twofifty.testing.ledger import wait_until
from twofifty.testing.receiver import running_receiver

pytestmark = NEEDED
REFUSING = (
    "smtpd_recipient_restrictions = check_recipient_access"
    " inline:{ {refused@example.com = REJECT} }, permit_mynetworks, reject\n"
)
COUNT = 40
REFUSED = frozenset({7, 8, 23})


def mail(number: int) -> Envelope:
    to = "refused@example.com" if number in REFUSED else "buyer@example.com"
    head = (
        f"Message-ID: <{number}@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
        f"From: orders@example.com\r\nTo: {to}\r\nSubject: Order\r\n\r\n"
    )
    text = b".\r\nMAIL FROM:<evil@example.com>\r\nThank you for your order.\r\n" * 50
    return Envelope(f"{number}", "orders@example.com", to, head.encode() + text)


async def yes() -> bool:
    return True


async def all_at_once(port: int, options: str) -> list[Outcome]:
    (route,) = parse_routes(f"smtp://127.0.0.1:{port}?timeout=20&connections=1&{options}")
    channel = SmtpChannel(route, helo="shop.example.com")
    found = await asyncio.gather(*(channel.send(mail(i), yes) for i in range(COUNT)))
    await channel.close()
    return found


@pytest.mark.parametrize("way", ["bdat=never", "bdat=auto"])
def test_each_is_answered_for_itself_and_arrives_once_and_whole(way: str) -> None:
    with running_receiver() as receiver, running_relay(receiver.port, REFUSING) as relay:
        found = asyncio.run(all_at_once(relay.port, way))
        kinds = {number: type(outcome) for number, outcome in enumerate(found)}
        wanted = {number: Refused if number in REFUSED else Accepted for number in range(COUNT)}
        assert kinds == wanted, found
        assert wait_until(lambda: len(receiver.ledger) >= COUNT - len(REFUSED), 30.0)
        for number in set(range(COUNT)) - REFUSED:
            [taken] = receiver.ledger.by_message_id(f"{number}@example.com")
            assert taken.data.endswith(mail(number).data)
        assert {taken.sender for taken in receiver.ledger} == {"orders@example.com"}
