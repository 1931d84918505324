"""Against a real Postfix as an own relay, with its checks on pipelining on: every way of handing a
message over, the very bytes at the far end, reports, and its log asked about doubts."""

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.acceptance.postfix import NEEDED, Relay, running_relay
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.relay_log import RelayLog
from twofifty.adapters.smtp.url import parse_routes
from twofifty.clock import SystemClock
from twofifty.deliver.outcome import Accepted, InDoubt, Outcome
from twofifty.deliver.ports import Envelope
from twofifty.testing.ledger import wait_until
from twofifty.testing.moment import PROCEED, Action, Moment
from twofifty.testing.receiver import Offer, Receiver, running_receiver

pytestmark = NEEDED
LINES = b"Thank you for your order.\r\n.\r\n..\r\n.dot\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\n"
WAYS = ["bdat=auto", "bdat=never", "bdat=auto&dsn=on", "bdat=never&dsn=off"]


class Behind(NamedTuple):
    """The relay, the receiver that it delivers to, and what that was told in RCPT."""

    relay: Relay
    receiver: Receiver
    moments: list[Moment]


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    moments: list[Moment] = []

    def noting(moment: Moment) -> Action:
        moments.append(moment)
        return PROCEED

    with (
        running_receiver(noting, offer=Offer(dsn=True)) as receiver,
        running_relay(receiver.port) as relay,
    ):
        yield Behind(relay, receiver, moments)


async def yes() -> bool:
    return True


def mail(name: str, lines: bytes = LINES) -> Envelope:
    head = (
        f"Message-ID: <{name}@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
        "From: orders@example.com\r\nTo: a+b@example.com\r\nSubject: Order\r\n\r\n"
    )
    return Envelope(name, "orders@example.com", "a+b@example.com", head.encode() + lines)


def send(port: int, options: str, *mails: Envelope) -> list[Outcome]:
    async def scenario() -> list[Outcome]:
        (route,) = parse_routes(f"smtp://127.0.0.1:{port}?timeout=20&{options}")
        channel = SmtpChannel(route, helo="shop.example.com")
        outcomes = [await channel.send(one, yes) for one in mails]
        await channel.close()
        return outcomes

    return asyncio.run(scenario())


@pytest.mark.parametrize("way", WAYS)
def test_every_mail_arrives_once_and_whole(behind: Behind, way: str) -> None:
    name = way.replace("=", "-").replace("&", "-")
    mails = [mail(f"{name}-{n}", LINES * (1 + n * 40)) for n in range(6)]
    outcomes = send(behind.relay.port, way, *mails)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes), outcomes
    ledger = behind.receiver.ledger
    ids = [f"{one.message_id}@example.com" for one in mails]
    assert wait_until(lambda: all(ledger.by_message_id(one) for one in ids), 30.0)
    for one in mails:
        [taken] = ledger.by_message_id(f"{one.message_id}@example.com")
        assert taken.data.endswith(one.data)
    assert {taken.sender for taken in ledger} == {"orders@example.com"}


def test_reports_are_asked_for_across_the_relay(behind: Behind) -> None:
    send(behind.relay.port, "dsn=on", mail("reports-1"))
    ledger = behind.receiver.ledger
    assert wait_until(lambda: bool(ledger.by_message_id("reports-1@example.com")), 30.0)
    at_mail = [one.parameters for one in behind.moments if "ENVID=reports-1" in one.parameters]
    at_rcpt = [one.parameters for one in behind.moments if one.phase == "rcpt"]
    assert at_mail
    assert "RET=HDRS" in at_mail[0]
    assert set(at_rcpt[-1].split()) == {
        "NOTIFY=SUCCESS,FAILURE,DELAY",
        "ORCPT=rfc822;a+2Bb@example.com",
    }


def through_a_bad_line(port: int, one: Envelope, cut: Callable[[bytes, bytes], bool]) -> Outcome:
    """Sends over a line that goes dead once `cut` says so of what has come from either side; the
    bytes that made it say so are not passed on."""

    async def scenario() -> Outcome:
        async def both_ways(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            inner, outer = await asyncio.open_connection("127.0.0.1", port)
            said = {"client": b"", "server": b""}

            async def pump(
                who: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter
            ) -> None:
                while data := await source.read(65_536):
                    said[who] += data
                    if cut(said["client"], said["server"]):
                        outer.transport.abort()
                        writer.transport.abort()
                        return
                    sink.write(data)

            await asyncio.gather(pump("client", reader, outer), pump("server", inner, writer))
            outer.close()
            writer.close()

        server = await asyncio.start_server(both_ways, "127.0.0.1", 0)
        (route,) = parse_routes(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?timeout=20")
        channel = SmtpChannel(route, helo="shop.example.com")
        outcome = await channel.send(one, yes)
        await channel.close()
        server.close()
        return outcome

    return asyncio.run(scenario())


def test_a_doubt_that_was_taken_is_found_in_the_log(behind: Behind) -> None:
    outcome = through_a_bad_line(
        behind.relay.port, mail("doubt-taken"), lambda client, server: b"queued as" in server
    )
    assert isinstance(outcome, InDoubt)
    log = RelayLog(behind.relay.log, 900.0, SystemClock())

    def found() -> bool:
        return asyncio.run(log.accepted("doubt-taken@example.com")) is True

    assert wait_until(found, 20.0)


def test_a_doubt_that_was_not_taken_is_surely_not_in_the_log(behind: Behind) -> None:
    """The relay has read the header, and logged its id, before the line went dead."""
    outcome = through_a_bad_line(
        behind.relay.port,
        mail("doubt-lost", LINES * 2000),
        lambda client, server: b" LAST\r\n" in client,
    )
    assert isinstance(outcome, InDoubt)
    impatient = RelayLog(behind.relay.log, 1.0, SystemClock())
    patient = RelayLog(behind.relay.log, 900.0, SystemClock())

    def surely_not() -> bool:
        send(behind.relay.port, "dsn=off", mail("noise"))
        return asyncio.run(impatient.accepted("doubt-lost@example.com")) is False

    assert wait_until(surely_not, 30.0)
    assert "message-id=<doubt-lost@example.com>" in behind.relay.log.read_text()
    assert asyncio.run(patient.accepted("doubt-lost@example.com")) is None
