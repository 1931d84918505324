"""One message stays one message: every form of line end that a parser has been fooled with, before
two independent servers and over both ways of handing a message over."""

import asyncio
from itertools import product

import pytest
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Received
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.deliver.outcome import Accepted, Outcome, Refused
from twofifty.testing.receiver import Offer, Receiver

HEAD = b"From: orders@example.com\r\nSubject: Order 1001\r\n\r\n"
SMUGGLED = (
    b"MAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nSubject: b\r\n\r\n"
)
BREAKS = (
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\r\n",
    b"\n\r",
    b"\r\n\r",
    b"\x00\r\n",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
)
ENDS = [before + b"." + after for before, after in product(BREAKS, BREAKS)]
STRAY = [end for end in ENDS if set(end.replace(b"\r\n", b"")) & set(b"\r\n\0")]
SERVERS = ["aiosmtpd", "DATA", "BDAT"]


class Kept:
    """An aiosmtpd handler that keeps whose mail it was given, and its content."""

    def __init__(self) -> None:
        self.senders: list[str] = []
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, got: Received) -> str:  # noqa: N802
        self.senders.append(got.mail_from or "")
        self.contents.append(got.original_content or b"")
        return "250 2.0.0 ok"


async def to_aiosmtpd(body: bytes) -> tuple[Outcome, list[bytes]]:
    kept, loop = Kept(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(kept, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    one = channel(server.sockets[0].getsockname()[1], "&timeout=5")
    outcome = await one.send(envelope(body), Journal())
    last = await one.send(envelope(), Journal())
    await one.close()
    server.close()
    assert isinstance(last, Accepted)
    assert set(kept.senders) == {"orders@example.com"}
    return outcome, kept.contents[:-1]


async def to_ours(body: bytes, chunking: bool) -> tuple[Outcome, list[bytes]]:
    async with Receiver(offer=Offer(chunking=chunking)) as server:
        one = channel(server.port, "&timeout=5")
        outcome = await one.send(envelope(body), Journal())
        assert isinstance(await one.send(envelope(), Journal()), Accepted)
        await one.close()
        assert {taken.sender for taken in server.ledger} == {"orders@example.com"}
        return outcome, [taken.data for taken in server.ledger][:-1]


def delivered(server: str, body: bytes) -> tuple[Outcome, list[bytes]]:
    """What became of it, and what the server took; an ordinary mail went after it and arrived."""
    sending = to_aiosmtpd(body) if server == "aiosmtpd" else to_ours(body, server == "BDAT")
    return asyncio.run(sending)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("end", STRAY)
def test_a_stray_cr_or_lf_or_a_nul_around_a_dot_never_leaves(server: str, end: bytes) -> None:
    outcome, taken = delivered(server, HEAD + b"a" + end + SMUGGLED + b"x\r\n")
    assert isinstance(outcome, Refused)
    assert (outcome.about, taken) == ("message", [])


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("end", [end for end in ENDS if end not in STRAY])
def test_an_end_of_data_that_is_content_stays_content(server: str, end: bytes) -> None:
    body = HEAD + b"a" + end + SMUGGLED + b".\r\nQUIT\r\n"
    outcome, taken = delivered(server, body)
    assert isinstance(outcome, Accepted)
    assert taken == [body]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*BREAKS, b".", b"..", b"a", b"BDAT 9 LAST", b"QUIT"]), max_size=14)
)
def test_whatever_is_written_is_one_message_or_none(parts: list[bytes]) -> None:
    body = HEAD + b"".join(parts) + b"\r\n"
    clean = body.replace(b"\r\n", b"")
    strays = bool(set(clean) & set(b"\r\n\0"))
    for server in SERVERS:
        outcome, taken = delivered(server, body)
        assert isinstance(outcome, Refused) == strays
        assert taken == ([] if strays else [body])


def test_the_ordinary_mail_of_these_tests_is_clean() -> None:
    assert isinstance(delivered("BDAT", DATA)[0], Accepted)
