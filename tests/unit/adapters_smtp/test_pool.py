"""Connections: kept, shared, worn out, found dead - and a dead server left in peace."""

import asyncio

from tests.unit.adapters_smtp.scripted import (
    Act,
    Script,
    drop,
    ehlo,
    hang,
    last_words,
    receiver,
    say,
)
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.adapters.smtp.pool import Reuse, SmtpChannel
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Deferred


async def send_many(one: SmtpChannel, count: int) -> list[object]:
    return list(await asyncio.gather(*(one.send(envelope(), Journal()) for _ in range(count))))


def test_messages_one_after_another_share_a_connection() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server)
            for _ in range(5):
                assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 1
            assert server.verbs.count("RSET") == 0
            assert server.verbs[-1] == "QUIT"
            assert server.bodies == [DATA] * 5

    asyncio.run(scenario())


def test_sixteen_at_once_travel_over_four_connections() -> None:
    async def scenario() -> None:
        async def slow(writer: asyncio.StreamWriter) -> bytes:
            await asyncio.sleep(0.02)
            return await say("250 ok")(writer)

        async with receiver({"dot": slow}) as server:
            one = channel(server)
            outcomes = await send_many(one, 16)
            await one.close()
            assert all(isinstance(outcome, Accepted) for outcome in outcomes)
            assert (server.connections, server.most_open) == (4, 4)
            assert len(server.bodies) == 16

    asyncio.run(scenario())


def test_a_connection_is_worn_out_after_so_many_messages() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server, reuse=Reuse(messages=2))
            for _ in range(5):
                assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 3
            assert server.verbs.count("QUIT") == 3

    asyncio.run(scenario())


def test_an_idle_connection_is_ended_with_quit() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server, reuse=Reuse(idle=0.05))
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await server.ended()
            assert server.verbs[-1] == "QUIT"
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 2

    asyncio.run(scenario())


def test_a_connection_that_died_idle_is_replaced_without_a_word() -> None:
    async def scenario() -> None:
        async with receiver({"dot": last_words("250 ok")}) as server:
            one = channel(server)
            for _ in range(3):
                assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 3

    asyncio.run(scenario())


def test_a_kept_connection_that_ends_at_mail_is_tried_once_more() -> None:
    for end in (drop, last_words("421 4.4.2 idle too long"), say(b"\x00\r\n")):

        async def scenario(end: Act) -> None:
            script: dict[str, Act | list[Act]] = {"MAIL": [say("250 ok"), end, say("250 ok")]}
            async with receiver(script) as server:
                one, journal = channel(server), Journal()
                assert isinstance(await one.send(envelope(), journal), Accepted)
                assert isinstance(await one.send(envelope(), journal), Accepted)
                await one.close()
                assert (server.connections, journal.asked) == (2, 2)

        asyncio.run(scenario(end))


def test_a_fresh_connection_that_ends_at_mail_is_not_tried_again() -> None:
    async def scenario() -> None:
        async with receiver({"MAIL": drop}) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Deferred)
            await one.close()
            assert server.connections == 1

    asyncio.run(scenario())


def test_a_kept_connection_that_ends_after_mail_is_not_tried_again() -> None:
    async def scenario() -> None:
        script: dict[str, Act | list[Act]] = {"RCPT": [say("250 ok"), drop]}
        async with receiver(script) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            outcome = await one.send(envelope(), Journal())
            assert isinstance(outcome, Deferred)
            assert outcome.phase == "rcpt"
            await one.close()
            assert server.connections == 1

    asyncio.run(scenario())


def test_after_a_421_a_connection_is_not_used_again_even_if_it_stays_open() -> None:
    async def scenario() -> None:
        script: Script = {
            "EHLO": ehlo("HELP"),
            "MAIL": [say("421 4.3.2 going down"), say("250 ok")],
        }
        async with receiver(script) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Deferred)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 2

    asyncio.run(scenario())


