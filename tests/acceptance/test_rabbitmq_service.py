"""The whole service with RabbitMQ between intake and workers, all of them real processes."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.rabbitmq import RabbitmqServer, fresh_url
from twofifty.testing.process import ReceiverProcess, Start
from twofifty.testing.samples import sample_order

PATIENCE = 90.0


@pytest.fixture(scope="module")
def server() -> Iterator[RabbitmqServer]:
    made = RabbitmqServer()
    yield made
    made.remove()


def post(client: httpx2.Client, orders: range) -> None:
    for number in orders:
        order = {**sample_order(number), "state": {"payment": "paid"}}
        assert client.post("/v1/orders", json=order).status_code == 202


def come(receiver: ReceiverProcess, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while receiver.count() < count:
        assert time.monotonic() < until, f"{receiver.count()} of {count} came"
        time.sleep(0.1)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_mail_goes_by_the_broker_and_goes_on_when_it_was_killed(
    start: Start, server: RabbitmqServer, tmp_path: Path, workers: str
) -> None:
    url = fresh_url(server)
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_BROKER_URL=url, TWOFIFTY_WORKERS=workers)
        with service.client() as client:
            post(client, range(40))
            come(receiver, 40)
            queue = f"{url.partition('prefix=')[2]}.urgent"
            assert queue in server.control("list_queues", "name", "--silent")
            server.kill()
            post(client, range(40, 60))
            server.start()
            post(client, range(60, 80))
            come(receiver, 80)
            service.terminate()
        taken = Counter(one.message_id for one in receiver.taken())
    assert len(taken) == 80
    assert set(taken.values()) == {1}
