"""What a real RabbitMQ refuses is said in words, and nobody waits for what it cannot do now."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pamqp import commands

from tests.acceptance.cut_line import CutLine
from tests.acceptance.rabbitmq import RabbitmqServer, fresh_url
from twofifty.adapters.rabbitmq import wire
from twofifty.adapters.rabbitmq.address import address_of
from twofifty.adapters.rabbitmq.carrier import RabbitmqCarrier
from twofifty.adapters.rabbitmq.connection import opened
from twofifty.errors import BrokerError
from twofifty.queue.carrier import Ticket
from twofifty.testing.certificates import Authority

PATIENCE = 60.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RabbitmqServer]:
    authority = Authority(datetime.now(UTC))
    (folder / "ca.pem").write_bytes(authority.pem)
    made = RabbitmqServer(tls=authority.good().save(folder))
    yield made
    made.remove()


def with_carrier(url: str, use: Callable[[RabbitmqCarrier], Awaitable[None]]) -> None:
    async def whole() -> None:
        carrier = RabbitmqCarrier(url)
        try:
            await asyncio.wait_for(use(carrier), PATIENCE)
        finally:
            await carrier.close()

    asyncio.run(whole())


async def forever(carrier: RabbitmqCarrier) -> None:
    """Publishes until that fails."""
    while True:
        await carrier.publish([Ticket(100)])


def refusal(url: str) -> str:
    """What publishing says."""
    said: list[str] = []

    async def use(carrier: RabbitmqCarrier) -> None:
        with pytest.raises(BrokerError) as fault:
            await carrier.publish([Ticket(1)])
        said.append(str(fault.value))
        state = await carrier.state()
        said.append(state.said)

    with_carrier(url, use)
    return said[0]


def test_a_wrong_password_is_said_without_it(server: RabbitmqServer) -> None:
    said = refusal(server.url().replace("guest:guest", "guest:mistaken"))
    assert "ACCESS_REFUSED" in said
    assert "check user and password" in said
    assert "mistaken" not in said


def test_a_virtual_host_that_is_not_there_is_said(server: RabbitmqServer) -> None:
    said = refusal(server.url("none"))
    assert "vhost none not found" in said
    assert "add_vhost" in said


def test_a_broker_that_is_not_there_is_said(server: RabbitmqServer) -> None:
    assert "127.0.0.1:1:" in refusal("amqp://127.0.0.1:1")


def test_queues_that_are_there_and_otherwise_are_said(server: RabbitmqServer) -> None:
    url = fresh_url(server)

    async def use(carrier: RabbitmqCarrier) -> None:
        await carrier.publish([Ticket(1)])

    with_carrier(url, use)
    said = refusal(f"{url}&delivery_limit=7")
    assert "x-delivery-limit" in said
    assert "'7'" in said
    assert "'20'" in said
    assert "delete_queue" in said


def test_the_permissions_of_the_guide_are_enough(server: RabbitmqServer) -> None:
    async def use(carrier: RabbitmqCarrier) -> None:
        assert list(await carrier.publish([Ticket(1), Ticket(2)])) == [1, 2]
        handed = await carrier.take(2, 10)
        await carrier.refuse(handed)
        while not await carrier.dead(10):  # noqa: ASYNC110 - brokers say nothing of it
            await asyncio.sleep(0.1)

    server.control("add_vhost", "shop")
    server.control("add_user", "twofifty", "secret")
    ours = r"^twofifty($|\.)"
    server.control("set_permissions", "-p", "shop", "twofifty", ours, ours, ours)
    with_carrier(server.url("shop").replace("guest:guest", "twofifty:secret"), use)


def test_over_tls_with_a_trusted_certificate(server: RabbitmqServer, folder: Path) -> None:
    async def use(carrier: RabbitmqCarrier) -> None:
        assert list(await carrier.publish([Ticket(1)])) == [1]
        (handed,) = await carrier.take(1, 10)
        await carrier.done([handed])

    url = f"amqps://guest:guest@127.0.0.1:{server.tls_port}/?ca={folder}/ca.pem"
    with_carrier(f"{url}&prefix=over-tls", use)
    assert "certificate" in refusal(url.partition("?")[0]).lower()


def test_another_host_is_taken_where_one_is_gone(server: RabbitmqServer) -> None:
    async def use(carrier: RabbitmqCarrier) -> None:
        assert list(await carrier.publish([Ticket(1)])) == [1]

    for _ in range(5):
        url = fresh_url(server).replace("@127", "@127.0.0.1:1,127.0.0.1:2,127")
        with_carrier(url, use)


def test_a_frozen_broker_is_noticed_by_its_silence(server: RabbitmqServer) -> None:
    async def whole() -> None:
        line = CutLine(server.port)
        await line.open()
        address = address_of(f"amqp://guest:guest@127.0.0.1:{line.port}/?heartbeat=1")
        connection = await opened(address, address.hosts[0])
        line.freeze()
        until = time.monotonic() + PATIENCE
        while not connection.fault and time.monotonic() < until:  # noqa: ASYNC110 - asks itself
            await asyncio.sleep(0.1)
        assert connection.fault == "no sign of the broker for 2 s"
        await line.close()

    asyncio.run(whole())


def test_a_broker_that_is_out_of_memory_says_so_and_takers_go_on(server: RabbitmqServer) -> None:
    async def use(carrier: RabbitmqCarrier) -> None:
        await carrier.publish([Ticket(job) for job in range(20)])
        handed = await carrier.take(5, 10)
        await asyncio.to_thread(server.control, "set_vm_memory_high_watermark", "0.00001")
        try:
            with pytest.raises(BrokerError, match="takes nothing for now: low on memory"):
                await forever(carrier)
            await carrier.done(handed)
            assert len(await carrier.take(5, 10)) == 5
            assert (await carrier.state()).connected
        finally:
            watermark = ("set_vm_memory_high_watermark", "absolute", "512MiB")
            await asyncio.to_thread(server.control, *watermark)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                assert list(await carrier.publish([Ticket(200)])) == [200]
            except BrokerError:
                await asyncio.sleep(0.1)
            else:
                return
        raise AssertionError("it never took anything again")

    with_carrier(fresh_url(server), use)


def test_a_full_queue_confirms_what_it_took(server: RabbitmqServer) -> None:
    async def use(carrier: RabbitmqCarrier) -> None:
        confirmed: set[int] = set()
        for at in range(0, 100, 10):
            confirmed |= set(await carrier.publish([Ticket(job) for job in range(at, at + 10)]))
            await asyncio.sleep(0.05)
        assert 5 <= len(confirmed) < 100
        taken = set[int]()
        while handed := await carrier.take(10, 1):
            taken |= {one.ticket.job for one in handed}
            await carrier.done(handed)
        assert taken >= confirmed

    with_carrier(fresh_url(server, "max_length=5"), use)


def test_what_comes_back_too_often_is_dead(server: RabbitmqServer) -> None:
    async def use(carrier: RabbitmqCarrier) -> None:
        await carrier.publish([Ticket(1)])
        seen = []
        while handed := await carrier.take(1, 2):
            seen.append(handed[0].times)
            await carrier.back(handed)
        assert seen == [1, 2, 3, 4]
        assert [one.ticket.job for one in await carrier.dead(10)] == [1]
        assert (await carrier.state()).dead == 1

    with_carrier(fresh_url(server, "delivery_limit=3"), use)


def test_what_is_no_ticket_is_dead_and_shown_as_it_is(server: RabbitmqServer) -> None:
    url = fresh_url(server)

    async def use(carrier: RabbitmqCarrier) -> None:
        await carrier.publish([Ticket(1)])
        address = address_of(url)
        connection = await opened(address, address.hosts[0])
        channel = await connection.channel()
        publish = commands.Basic.Publish(
            exchange=address.prefix, routing_key=f"{address.prefix}.urgent"
        )
        posting = wire.Posting(channel.number, publish, connection.most_frame)
        connection.write(posting.written(b"not a ticket"))
        await connection.close()
        jobs: list[int] = []
        while handed := await carrier.take(5, 1):
            jobs += [one.ticket.job for one in handed]
            await carrier.done(handed)
        assert jobs == [1]
        (dead,) = await carrier.dead(10)
        assert (dead.ticket.job, dead.ticket.content) == (0, b"not a ticket")

    with_carrier(url, use)