def test_a_reply_that_nobody_asked_for_is_not_taken_for_the_next_one() -> None:
    async def scenario() -> None:
        async def twice(writer: asyncio.StreamWriter) -> bytes:
            writer.write(b"250 ok\r\n")
            await asyncio.sleep(0.02)
            writer.write(b"250 ok\r\n")
            return b""

        async with receiver({"dot": [twice, say("250 ok")]}) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await asyncio.sleep(0.05)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.connections == 2
            assert server.bodies == [DATA, DATA]

    asyncio.run(scenario())


def test_a_short_wait_after_a_long_one_is_still_short() -> None:
    async def scenario() -> None:
        async def slow(writer: asyncio.StreamWriter) -> bytes:
            await asyncio.sleep(0.3)
            return await say("250 ok")(writer)

        script: dict[str, Act | list[Act]] = {"dot": slow, "MAIL": [say("250 ok"), hang, hang]}
        async with receiver(script) as server:
            (route,) = parse_routes(f"smtp://127.0.0.1:{server.port}")
            patience = Timeouts(command=0.1, dot=60)
            one = SmtpChannel(route, helo="shop.example.com", timeouts=patience)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            async with asyncio.timeout(10):
                assert isinstance(await one.send(envelope(), Journal()), Deferred)
            await one.close()

    asyncio.run(scenario())


def test_a_dead_server_is_not_hammered() -> None:
    async def scenario() -> None:
        async with receiver({"greeting": drop}) as server:
            one = channel(server)
            first = await send_many(one, 4)
            later = await send_many(one, 200)
            await one.close()
            assert all(isinstance(out, Deferred) and out.connection for out in first + later)
            assert server.connections <= 5

    asyncio.run(scenario())


def test_a_server_that_comes_back_is_found() -> None:
    async def scenario() -> None:
        async with receiver({"greeting": [drop, say("220 mx")]}) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Deferred)
            for _ in range(100):
                outcome = await one.send(envelope(), Journal())
                if isinstance(outcome, Accepted):
                    break
                await asyncio.sleep(0.02)
            assert all(isinstance(outcome, Accepted) for outcome in await send_many(one, 16))
            await one.close()

    asyncio.run(scenario())


def test_a_server_that_bears_two_connections_gets_two_and_all_the_mail() -> None:
    async def scenario() -> None:
        welcome, crowded = say("220 mx"), last_words("421 4.7.0 too many connections")
        async with receiver({"greeting": [welcome, welcome, crowded]}) as server:

            async def slow(writer: asyncio.StreamWriter) -> bytes:
                await asyncio.sleep(0.02)
                return await say("250 ok")(writer)

            server.script["dot"] = slow
            one = channel(server)
            outcomes = await send_many(one, 20)
            await one.close()
            assert all(isinstance(outcome, Accepted) for outcome in outcomes), outcomes
            assert len(server.bodies) == 20
            assert server.connections == 4

    asyncio.run(scenario())


def test_close_says_quit_and_defers_whoever_comes_later() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server)
            await send_many(one, 4)
            await one.close()
            await one.close()
            await server.ended()
            assert server.verbs.count("QUIT") == server.connections
            assert isinstance(await one.send(envelope(), Journal()), Deferred)

    asyncio.run(scenario())


def test_a_message_on_its_way_ends_well_while_the_channel_closes() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            one = channel(server)

            async def closes() -> bool:
                await one.close()
                return True

            assert isinstance(await one.send(envelope(), closes), Accepted)
            await server.ended()
            assert server.verbs[-1] == "QUIT"

    asyncio.run(scenario())


def test_a_server_that_ignores_quit_holds_nobody_up() -> None:
    async def scenario() -> None:
        async with receiver({"QUIT": hang}) as server:
            one = channel(server)
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            async with asyncio.timeout(10):
                await one.close()
            assert server.verbs[-1] == "QUIT"

    asyncio.run(scenario())
