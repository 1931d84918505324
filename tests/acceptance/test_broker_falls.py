"""R10: a real RabbitMQ between intake and workers over PostgreSQL is killed, loses all it had, or
has no room on its disk: nothing is lost and nothing doubled, for the broker only carries ids."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.fleet import aftermath, burst, fleet, longest_gap, noted, settings, unharmed
from tests.acceptance.postgresql import PostgresqlServer
from tests.acceptance.rabbitmq import RabbitmqServer, fresh_url
from twofifty.testing.process import ReceiverProcess

FORMS = [
    pytest.param(800, 1, 40.0, id="800-orders-1-wipe"),
    pytest.param(20_000, 5, 90.0, id="20000-orders-5-wipes", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module")
def store() -> Iterator[PostgresqlServer]:
    made = PostgresqlServer()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def broker() -> Iterator[RabbitmqServer]:
    made = RabbitmqServer()
    yield made
    made.remove()


@pytest.mark.parametrize(("count", "wipes", "pace"), FORMS)
@pytest.mark.timeout(1800)
def test_a_broker_that_is_killed_and_wiped_loses_and_doubles_nothing(
    store: PostgresqlServer,
    broker: RabbitmqServer,
    tmp_path: Path,
    count: int,
    wipes: int,
    pace: float,
) -> None:
    database = store.database(f"wiped{count}") + "?unsafe=yes"
    with ReceiverProcess(tmp_path) as receiver:
        told = settings(receiver, database) | {"TWOFIFTY_BROKER_URL": fresh_url(broker)}
        with fleet(tmp_path, told) as of:
            with burst(of.intake, count, pace) as posting:
                for number in range(1, wipes + 1):
                    posting.wait_for(count * number // (wipes + 1))
                    broker.wipe()
            after = aftermath(of, receiver, count)
        gap = longest_gap(one.at for one in receiver.taken())
    noted(f"{wipes} wipes of the broker", after, {"recovery_s": round(gap, 2)})
    assert unharmed(after), after


@pytest.mark.timeout(300)
def test_a_broker_without_room_on_its_disk_delays_and_loses_nothing(
    store: PostgresqlServer, broker: RabbitmqServer, tmp_path: Path
) -> None:
    """It blocks whoever publishes. Orders are taken all the same, and their mail leaves."""
    database = store.database("no_room") + "?unsafe=yes"
    with ReceiverProcess(tmp_path) as receiver:
        told = settings(receiver, database) | {"TWOFIFTY_BROKER_URL": fresh_url(broker)}
        with fleet(tmp_path, told) as of:
            with burst(of.intake, 100, 50):
                pass
            broker.control("set_disk_free_limit", "1000000GB")
            try:
                with burst(of.intake, 100, 50, first=1_000):
                    pass
            finally:
                broker.control("set_disk_free_limit", "10MB")
            began = time.monotonic()
            after = aftermath(of, receiver, 200)
            recovery = time.monotonic() - began
    noted("no room at the broker", after, {"recovery_s": round(recovery, 2)})
    assert unharmed(after), after
