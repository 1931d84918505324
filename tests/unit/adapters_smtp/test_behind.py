"""The next message's commands go with the final dot, and each reply is booked to its own."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters_smtp.scripted import Act, Script, drop, ehlo, last_words, receiver, say
from tests.unit.adapters_smtp.sending import Journal
from twofifty.adapters.smtp.pool import Reuse, SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused
from twofifty.deliver.ports import Envelope
from twofifty.testing.moment import PROCEED, Action, Drop, Moment, Say
from twofifty.testing.receiver import Offer, Receiver


def numbered(number: int, line: bytes = b"Thank you.") -> Envelope:
    head = f"From: orders@example.com\r\nMessage-ID: <{number}@example.com>\r\n\r\n".encode()
    to = f"buyer{number}@example.com"
    return Envelope(f"{number}", f"orders{number}@example.com", to, head + line + b"\r\n")


def single(port: int, connections: int = 1, reuse: Reuse | None = None) -> SmtpChannel:
    """A channel whose waits are short."""
    (route,) = parse_routes(f"smtp://127.0.0.1:{port}?connections={connections}&timeout=0.3")
    return SmtpChannel(route, helo="shop.example.com", reuse=reuse)


async def sent(one: SmtpChannel, count: int) -> list[Outcome]:
    """So many at once; all wait while the connection is opened, and follow each other on it."""
    return await asyncio.gather(*(one.send(numbered(i), Journal()) for i in range(count)))


def kinds(found: Sequence[Outcome]) -> list[str]:
    return [type(one).__name__ for one in found]


def of(script: Script, count: int) -> tuple[list[Outcome], list[bytes], int]:
    """What became of so many on one connection, what was taken, and over how many connections."""

    async def scenario() -> tuple[list[Outcome], list[bytes], int]:
        async with receiver({**script}) as server:
            one = single(server.port)
            found = await sent(one, count)
            await one.close()
            return found, server.bodies, server.connections

    return asyncio.run(scenario())


def test_the_next_commands_come_in_one_write_with_the_final_dot() -> None:
    pieces: list[bytes] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        await reader.readuntil(b"EHLO shop.example.com\r\n")
        writer.write(b"250-mx\r\n250 PIPELINING\r\n")
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 a\r\n250 b\r\n354 c\r\n")
        await reader.readuntil(b"Thank you.\r\n")
        await asyncio.sleep(0.05)  # the journal's word
        pieces.append(await reader.read(65_536))
        writer.write(b"250 first\r\n250 a\r\n250 b\r\n354 c\r\n")
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 second\r\n")
        await reader.read(65_536)
        writer.close()

    async def scenario() -> list[Outcome]:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        one = single(server.sockets[0].getsockname()[1])
        found = await sent(one, 2)
        await one.close()
        server.close()
        return found

    found = asyncio.run(scenario())
    assert pieces == [
        b".\r\nMAIL FROM:<orders1@example.com>\r\nRCPT TO:<buyer1@example.com>\r\nDATA\r\n"
    ]
    assert [one.reply.text for one in found if isinstance(one, Accepted)] == ["first", "second"]


def test_nothing_goes_behind_where_the_server_does_not_pipeline() -> None:
    found, bodies, connections = of({"EHLO": ehlo("8BITMIME")}, 3)
    assert kinds(found) == ["Accepted"] * 3
    assert (len(bodies), connections) == (3, 1)


@pytest.mark.parametrize("refused", [0, 1, 2])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
def test_a_refusal_is_booked_to_the_message_that_was_refused(step: str, refused: int) -> None:
    fine = say("354 go ahead" if step == "DATA" else "250 ok")
    acts: list[Act] = [fine] * 3
    acts[refused] = say("554 5.6.0 not this one")
    script: Script = {step: acts}
    if step in ("MAIL", "RCPT"):
        data: list[Act] = [say("354 go ahead")] * 3
        data[refused] = say("503 5.5.1 no recipient")
        script["DATA"] = data
    found, bodies, _ = of(script, 3)
    assert [isinstance(one, Refused) for one in found] == [i == refused for i in range(3)]
    assert len(bodies) == (3 if step == "dot" else 2)


def test_a_line_that_breaks_after_a_dot_leaves_that_message_in_doubt_and_no_other() -> None:
    found, bodies, connections = of({"dot": [drop, say("250 ok")]}, 3)
    assert kinds(found) == ["InDoubt", "Accepted", "Accepted"]
    assert connections == 2
    assert Counter(bodies).most_common(1)[0][1] == 1


def test_what_the_server_takes_no_note_of_goes_on_a_new_connection() -> None:
    for end in (drop, last_words("421 4.4.2 enough for now")):
        script: Script = {"MAIL": [say("250 ok"), end, say("250 ok")]}
        found, bodies, connections = of(script, 3)
        assert kinds(found) == ["Accepted"] * 3
        assert (len(bodies), connections) == (3, 2)


def test_a_connection_is_worn_out_after_so_many_however_many_wait() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = single(server.port, reuse=Reuse(messages=3))
            assert kinds(await sent(one, 7)) == ["Accepted"] * 7
            await one.close()
            assert server.connections == 3

    asyncio.run(scenario())


def test_a_journal_that_fails_costs_the_next_message_nothing() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = single(server.port)
            sends = [
                one.send(numbered(0), Journal()),
                one.send(numbered(1), Journal(OSError("disk full"))),
                one.send(numbered(2), Journal(False)),
                one.send(numbered(3), Journal()),
            ]
            found = await asyncio.gather(*sends, return_exceptions=True)
            await one.close()
            assert [type(answer) for answer in found] == [Accepted, OSError, Fenced, Accepted]
            assert len(server.bodies) == 2

    asyncio.run(scenario())


def test_who_gives_up_behind_a_dot_is_not_sent_and_does_no_harm_to_it() -> None:
    async def scenario() -> None:
        asked, answered = asyncio.Event(), asyncio.Event()

        async def late(writer: asyncio.StreamWriter) -> bytes:
            asked.set()
            await answered.wait()
            return await say("250 ok")(writer)

        async with receiver({"dot": [late, say("250 ok")]}) as server:
            one = single(server.port)
            sends = [asyncio.ensure_future(one.send(numbered(i), Journal())) for i in range(3)]
            await asked.wait()
            sends[1].cancel()
            await asyncio.sleep(0.01)
            answered.set()
            found = await asyncio.gather(*sends, return_exceptions=True)
            await one.close()
            assert isinstance(found[0], Accepted)
            assert isinstance(found[1], asyncio.CancelledError)
            assert isinstance(found[2], Accepted)
            assert [b"<1@example.com>" in body for body in server.bodies] == [False, False]

    asyncio.run(scenario())


def test_by_bdat_several_go_in_one_write_and_each_gets_its_own_reply() -> None:
    def script(moment: Moment) -> Action:
        if moment.phase == "rcpt" and moment.recipient == "buyer4@example.com":
            return Say(550, "unknown", "5.1.1")
        if moment.phase == "dot" and b"<6@" in moment.data:
            return Say(451, "later", "4.3.0")
        return PROCEED

    async def scenario() -> None:
        async with Receiver(script, offer=Offer(chunking=True)) as server:
            one = single(server.port)
            found = await sent(one, 9)
            await one.close()
            assert isinstance(found[4], Refused)
            assert found[4].about == "recipient"
            assert isinstance(found[6], Deferred)
            others = [answer for place, answer in enumerate(found) if place not in (4, 6)]
            assert kinds(others) == ["Accepted"] * 7
            assert len(server.ledger) == 7
            assert server.sessions == 1

    asyncio.run(scenario())


def read_by(answers: list[tuple[bytes, bytes]], mails: list[Envelope]) -> list[Outcome]:
    """What becomes of mails at a server that reads up to each of these ends and then answers so."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        for end, answer in answers:
            await reader.readuntil(end)
            writer.write(answer)
        await asyncio.sleep(0.05)
        writer.close()

    async def scenario() -> list[Outcome]:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        one = single(server.sockets[0].getsockname()[1])
        found = await asyncio.gather(*(one.send(mail, Journal()) for mail in mails))
        await one.close()
        server.close()
        return found

    return asyncio.run(scenario())


