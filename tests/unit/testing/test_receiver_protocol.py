"""What a plain session is like: order, limits, extensions, message boundaries."""

import asyncio
import base64
import smtplib
from email.message import EmailMessage

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.testing.bare import Dial, Walk, client, message
from twofifty.testing.receiver import Offer, Receiver, running_receiver
from twofifty.testing.receiver.content import ChunkReader, DotReader

GREETING = b"EHLO client.example.test"


def test_the_offer_is_what_ehlo_says(dial: Dial) -> None:
    with running_receiver(offer=Offer(chunking=True, max_size=1000)) as receiver:
        line = dial(receiver)
        line.reply()
        words = {row[4:] for row in line.ask(GREETING).decode().split("\r\n")}
    assert {"PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "SIZE 1000"} <= words
    assert not {"STARTTLS", "AUTH PLAIN LOGIN"} & words


def test_chunking_is_off_unless_asked_for(dial: Dial) -> None:
    with running_receiver() as receiver:
        line = dial(receiver)
        line.reply()
        assert b"CHUNKING" not in line.ask(GREETING)
        assert line.ask(b"BDAT 3 LAST").startswith(b"500 ")


def test_a_pipelined_session_in_one_piece_is_answered_in_order(dial: Dial) -> None:
    piece = b"\r\n".join(
        [
            GREETING,
            b"MAIL FROM:<a@example.test> SIZE=10 BODY=8BITMIME",
            b"RCPT TO:<b@example.test>",
            b"DATA",
            b"one",
            b".",
            b"MAIL FROM:<>",
            b"RCPT TO:<c@example.test>",
            b"DATA",
            b".",
            b"QUIT",
            b"",
        ]
    )
    with running_receiver() as receiver:
        line = dial(receiver)
        line.socket.sendall(piece)
        codes = [line.reply()[:3] for _ in range(11)]
        assert line.ended()
    assert codes == b"220 250 250 250 354 250 250 250 354 250 221".split()
    assert [(t.sender, t.recipients, t.data) for t in receiver.ledger] == [
        ("a@example.test", ("b@example.test",), b"one\r\n"),
        ("", ("c@example.test",), b""),
    ]


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ([b"MAIL FROM:<a@example.test>"], b"503"),
        ([GREETING, b"RCPT TO:<a@example.test>"], b"503"),
        ([GREETING, b"DATA"], b"503"),
        ([GREETING, b"MAIL FROM:<a@example.test>", b"MAIL FROM:<a@example.test>"], b"503"),
        ([GREETING, b"MAIL FROM:<a@example.test>", b"DATA"], b"503"),
        ([GREETING, b"MAIL TO:<a@example.test>"], b"501"),
        ([GREETING, b"MAIL FROM:a@example.test"], b"501"),
        ([GREETING, b"MAIL FROM:<a@example.test> NONSENSE=1"], b"555"),
        ([GREETING, b"MAIL FROM:<a@example.test> BODY=BINARYMIME"], b"501"),
        ([GREETING, b"MAIL FROM:<a@example.test> SIZE=99999999999"], b"552"),
        ([GREETING, "MAIL FROM:<ä@example.test>".encode()], b"553"),
        ([GREETING, b"MAIL FROM:<a@example.test>", b"RCPT TO:<>"], b"501"),
        ([GREETING, b"MAIL FROM:<a@example.test>", b"RCPT TO:<b@example.test> X=1"], b"555"),
        ([GREETING, b"MAIL FROM:<a@example.test>", "RCPT TO:<ä@example.test>".encode()], b"553"),
        ([b"EHLO"], b"501"),
        ([b"HELO client.example.test"], b"250"),
        ([b"VRFY a"], b"252"),
        ([b"STARTTLS"], b"500"),
        ([b"AUTH PLAIN AAA="], b"500"),
        ([b"NOOP\nNOOP"], b"500"),
        ([b"HOW ARE YOU"], b"500"),
    ],
)
def test_a_client_that_breaks_the_protocol_is_told_so(
    dial: Dial, commands: list[bytes], code: bytes
) -> None:
    with running_receiver() as receiver:
        line = dial(receiver)
        line.reply()
        replies = [line.ask(command) for command in commands]
    assert replies[-1][:3] == code


