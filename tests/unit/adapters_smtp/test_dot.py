"""The final dot: never without the journal, never on a connection that has spoken or died."""

import asyncio

import pytest

from tests.unit.adapters_smtp.scripted import Act, last_words, receiver, say
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope, send_one
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Refused


def test_a_fenced_message_never_gets_its_dot() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            outcome = await send_one(server, Journal(False))
            await server.ended()
            assert isinstance(outcome, Fenced)
            assert server.bodies == []
            assert len(server.unfinished) == 1
            assert DATA.startswith(server.unfinished[0])

    asyncio.run(scenario())


def test_a_journal_that_fails_lets_its_error_through_and_sends_no_dot() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            with pytest.raises(OSError, match="disk full"):
                await send_one(server, Journal(OSError("disk full")))
            await server.ended()
            assert server.bodies == []

    asyncio.run(scenario())


def test_a_send_that_is_cancelled_in_the_journal_sends_no_dot() -> None:
    async def scenario() -> None:
        asked = asyncio.Event()

        async def never() -> bool:
            asked.set()
            await asyncio.sleep(3600)
            return True

        async with receiver() as server:
            one = channel(server)
            sending = asyncio.ensure_future(one.send(envelope(), never))
            await asked.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            await server.ended()
            assert server.bodies == []
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("early", "kind"),
    [
        ("250 2.0.0 queued already", Deferred),
        ("451 4.3.0 disk trouble", Deferred),
        ("421 4.3.2 going down", Deferred),
        ("552 5.3.4 enough", Refused),
    ],
)
def test_what_is_said_before_the_dot_is_no_acceptance(
    early: str, kind: type[Deferred] | type[Refused]
) -> None:
    async def scenario() -> None:
        async def slow() -> bool:
            await asyncio.sleep(0.05)
            return True

        async with receiver({"DATA": say(f"354 go ahead\n{early}")}) as server:
            one = channel(server)
            outcome = await one.send(envelope(), slow)
            await server.ended()
            assert isinstance(outcome, kind), outcome
            assert server.bodies == []
            await one.close()

    asyncio.run(scenario())


def test_a_server_that_has_spoken_early_costs_no_journal_entry() -> None:
    async def scenario() -> None:
        journal = Journal()
        async with receiver({"DATA": say("354 go ahead\n451 4.3.0 no, wait")}) as server:
            outcome = await send_one(server, journal)
            assert isinstance(outcome, Deferred)
            assert outcome.phase == "data"
            assert journal.asked == 0

    asyncio.run(scenario())


def test_a_connection_that_dies_during_the_journal_is_no_doubt() -> None:
    async def scenario() -> None:
        async def slow() -> bool:
            await asyncio.sleep(0.05)
            return True

        async with receiver({"DATA": last_words("354 go ahead")}) as server:
            one = channel(server)
            outcome = await one.send(envelope(), slow)
            assert isinstance(outcome, Deferred)
            assert outcome.phase == "dot"
            await one.close()

    asyncio.run(scenario())


def test_a_server_that_stops_reading_a_long_message_is_no_doubt() -> None:
    journal = Journal()

    async def stop_reading(writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"354 go ahead\r\n")
        await asyncio.sleep(3600)
        return b""

    async def scenario() -> None:
        stuck: Act = stop_reading
        async with receiver({"DATA": stuck}) as server:
            data = b"x" * 76 + b"\r\n"
            outcome = await send_one(server, journal, data=data * 400_000)
            assert isinstance(outcome, Deferred)
            assert outcome.phase == "data"
            assert "stopped reading" in outcome.reason
            assert journal.asked == 0

    asyncio.run(scenario())


def test_a_drop_after_the_dot_is_a_doubt_and_is_not_sent_again() -> None:
    async def scenario() -> None:
        async def vanish(writer: asyncio.StreamWriter) -> bytes:
            raise ConnectionAbortedError

        async with receiver({"dot": vanish}) as server:
            outcome = await send_one(server)
            assert isinstance(outcome, InDoubt)
            assert outcome.route == f"127.0.0.1:{server.port}"
            assert server.bodies == [DATA]
            assert server.connections == 1

    asyncio.run(scenario())
