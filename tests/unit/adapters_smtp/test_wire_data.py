"""What arrives is what was sent: dot-stuffing, line ends, smuggling, addresses."""

import asyncio

import pytest
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Received
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters_smtp.scripted import ehlo, receiver
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope, send_one
from twofifty.adapters.smtp.body import dot_stuffed, is_clean
from twofifty.deliver.outcome import Accepted, Refused
from twofifty.deliver.ports import Envelope

LINES = st.lists(
    st.text(st.sampled_from(". \tabc=-\x01\x0b\x1c\x85é"), max_size=12), min_size=1, max_size=12
)


class Kept:
    """An aiosmtpd handler that keeps the content it was given."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, got: Received) -> str:  # noqa: N802
        content = got.original_content
        assert content is not None
        self.contents.append(content)
        return "250 2.0.0 ok"


def deliver(bodies: list[bytes]) -> list[bytes]:
    """Sends each through a real server (aiosmtpd); what it got."""
    kept = Kept()

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(kept, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
        one = channel(server.sockets[0].getsockname()[1], "&timeout=5")
        for body in bodies:
            outcome = await one.send(envelope(body), Journal())
            assert isinstance(outcome, Accepted), outcome
        await one.close()
        server.close()

    asyncio.run(scenario())
    return kept.contents


@settings(max_examples=25, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_a_real_server_sees_the_very_bytes(mails: list[list[str]]) -> None:
    bodies = [
        b"Subject: x\r\n\r\n" + "".join(f"{line}\r\n" for line in lines).encode() for lines in mails
    ]
    assert deliver(bodies) == bodies


def test_an_end_of_data_inside_a_body_stays_inside() -> None:
    smuggled = (
        b"Subject: a\r\n\r\n.\r\n..\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\n"
        b"RCPT TO:<victim@example.com>\r\nDATA\r\nSubject: b\r\n\r\n.\r\nQUIT\r\n"
    )
    assert deliver([smuggled, DATA]) == [smuggled, DATA]


@given(LINES)
def test_unstuffing_undoes_stuffing(lines: list[str]) -> None:
    data = "".join(f"{line}\r\n" for line in lines).encode()
    stuffed = dot_stuffed(data)
    assert b"\r\n.\r\n" not in b"\r\n" + stuffed
    unstuffed = [line[1:] if line.startswith(b".") else line for line in stuffed.split(b"\r\n")]
    assert b"\r\n".join(unstuffed) == data


@given(st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b"a", b".", b"\x85", b"\x0c"]), max_size=9))
def test_clean_is_what_the_three_counts_say(parts: list[bytes]) -> None:
    data = b"".join(parts)
    pairs, ends = data.count(b"\r\n"), data.endswith(b"\r\n")
    assert is_clean(data) == (ends and data.count(b"\r") == data.count(b"\n") == pairs)


@pytest.mark.parametrize(
    "bad",
    [
        b"Subject: a\r\n\r\nb\n.\r\nMAIL FROM:<evil@example.com>\r\n",
        b"Subject: a\r\n\r\nb\r.\r\n",
        b"Subject: a\r\n\r\nb\r\n.\r",
        b"Subject: a\r\n\r\nb\r\n\r.\r\n",
        b"Subject: a\r\n\r\nno end",
        b"Subject: a\r\n\r\nb\x00\r\n",
        b"",
    ],
)
def test_no_stray_cr_or_lf_and_no_nul_ever_reaches_the_wire(bad: bytes) -> None:
    async def scenario() -> None:
        async with receiver() as server:
            outcome = await send_one(server, data=bad)
            assert isinstance(outcome, Refused)
            assert outcome.about == "message"
            assert server.verbs == ["EHLO", "QUIT"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a@example.com> SIZE=1",
        "a b@example.com",
        "no-at-sign",
        "a@exa\nmple.com",
        "a@example.com\x00",
        "x" * 2000 + "@example.com",
        "",
    ],
)
def test_an_address_never_ends_the_command_early(address: str) -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server)
            as_recipient = await one.send(envelope(recipient=address), Journal())
            assert isinstance(as_recipient, Refused)
            assert (as_recipient.phase, as_recipient.about) == ("rcpt", "recipient")
            if address:
                by_sender = Envelope("x@example.com", address, "buyer@example.com", DATA)
                as_sender = await one.send(by_sender, Journal())
                assert isinstance(as_sender, Refused)
                assert as_sender.about == "sender"
            await one.close()
            assert server.verbs == ["EHLO", "QUIT"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "address", ['"a b\\"<>"@example.com', "a@[127.0.0.1]", "o'x+y@example.com"]
)
def test_odd_but_right_addresses_are_sent_as_they_are(address: str) -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(recipient=address), Journal()), Accepted)
            assert f"RCPT TO:<{address}>" in server.lines
            await one.close()

    asyncio.run(scenario())


def test_the_null_reverse_path_is_sent_as_such() -> None:
    async def scenario() -> None:
        async with receiver({"EHLO": ehlo("SIZE 10000")}) as server:
            one = channel(server)
            bounce = Envelope("x@example.com", "", "buyer@example.com", DATA)
            assert isinstance(await one.send(bounce, Journal()), Accepted)
            assert f"MAIL FROM:<> SIZE={len(DATA)}" in server.lines
            await one.close()

    asyncio.run(scenario())


def test_a_message_over_the_servers_limit_is_refused_before_it_is_sent() -> None:
    async def scenario() -> None:
        async with receiver({"EHLO": ehlo("SIZE 20")}) as server:
            outcome = await send_one(server)
            assert isinstance(outcome, Refused)
            assert outcome.about == "message"
            assert "MAIL" not in server.verbs

    asyncio.run(scenario())


def test_eight_bit_text_needs_a_server_that_takes_it() -> None:
    data = b"Subject: x\r\n\r\n\xc3\xa9\r\n"

    async def scenario() -> None:
        async with receiver({"EHLO": ehlo("8BITMIME")}) as server:
            assert isinstance(await send_one(server, data=data), Accepted)
            assert "MAIL FROM:<orders@example.com> BODY=8BITMIME" in server.lines
        async with receiver({"EHLO": ehlo("HELP")}) as server:
            outcome = await send_one(server, data=data)
            assert isinstance(outcome, Refused)
            assert outcome.about == "message"

    asyncio.run(scenario())


def test_an_international_address_needs_smtputf8() -> None:
    async def scenario() -> None:
        async with receiver({"EHLO": ehlo("8BITMIME", "SMTPUTF8")}) as server:
            one = channel(server)
            outcome = await one.send(envelope(recipient="jörg@example.com"), Journal())
            assert isinstance(outcome, Accepted)
            assert "MAIL FROM:<orders@example.com> SMTPUTF8" in server.lines
            await one.close()
        async with receiver() as server:
            one = channel(server)
            outcome = await one.send(envelope(recipient="jörg@example.com"), Journal())
            assert isinstance(outcome, Refused)
            assert outcome.about == "recipient"
            await one.close()

    asyncio.run(scenario())


def test_a_header_in_utf8_needs_smtputf8() -> None:
    data = "Subject: ä\r\n\r\nx\r\n".encode()

    async def scenario() -> None:
        async with receiver() as server:
            outcome = await send_one(server, data=data)
            assert isinstance(outcome, Refused)
            assert outcome.about == "message"

    asyncio.run(scenario())
