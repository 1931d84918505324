"""The whole service with SQS between intake and delivery (an emulator, over real HTTP): what is
accepted is sent once, whatever becomes of the line, the queues and the processes."""

import asyncio
import contextlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from tests.acceptance.sqs import (
    Asked,
    Emulator,
    Fault,
    FaultProxy,
    Forward,
    cut_short,
    hung_up,
    passed,
    refused,
    unanswered,
)
from twofifty.adapters.sqs.carrier import SqsCarrier
from twofifty.adapters.sqs.faults import NoQueue
from twofifty.adapters.sqs.line import Line
from twofifty.adapters.sqs.place import parse_place
from twofifty.adapters.sqs.replies import Batch, QueueAddress
from twofifty.queue.carrier import CarrierState
from twofifty.testing.law import settled
from twofifty.testing.load import Load, Post
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

BOTH = pytest.mark.parametrize("end", ["", ".fifo"], ids=["standard", "fifo"])
HEADERS = (("Authorization", f"Bearer {KEY}"),)
SECONDS = 240.0


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    started = Emulator()
    yield started
    started.stop()


@pytest.fixture
def proxy(emulator: Emulator) -> Iterator[FaultProxy]:
    """A line to the emulator, on a loop of its own: the tests here wait for processes."""
    made, opened = FaultProxy(emulator.port), threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def listen() -> None:
        over = asyncio.Event()
        running.append((asyncio.get_running_loop(), over))
        async with made.open():
            opened.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    assert opened.wait(10)
    yield made
    loop, over = running[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()


def _posted(service: ServiceProcess, first: int, count: int) -> None:
    """Accepted orders, all of them."""
    posts = [
        Post(
            str(i),
            "/v1/orders",
            msgspec.json.encode({**sample_order(i, lines=1), "state": {"payment": "paid"}}),
            HEADERS,
        )
        for i in range(first, first + count)
    ]
    answered = asyncio.run(Load(service.port, connections=4).run(posts))
    assert {answer.status for answer in answered.values()} == {202}


def _sent_once(receiver: ReceiverProcess, count: int) -> None:
    copies = Counter(taken.message_id for taken in receiver.taken())
    assert len(copies) == count
    assert set(copies.values()) == {1}


@BOTH
def test_mail_goes_by_way_of_the_queues(
    emulator: Emulator, proxy: FaultProxy, end: str, start: Start, tmp_path: Path
) -> None:
    url = emulator.url(end, proxy.port)
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_BROKER_URL=url)
        _posted(service, 0, 100)
        assert settled(service, SECONDS).messages == {"sent": 100}
        _sent_once(receiver, 100)
        assert _entries(proxy, "SendMessageBatch") >= 100
        state = _eventually_empty(url)
        assert (state.ready, state.taken, state.dead) == (0, 0, 0)
        assert service.terminate() == 0
        assert "SECRET-WORD" not in service.log.read_text()


def _entries(proxy: FaultProxy, action: str) -> int:
    asked = [one.words() for one in proxy.asked if one.action == action]
    return sum(len(words["Entries"]) for words in asked)


def _eventually_empty(url: str) -> CarrierState:
    """How the queues are once everything is answered for."""

    async def looked() -> CarrierState:
        carrier, until = SqsCarrier(url), time.monotonic() + SECONDS
        state = await carrier.state()
        while (state.ready or state.taken) and time.monotonic() < until:
            await asyncio.sleep(0.2)
            state = await carrier.state()
        await carrier.close()
        return state

    return asyncio.run(looked())


def test_intake_and_delivery_elsewhere_share_postgresql_and_the_queues(
    emulator: Emulator, proxy: FaultProxy, tmp_path: Path
) -> None:
    server = PostgresqlServer()
    try:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            for setting in ("fsync", "full_page_writes"):
                admin.execute(f"ALTER SYSTEM SET {setting} = on")
            admin.execute("SELECT pg_reload_conf()")
        with ReceiverProcess(tmp_path) as receiver:
            told = {
                "TWOFIFTY_DATABASE_URL": server.database("twofifty"),
                "TWOFIFTY_BROKER_URL": emulator.url("", proxy.port),
                "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none",
            }
            with ServiceProcess(tmp_path, told, role="api") as intake:
                _posted(intake, 0, 100)
                assert receiver.count() == 0
                with subprocess.Popen(
                    (sys.executable, "-m", "twofifty.cli.main", "serve", "--role", "worker"),
                    cwd=tmp_path,
                    env=intake.environ,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                ) as worker:
                    _received(receiver, 100)
                    worker.terminate()
                    assert worker.wait(60) == 0
            _sent_once(receiver, 100)
            assert _entries(proxy, "SendMessageBatch") >= 100
    finally:
        server.remove()


def _received(receiver: ReceiverProcess, count: int) -> None:
    until = time.monotonic() + SECONDS
    while receiver.count() < count:
        assert time.monotonic() < until, f"{receiver.count()} of {count} came"
        time.sleep(0.05)


@pytest.mark.parametrize("end", ["", pytest.param(".fifo", marks=pytest.mark.slow)])
def test_a_bad_line_loses_and_doubles_nothing(
    emulator: Emulator, proxy: FaultProxy, end: str, start: Start, tmp_path: Path
) -> None:
    chance = random.Random(3)
    faults = [hung_up, unanswered, cut_short, refused(503, ""), refused(400, "RequestThrottled")]

    async def bad(asked: Asked, forward: Forward) -> bytes | None:
        chosen: Fault = chance.choice(faults) if chance.random() < 0.15 else passed
        return await chosen(asked, forward)

    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_BROKER_URL=emulator.url(end, proxy.port, visibility=4))
        proxy.fault = bad
        _posted(service, 0, 300)
        assert settled(service, SECONDS).messages == {"sent": 300}
        _sent_once(receiver, 300)
        proxy.fault = passed
        assert service.terminate() == 0


def test_while_sqs_is_away_mail_goes_without_it(
    emulator: Emulator, proxy: FaultProxy, start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_BROKER_URL=emulator.url("", proxy.port))
        _posted(service, 0, 50)
        proxy.fault = hung_up
        proxy.cut()
        _posted(service, 50, 50)
        assert settled(service, SECONDS).messages == {"sent": 100}
        proxy.fault = passed
        _posted(service, 100, 50)
        assert settled(service, SECONDS).messages == {"sent": 150}
        _sent_once(receiver, 150)
        assert service.terminate() == 0


@pytest.mark.parametrize("rounds", [2, pytest.param(6, marks=pytest.mark.slow)])
def test_queues_that_are_wiped_and_services_that_are_killed_lose_and_double_nothing(
    emulator: Emulator, proxy: FaultProxy, start: Start, tmp_path: Path, rounds: int
) -> None:
    url = emulator.url("", proxy.port)
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_BROKER_URL=url)
        for number in range(rounds):
            _posted(service, 200 * number, 200)
            _run(_wiped(url))
            if number % 2:
                service.kill()
                service.start()
                service.wait_ready()
        counted = settled(service, SECONDS).messages
        assert counted == {"sent": 200 * rounds}
        _sent_once(receiver, 200 * rounds)


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def _wiped(url: str) -> None:
    """All queues are deleted, with what is in them."""
    place = parse_place(url)
    line = Line(place)
    for name in (place.urgent, place.later, place.dead):
        with contextlib.suppress(NoQueue):  # it was not made again yet
            queue = await line.ask("get_queue_url", QueueAddress, QueueName=name)
            await line.ask("delete_queue", Batch, QueueUrl=queue.QueueUrl)
    await line.close()