def test_utf8_addresses_are_taken_where_smtputf8_is_asked_for(dial: Dial) -> None:
    with running_receiver() as receiver:
        line = dial(receiver)
        line.reply()
        line.ask(GREETING)
        assert line.ask("MAIL FROM:<ä@example.test> SMTPUTF8".encode()).startswith(b"250 ")
        assert line.ask("RCPT TO:<ö@example.test>".encode()).startswith(b"250 ")
        line.ask(b"DATA")
        assert line.ask(b"x\r\n.").startswith(b"250 ")
    [taken] = receiver.ledger
    assert (taken.sender, taken.recipients) == ("ä@example.test", ("ö@example.test",))


def test_a_quoted_local_part_may_hold_an_angle_bracket(dial: Dial) -> None:
    with running_receiver() as receiver:
        line = dial(receiver)
        line.reply()
        line.ask(GREETING)
        assert line.ask(rb'MAIL FROM:<"a>\"b"@example.test>').startswith(b"250 ")


def test_an_endless_line_ends_the_connection(dial: Dial) -> None:
    with running_receiver() as receiver:
        line = dial(receiver)
        line.reply()
        line.socket.sendall(b"x" * 12_289)
        assert line.reply().startswith(b"500 ")
        assert line.ended()


def test_a_message_over_the_size_is_read_to_its_end_and_refused(to_phase: Walk) -> None:
    with running_receiver(offer=Offer(max_size=1000)) as receiver:
        line = to_phase(receiver, "data")
        line.reply()
        line.socket.sendall(b"x" * 70 + b"\r\n" + b"y" * 500_000 + b"\r\n.\r\n")
        assert line.reply().startswith(b"552 ")
        assert line.ask(b"MAIL FROM:<a@example.test>").startswith(b"250 ")
    assert len(receiver.ledger) == 0


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r"])
def test_only_crlf_dot_crlf_ends_a_message(to_phase: Walk, end: bytes) -> None:
    with running_receiver() as receiver:
        line = to_phase(receiver, "data")
        line.reply()
        line.socket.sendall(b"one" + end + b"MAIL FROM:<smuggler@example.test>\r\n.\r\n")
        assert line.reply().startswith(b"250 ")
    [taken] = receiver.ledger
    assert b"smuggler" in taken.data


def test_bdat_chunks_make_one_message(to_phase: Walk) -> None:
    with running_receiver(offer=Offer(chunking=True)) as receiver:
        line = to_phase(receiver, "rcpt")
        line.reply()
        line.socket.sendall(b"BDAT 5\r\n.\r\n\r\nBDAT 3 LAST\r\n.\r\nNOOP\r\n")
        assert [line.reply()[:3] for _ in range(3)] == [b"250", b"250", b"250"]
    [taken] = receiver.ledger
    assert taken.data == b".\r\n\r\n.\r\n"


def test_a_bdat_without_recipients_is_swallowed_and_refused(dial: Dial) -> None:
    with running_receiver(offer=Offer(chunking=True)) as receiver:
        line = dial(receiver)
        line.reply()
        line.ask(GREETING)
        assert line.ask(b"BDAT 6 LAST\r\nQUIT").startswith(b"503 ")
        assert line.ask(b"NOOP").startswith(b"250 ")


