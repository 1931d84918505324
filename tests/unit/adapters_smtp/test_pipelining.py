"""Commands travel together only where the server offered it, and every reply is read."""

import asyncio

from tests.unit.adapters_smtp.scripted import Script, ehlo, last_words, receiver, say
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope, send_one
from twofifty.deliver.outcome import Accepted, Deferred, Refused

ALONE = ehlo("8BITMIME")


def chunks_of_one_message(*answers: bytes) -> list[bytes]:
    """What a server reads before each of these answers, and after the body."""
    chunks: list[bytes] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        for answer in answers:
            chunks.append(await reader.read(65_536))
            writer.write(answer)
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 ok\r\n")
        chunks.append(await reader.read(65_536))
        writer.close()

    async def scenario() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        one = channel(server.sockets[0].getsockname()[1])
        assert isinstance(await one.send(envelope(), Journal()), Accepted)
        await one.close()
        server.close()

    asyncio.run(scenario())
    return chunks


MAIL, RCPT = b"MAIL FROM:<orders@example.com>\r\n", b"RCPT TO:<buyer@example.com>\r\n"
DATA_COMMAND = b"DATA\r\n"


def test_without_the_offer_each_command_waits_for_its_reply() -> None:
    hello = b"250-mx\r\n250 HELP\r\n"
    chunks = chunks_of_one_message(hello, b"250 a\r\n", b"250 b\r\n", b"354 c\r\n")
    assert chunks[1:] == [MAIL, RCPT, DATA_COMMAND, b"QUIT\r\n"]


def test_with_the_offer_mail_rcpt_and_data_come_in_one_write() -> None:
    hello = b"250-mx\r\n250 PIPELINING\r\n"
    chunks = chunks_of_one_message(hello, b"250 a\r\n250 b\r\n354 c\r\n")
    assert chunks[1:] == [MAIL + RCPT + DATA_COMMAND, b"QUIT\r\n"]


def test_a_354_without_a_valid_recipient_sends_nothing_not_even_a_dot() -> None:
    async def scenario() -> None:
        journal = Journal()
        async with receiver({"RCPT": say("550 5.1.1 unknown")}) as server:
            outcome = await send_one(server, journal)
            await server.ended()
            assert isinstance(outcome, Refused)
            assert outcome.about == "recipient"
            assert journal.asked == 0
            assert server.bodies == []
            assert server.unfinished == [b""]

    asyncio.run(scenario())


def test_the_first_refusal_in_a_group_is_the_one_that_counts() -> None:
    async def scenario() -> None:
        script = {
            "MAIL": say("451 4.7.1 later"),
            "RCPT": say("503 5.5.1 MAIL first"),
            "DATA": say("503 5.5.1 RCPT first"),
        }
        async with receiver({**script}) as server:
            outcome = await send_one(server)
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("mail", False)

    asyncio.run(scenario())


def test_a_refusal_stands_even_if_the_rest_of_the_group_is_never_answered() -> None:
    async def scenario() -> None:
        async with receiver({"RCPT": last_words("550 5.1.1 unknown")}) as server:
            outcome = await send_one(server)
            assert isinstance(outcome, Refused)
            assert outcome.about == "recipient"

    asyncio.run(scenario())


def test_after_a_refused_recipient_the_next_message_begins_with_rset() -> None:
    async def scenario() -> None:
        script = {
            "RCPT": [say("550 5.1.1 unknown"), say("250 ok")],
            "DATA": [say("554 5.5.1 no valid recipients"), say("354 go ahead")],
        }
        async with receiver({**script}) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Refused)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 1
            assert server.verbs.count("RSET") == 1
            assert server.bodies == [DATA, DATA]

    asyncio.run(scenario())


def test_a_server_that_cannot_reset_gets_a_new_connection() -> None:
    async def scenario() -> None:
        script: Script = {
            "EHLO": ALONE,
            "RCPT": [say("450 4.2.1 later"), say("250 ok")],
            "RSET": say("500 5.5.2 what?"),
        }
        async with receiver({**script}) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Deferred)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 2

    asyncio.run(scenario())
