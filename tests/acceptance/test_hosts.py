"""Workers and intake on hosts of their own, cut off from everything for longer than a lease, or
from the database alone: nothing is lost and nothing doubled, and who comes back is fenced."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest

from tests.acceptance.fleet import (
    Fleet,
    aftermath,
    burst,
    longest_gap,
    noted,
    running,
    settings,
    unharmed,
)
from tests.acceptance.hosts import HostedService, Network, ReachableServer, network
from tests.acceptance.rabbitmq import RabbitmqServer, fresh_url
from twofifty.queue.worker import LEASE_SECONDS
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order

PAST_THE_LEASE = LEASE_SECONDS + 3
BOUND = 30.0
"""Seconds in which an intake that reaches no database has answered, however busy the machine is."""
_LISTEN = 'rabbit_networking:start_tcp_listener({"%s", %d}, 10).'
FORMS = [
    pytest.param(1_500, 75.0, id="1500-orders"),
    pytest.param(20_000, 100.0, id="20000-orders", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    with network() as made:
        yield made


@pytest.fixture(scope="module")
def server(net: Network) -> Iterator[ReachableServer]:
    made = ReachableServer(net.address)
    yield made
    made.remove()


def hosted(net: Network, folder: Path, told: dict[str, str]) -> Fleet:
    """One intake and two workers, a host each."""
    intake, *workers = (
        HostedService(host, folder / f"host{number}", told, "worker" if number else "api")
        for number, host in enumerate(net.hosts)
    )
    return Fleet(intake, workers)


@pytest.mark.parametrize(("count", "pace"), FORMS)
@pytest.mark.timeout(1800)
def test_a_worker_that_is_cut_off_past_its_lease_loses_and_doubles_nothing(
    net: Network, server: ReachableServer, tmp_path: Path, count: int, pace: float
) -> None:
    """Its mails go to the other host, and when it is joined again its old claims are worth
    nothing; then the other host is cut off, and it does the work alone."""
    database = server.from_hosts(f"cut{count}")
    with ReceiverProcess(tmp_path, host=net.address) as receiver:
        made = hosted(net, tmp_path, settings(receiver, database, net.address))
        with running(made), burst(made.intake, count, pace) as posting:
            posting.wait_for(count // 4)
            net.hosts[1].cut()
            time.sleep(PAST_THE_LEASE)
            net.hosts[1].heal()
            posting.accepted()
            before = aftermath(made, receiver, count)
            net.hosts[2].cut()
            with burst(made.intake, 20, pace, first=count):
                pass
            after = aftermath(made, receiver, count + 20)
            net.hosts[2].heal()
        gap = longest_gap(one.at for one in receiver.taken())
    noted("a worker's host cut off", after, {"recovery_s": round(gap, 2)})
    assert unharmed(before), before
    assert unharmed(after), after


@pytest.mark.timeout(300)
def test_an_intake_that_reaches_no_database_says_so_in_time_and_loses_nothing(
    net: Network, server: ReachableServer, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, host=net.address) as receiver:
        told = settings(receiver, server.from_hosts("apart"), net.address)
        made = hosted(net, tmp_path, told)
        with running(made):
            with burst(made.intake, 100, 50):
                pass
            net.hosts[0].cut(server.port)
            answers = [refused(made.intake, 1_000 + number) for number in range(3)]
            net.hosts[0].heal()
            began = time.monotonic()
            with burst(made.intake, 100, 50, first=2_000) as posting:
                posting.wait_for(1)
                back = time.monotonic() - began
            after = aftermath(made, receiver, 200)
    slowest = max(answers)
    noted(
        "intake cut off from the database",
        after,
        {"answered_s": round(slowest, 2), "recovery_s": round(back, 2)},
    )
    assert unharmed(after), after
    assert slowest < BOUND


def refused(intake: ServiceProcess, number: int) -> float:
    """Seconds until an order was answered with 503 and when to come again."""
    order = {**sample_order(number), "state": {"payment": "paid"}}
    began = time.monotonic()
    answer = httpx2.post(
        f"{intake.url}/v1/orders",
        content=msgspec.json.encode(order),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        timeout=120,
    )
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize(("count", "pace"), FORMS[:1])
@pytest.mark.timeout(600)
def test_with_a_broker_between_a_worker_that_is_cut_off_loses_and_doubles_nothing(
    net: Network, server: ReachableServer, tmp_path: Path, count: int, pace: float
) -> None:
    broker = RabbitmqServer()
    try:
        broker.control("eval", _LISTEN % (net.address, broker.port))
        database = server.from_hosts(f"carried{count}")
        with ReceiverProcess(tmp_path, host=net.address) as receiver:
            told = settings(receiver, database, net.address)
            told["TWOFIFTY_BROKER_URL"] = fresh_url(broker).replace("127.0.0.1", net.address)
            made = hosted(net, tmp_path, told)
            with running(made), burst(made.intake, count, pace) as posting:
                posting.wait_for(count // 4)
                net.hosts[1].cut()
                time.sleep(PAST_THE_LEASE)
                net.hosts[1].heal()
                posting.accepted()
                after = aftermath(made, receiver, count)
    finally:
        broker.remove()
    noted("a worker's host cut off, with RabbitMQ", after, {})
    assert unharmed(after), after
