"""Which of a host's addresses is taken, and from where."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters_smtp.laboratory import Notes
from tests.unit.adapters_smtp.sending import Journal, channel, envelope
from twofifty.adapters.smtp.dial import Address, by_turns, dialled, first_connected
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.deliver.outcome import Accepted, Deferred
from twofifty.testing.ports import free_port
from twofifty.testing.receiver import Offer, Receiver

FAMILIES = st.sampled_from([socket.AF_INET, socket.AF_INET6])
LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])


@contextlib.contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[Address]:
    with socket.socket() as one:
        one.bind((host, 0))
        one.listen(8)
        yield Address(socket.AF_INET, (host, one.getsockname()[1]))


@contextlib.contextmanager
def silent() -> Iterator[Address]:
    """An address that answers no call: its queue is full and nobody takes from it."""
    with socket.socket() as one, contextlib.ExitStack() as stack:
        one.bind(("127.0.0.1", 0))
        one.listen(0)
        place = ("127.0.0.1", one.getsockname()[1])
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(place)
        yield Address(socket.AF_INET, place)


def nobody() -> Address:
    return Address(socket.AF_INET, ("127.0.0.1", free_port()))


@LOOPS
def test_the_next_address_is_tried_where_one_refuses_or_is_silent(
    loop: type[asyncio.AbstractEventLoop],
) -> None:
    async def scenario(addresses: list[Address]) -> object:
        with await first_connected(addresses, pause=0.02) as one:
            return one.getpeername()

    with listening() as good, silent() as mute, asyncio.Runner(loop_factory=loop) as runner:
        for addresses in ([nobody(), good], [mute, good], [mute, nobody(), good], [good, mute]):
            assert runner.run(scenario(addresses)) == good.place


def test_an_address_that_answers_late_is_still_taken() -> None:
    """One that is being tried goes on while the others fail."""

    async def scenario(good: Address) -> object:
        with await first_connected([good, nobody(), nobody()], pause=0.0) as one:
            return one.getpeername()

    with listening() as good:
        assert asyncio.run(scenario(good)) == good.place


def test_where_no_address_answers_the_first_fault_is_the_reason() -> None:
    async def scenario() -> None:
        with pytest.raises(ConnectionRefusedError):
            await first_connected([nobody(), nobody(), nobody()], pause=0.01)

    asyncio.run(scenario())


def test_no_socket_stays_behind_when_a_call_is_given_up(recwarn: pytest.WarningsRecorder) -> None:
    async def scenario(mute: Address) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await first_connected([mute, mute, mute], pause=0.01)

    with silent() as mute:
        asyncio.run(scenario(mute))
    assert not [one for one in recwarn if issubclass(one.category, ResourceWarning)]


def test_the_end_of_a_message_never_waits_for_an_acknowledgement() -> None:
    async def scenario(good: Address) -> int:
        with await first_connected([good]) as one:
            return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    with listening() as good:
        assert asyncio.run(scenario(good))


@given(st.lists(FAMILIES, min_size=1, max_size=12))
def test_families_take_turns_and_keep_the_order_within(families: list[int]) -> None:
    addresses = [Address(family, (str(at), 25)) for at, family in enumerate(families)]
    turns = by_turns(addresses)
    assert sorted(turns, key=lambda one: int(one.place[0])) == addresses
    assert turns[0] == addresses[0]
    for family in set(families):
        own = [one for one in turns if one.family == family]
        assert own == [one for one in addresses if one.family == family]
    if len(set(families)) == 2:
        assert turns[1].family != turns[0].family


def test_the_source_address_is_the_routes_own() -> None:
    async def scenario() -> None:
        notes = Notes()
        async with Receiver(notes) as server:
            one = channel(server.port, "&local=127.0.0.9")
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert notes.moments[0].peer == "127.0.0.9"

    asyncio.run(scenario())


@pytest.mark.parametrize("options", ["&family=6", "&local=%3A%3A1"])
def test_an_address_of_another_family_is_a_fault_of_the_route(options: str) -> None:
    async def scenario() -> None:
        async with Receiver() as server:
            one = channel(server.port, options)
            outcome = await one.send(envelope(), Journal())
            await one.close()
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("connect", True)
            assert server.sessions == 0

    asyncio.run(scenario())


def test_a_name_is_resolved_to_the_family_that_is_asked_for() -> None:
    async def scenario() -> None:
        async with Receiver() as server:
            route = SmtpRoute("localhost", server.port, "none", family="4")
            with await dialled(route) as one:
                assert one.getpeername() == ("127.0.0.1", server.port)

    asyncio.run(scenario())


def test_a_name_that_nobody_knows_is_a_fault_of_the_route() -> None:
    async def scenario() -> None:
        with pytest.raises(OSError, match=r".") as caught:
            await dialled(SmtpRoute("nobody.invalid", 25, "none"))
        assert isinstance(caught.value, socket.gaierror)

    asyncio.run(scenario())


def test_the_name_to_greet_with_is_the_routes_own() -> None:
    lines: list[bytes] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        lines.append(await reader.readline())
        writer.close()

    async def scenario() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        one = channel(server.sockets[0].getsockname()[1], "&helo=out.example.com")
        await one.send(envelope(), Journal())
        await one.close()
        server.close()

    asyncio.run(scenario())
    assert lines == [b"EHLO out.example.com\r\n"]


def test_a_connection_carries_no_more_messages_than_the_route_says() -> None:
    async def scenario() -> None:
        async with Receiver(offer=Offer()) as server:
            one = channel(server.port, "&messages=2")
            for _ in range(5):
                assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.sessions == 3

    asyncio.run(scenario())