def test_auth_is_needed_where_there_are_users(dial: Dial) -> None:
    with running_receiver(offer=Offer(users={"shop": "sesame"})) as receiver:
        line = dial(receiver)
        line.reply()
        line.ask(GREETING)
        assert line.ask(b"MAIL FROM:<a@example.test>").startswith(b"530 ")
        wrong = base64.b64encode(b"\0shop\0open")
        assert line.ask(b"AUTH PLAIN " + wrong).startswith(b"535 ")
        assert line.ask(b"AUTH CRAM-MD5").startswith(b"504 ")
        assert line.ask(b"AUTH PLAIN") == b"334 \r\n"
        assert line.ask(base64.b64encode(b"\0shop\0sesame")).startswith(b"235 ")
        assert line.ask(b"MAIL FROM:<a@example.test>").startswith(b"250 ")
    assert receiver.ledger.counts["auth"] == 2


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
def test_smtplib_logs_in(mechanism: str) -> None:
    offer = Offer(users={"shop": "sesame"})
    with running_receiver(offer=offer) as receiver, client(receiver) as smtp:
        smtp.ehlo()
        smtp.user, smtp.password = "shop", "sesame"
        name = mechanism.removeprefix("auth_").upper()
        assert smtp.auth(name, getattr(smtp, mechanism))[0] == 235
        smtp.sendmail("a@example.test", ["b@example.test"], message())
    assert len(receiver.ledger) == 1


def test_several_messages_and_recipients_over_one_connection() -> None:
    with running_receiver() as receiver, client(receiver) as smtp:
        for number in range(3):
            smtp.sendmail("a@example.test", ["b@example.test", "c@example.test"], message(number))
    assert [len(taken.recipients) for taken in receiver.ledger] == [2, 2, 2]
    assert receiver.sessions == 1


def test_aiosmtplib_talks_to_it_in_one_loop() -> None:
    async def talk() -> Receiver:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@example.test", "b@example.test", "x"
        mail.set_content("Grüße\n.\n..\n", cte="8bit")
        async with Receiver() as receiver:
            await aiosmtplib.send(mail, hostname="127.0.0.1", port=receiver.port, start_tls=False)
        return receiver

    [taken] = asyncio.run(talk()).ledger
    assert taken.data.endswith("\r\nGrüße\r\n.\r\n..\r\n".encode())


def test_a_taken_port_is_an_error() -> None:
    async def twice() -> None:
        async with Receiver() as receiver, Receiver(offer=Offer(port=receiver.port)):
            raise AssertionError("two receivers on one port")

    with pytest.raises(OSError):
        asyncio.run(twice())
    with (
        running_receiver() as receiver,
        pytest.raises(OSError),
        running_receiver(offer=Offer(port=receiver.port)),
    ):
        raise AssertionError("two receivers on one port")


def test_stopping_breaks_open_connections_off(dial: Dial) -> None:
    with running_receiver() as receiver:
        line = dial(receiver)
        line.reply()
    assert line.ended()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", receiver.port, timeout=10)


PIECES = st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.", b"a", b"\x00"]))


@given(pieces=PIECES, cuts=st.lists(st.integers(1, 5), min_size=1))
def test_any_content_survives_stuffing_and_any_cutting(
    pieces: list[bytes], cuts: list[int]
) -> None:
    content = b"".join(pieces) + b"\r\n"
    wire = ((b"\r\n" + content).replace(b"\r\n.", b"\r\n.."))[2:] + b".\r\nNEXT"
    came: list[bytes | None] = []
    read, buffer = DotReader(10_000, came.append), bytearray()
    while wire and not came:
        size = cuts[len(wire) % len(cuts)]
        buffer += wire[:size]
        wire = wire[size:]
        read(buffer)
    assert came == [content]
    assert b"NEXT".startswith(bytes(buffer))


@given(size=st.integers(0, 50), limit=st.integers(0, 50))
def test_exactly_the_limit_is_not_too_much(size: int, limit: int) -> None:
    came: list[bytes | None] = []
    content = b"x" * size + b"\r\n"
    buffer = bytearray(content + b".\r\n")
    assert DotReader(limit, came.append)(buffer)
    assert came == [content if len(content) <= limit else None]


def test_a_chunk_is_counted_not_searched() -> None:
    came: list[bytes] = []
    buffer = bytearray(b".\r\n")
    read = ChunkReader(5, came.append)
    assert not read(buffer)
    buffer += b"\r\nQUIT"
    assert read(buffer)
    assert (came, bytes(buffer)) == ([b".\r\n\r\n"], b"QUIT")