HELLO = (b"EHLO shop.example.com\r\n", b"250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n")
FIRST = [
    (b"RCPT TO:<buyer0@example.com>\r\n", b"250 a\r\n250 b\r\n"),
    (b" LAST\r\nThank you.\r\n", b"250 part\r\n250 whole\r\n"),
]
TRAIN_END = b"<3@example.com>\r\n\r\nThank you.\r\n"
TOOK = b"250 a\r\n250 b\r\n250 whole\r\n"


def test_a_server_that_reads_a_refused_mail_as_commands_is_believed_nothing_more() -> None:
    answers = TOOK + b"250 reset\r\n250 a\r\n550 unknown\r\n503 what?\r\n" + b"500 what?\r\n" * 5
    found = read_by(
        [HELLO, *FIRST, (TRAIN_END, answers)],
        [numbered(i) for i in range(4)],
    )
    assert kinds(found) == ["Accepted", "Accepted", "Refused", "InDoubt"]


def test_what_stands_behind_a_421_was_not_taken() -> None:
    answers = TOOK + b"250 reset\r\n421 enough\r\n"
    again = read_by([HELLO, *FIRST, (TRAIN_END, answers)], [numbered(i) for i in range(4)])
    assert kinds(again[:2]) == ["Accepted", "Accepted"]
    # offered again, to a server that never answers RCPT
    assert not any(isinstance(one, InDoubt) for one in again)


