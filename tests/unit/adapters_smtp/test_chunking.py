"""BDAT: the very bytes, the end of them only after the journal has spoken."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters_smtp.laboratory import CHUNKING, OVER, sent
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.adapters.smtp.body import in_chunks, is_clean
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused
from twofifty.testing.moment import Cut, Say, Script
from twofifty.testing.receiver import Offer, Receiver
from twofifty.testing.script import accept, at, drop_at, refuse_at, take_then_drop

LINES = st.lists(st.binary(max_size=20).map(lambda line: line.translate(None, b"\r\n\0")))
DOTS = b"Subject: x\r\n\r\n.\r\n..\r\n.dot\r\n\r\n.\r\nMAIL FROM:<a@example.com>\r\n"


class Slow(Journal):
    """A journal that gives the server time to break off."""

    async def __call__(self) -> bool:
        await asyncio.sleep(0.05)
        return await super().__call__()


@pytest.mark.parametrize("offer", OVER)
def test_what_is_taken_is_what_was_sent(offer: str) -> None:
    for data in (DATA, DOTS, b"one line\r\n", b"\r\n", DATA * 3000):
        outcome, taken = sent(offer=OVER[offer], data=data)
        assert isinstance(outcome, Accepted)
        assert [one.data for one in taken] == [data]


@given(LINES)
def test_the_chunks_are_the_message_and_the_last_is_its_last_line(lines: list[bytes]) -> None:
    data = b"".join(line + b"\r\n" for line in [*lines, b"end"])
    first, last = in_chunks(data)
    assert first + last == data
    assert last == b"end\r\n"
    assert not first or is_clean(first)


@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_any_bytes_in_clean_lines_arrive_as_they_are(mails: list[list[bytes]]) -> None:
    bodies = [b"S: x\r\n\r\n" + b"".join(line + b"\r\n" for line in lines) for lines in mails]

    async def scenario() -> list[bytes]:
        async with Receiver(offer=CHUNKING) as server:
            one = channel(server.port, "&timeout=5")
            for body in bodies:
                assert isinstance(await one.send(envelope(body), Journal()), Accepted)
            await one.close()
            return [taken.data for taken in server.ledger]

    assert asyncio.run(scenario()) == bodies


def commands_until(answers: list[bytes], options: str = "") -> list[bytes]:
    """What a server with CHUNKING reads before each of these answers."""
    pieces: list[bytes] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer)
            pieces.append(await reader.read(65_536))
        writer.close()

    async def scenario() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        one = channel(server.sockets[0].getsockname()[1], options)
        await one.send(envelope(), Slow())
        await one.close()
        server.close()

    asyncio.run(scenario())
    return pieces


def test_the_last_line_waits_for_the_journal_and_for_nothing_else() -> None:
    hello = b"250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n"
    pieces = commands_until(
        [b"220 mx\r\n", hello, b"250 a\r\n250 b\r\n", b"", b"250 c\r\n250 d\r\n"]
    )
    first, last = in_chunks(DATA)
    assert pieces[2:4] == [
        b"BDAT %d\r\n%b" % (len(first), first),
        b"BDAT %d LAST\r\n%b" % (len(last), last),
    ]
    assert pieces[1] == b"MAIL FROM:<orders@example.com>\r\nRCPT TO:<buyer@example.com>\r\n"


def test_a_refused_recipient_is_sent_nothing_of_the_mail() -> None:
    journal = Journal()
    outcome, taken = sent(refuse_at("rcpt", 550, "5.1.1"), journal=journal)
    assert isinstance(outcome, Refused)
    assert (outcome.phase, outcome.about, journal.asked, taken) == ("rcpt", "recipient", 0, [])


@pytest.mark.parametrize("answer", [False, True])
def test_a_fenced_message_never_gets_its_last_chunk(answer: bool) -> None:
    outcome, taken = sent(journal=Journal(answer))
    assert isinstance(outcome, Accepted if answer else Fenced)
    assert len(taken) == int(answer)


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("code", "kind"), [(452, Deferred), (421, Deferred), (552, Refused), (554, Refused)]
)
def test_a_chunk_that_is_put_off_or_refused_is_no_doubt(
    code: int, kind: type[Deferred] | type[Refused], pipelining: bool
) -> None:
    offer = Offer(chunking=True, pipelining=pipelining)
    for journal in (Journal(), Slow()):
        outcome, taken = sent(at("data", Say(code, "no")), offer=offer, journal=journal)
        assert isinstance(outcome, kind)
        assert outcome.phase in ("data", "dot")
        assert taken == []


def test_after_a_refused_chunk_the_next_mail_starts_clean() -> None:
    async def scenario() -> None:
        async with Receiver(at("data", Say(452, "full")), offer=CHUNKING) as server:
            one = channel(server.port)
            assert isinstance(await one.send(envelope(), Journal()), Deferred)
            server.follow(accept)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert [taken.data for taken in server.ledger] == [DATA]
            assert server.sessions == 1

    asyncio.run(scenario())


def test_a_connection_that_dies_in_the_first_chunk_is_no_doubt() -> None:
    outcome, taken = sent(at("rcpt", Cut(after=30)), journal=Slow())
    assert isinstance(outcome, Deferred)
    assert outcome.connection
    assert taken == []


@pytest.mark.parametrize("script", [take_then_drop, drop_at("dot")])
def test_silence_after_the_last_chunk_is_a_doubt(script: Script) -> None:
    journal = Journal()
    outcome, _ = sent(script, journal=journal)
    assert isinstance(outcome, InDoubt)
    assert journal.asked == 1


@pytest.mark.parametrize("code", [451, 554])
def test_a_no_to_the_last_chunk_is_a_no(code: int) -> None:
    outcome, taken = sent(at("dot", Say(code, "no")))
    assert isinstance(outcome, Deferred if code == 451 else Refused)
    assert (outcome.phase, taken) == ("dot", [])


def test_a_server_that_takes_the_end_of_what_it_refused_is_not_believed() -> None:
    hello = b"250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n"

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (b"220 mx\r\n", hello, b"250 a\r\n250 b\r\n"):
            writer.write(answer)
            await reader.read(65_536)
        await reader.readuntil(b"LAST\r\n")
        writer.write(b"552 5.3.4 too big\r\n250 2.0.0 taken\r\n")
        await reader.read()
        writer.close()

    async def scenario() -> Outcome:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        one = channel(server.sockets[0].getsockname()[1])
        outcome = await one.send(envelope(), Journal())
        await one.close()
        server.close()
        return outcome

    assert isinstance(asyncio.run(scenario()), InDoubt)


def test_a_server_that_offers_bdat_and_does_not_know_it_gets_data_from_then_on() -> None:
    async def scenario() -> tuple[Outcome, Outcome]:
        async with Receiver(at("data", Say(500, "what?", "5.5.2")), offer=CHUNKING) as server:
            one = channel(server.port)
            first = await one.send(envelope(), Journal())
            server.follow(at("data", Say(354, "go ahead")))
            second = await one.send(envelope(), Journal())
            await one.close()
            assert server.sessions == 2
            return first, second

    first, second = asyncio.run(scenario())
    assert isinstance(first, Refused)
    assert first.about == "route"
    assert isinstance(second, Accepted)


def test_bdat_is_never_used_where_the_route_says_so() -> None:
    """A 354 is what DATA is answered with, and out of turn after a chunk."""
    outcome, _ = sent(at("data", Say(354, "go ahead")), options="&bdat=never")
    assert isinstance(outcome, Accepted)
    outcome, _ = sent(at("data", Say(354, "go ahead")), options="&bdat=auto")
    assert isinstance(outcome, InDoubt)