def test_a_line_that_breaks_leaves_in_doubt_what_left_and_was_not_answered() -> None:
    found = read_by([HELLO, *FIRST, (TRAIN_END, TOOK)], [numbered(i) for i in range(4)])
    assert kinds(found) == ["Accepted", "Accepted", "InDoubt", "InDoubt"]


def test_a_mail_that_could_name_a_recipient_travels_alone() -> None:
    mails = [numbered(i, b"\r\n rcpt TO:<somebody@example.com>\r\n") for i in range(4)]

    async def scenario() -> list[str]:
        verbs: list[str] = []

        def script(moment: Moment) -> Action:
            verbs.append(moment.phase)
            return PROCEED

        async with Receiver(script, offer=Offer(chunking=True)) as server:
            one = single(server.port)
            found = await asyncio.gather(*(one.send(mail, Journal()) for mail in mails))
            await one.close()
            assert kinds(found) == ["Accepted"] * 4
        return verbs

    assert asyncio.run(scenario()).count("dot") == 4


FAULTS: dict[str, Action] = {
    "fine": PROCEED,
    "later": Say(451, "later", "4.3.0"),
    "never": Say(550, "no", "5.7.1"),
    "goodbye": Say(421, "goodbye", "4.3.2"),
    "gone": Drop(),
    "taken and gone": Drop(take=True),
}
STEPS = st.sampled_from(["mail", "rcpt", "data", "dot"])
WHAT = st.sampled_from(sorted(FAULTS))
PLANS = st.lists(st.tuples(STEPS, WHAT), min_size=1, max_size=12)


@pytest.mark.parametrize("offer", [Offer(), Offer(chunking=True), Offer(pipelining=False)])
@settings(max_examples=40, deadline=None)
@given(plan=PLANS, connections=st.integers(1, 3))
def test_no_outcome_ever_says_otherwise_than_the_server_did(
    offer: Offer, plan: list[tuple[str, str]], connections: int
) -> None:
    """Whatever goes wrong with which message: what is called accepted was taken, what is called
    deferred or refused was not, and nothing was taken twice."""

    def script(moment: Moment) -> Action:
        number = moment.sender.partition("@")[0].removeprefix("orders")
        step, what = plan[int(number)] if number else ("", "fine")
        return FAULTS[what] if moment.phase == step else PROCEED

    async def scenario() -> None:
        async with Receiver(script, offer=offer) as server:
            one = single(server.port, connections)
            found = await sent(one, len(plan))
            await one.close()
            taken = Counter(message.message_id for message in server.ledger.messages)
        for number, outcome in enumerate(found):
            copies = taken[f"<{number}@example.com>"]
            assert copies <= 1
            if isinstance(outcome, Accepted):
                assert copies == 1
            elif not isinstance(outcome, InDoubt):
                assert copies == 0, outcome

    asyncio.run(scenario())
