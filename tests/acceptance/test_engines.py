"""The life of an order over every engine, in short: the whole suite runs over each of them by
`make test-engines`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.acceptance.bounces import notice
from tests.acceptance.engines import ENGINES, Engine
from tests.acceptance.mails import an_order, copies, mails, post, statuses, until
from tests.acceptance.test_feedback import BOUNCES, CANCELLED, Site
from twofifty.testing.law import settled
from twofifty.testing.ports import free_port
from twofifty.testing.process import ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order

PATIENCE = 60.0
BURST = 40
Opened = Callable[[ReceiverProcess], Site]


@pytest.fixture(scope="module", params=ENGINES)
def over(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine, its servers started once."""
    made = Engine(request.param)
    yield made
    made.stop()


@pytest.fixture
def opened(over: Engine, tmp_path: Path) -> Iterator[Opened]:
    """Starts a service of its own, with updates at once and a next hop that can be asked."""
    services: list[ServiceProcess] = []

    def begin(receiver: ReceiverProcess) -> Site:
        lmtp, lookup = free_port(), quote(receiver.lookup, safe="")
        options = f"tls=none&settle=1&lookup={lookup}"
        told = {
            "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?{options}",
            "TWOFIFTY_BOUNCE_ADDRESS": BOUNCES,
            "TWOFIFTY_INBOUND_URL": f"lmtp://127.0.0.1:{lmtp}",
            "TWOFIFTY_UPDATE_QUIET_SECONDS": "1",
        }
        services.append(ServiceProcess(tmp_path, {**over.settings(), **told}))
        services[-1].start()
        services[-1].wait_ready()
        return Site(services[-1], lmtp, receiver)

    yield begin
    for service in services:
        service.kill()


def test_an_order_is_confirmed_updated_cancelled_and_its_bounce_is_heard(
    opened: Opened, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        site, buyer = opened(receiver), "buyer@example.net"
        first = site.sent(1, buyer)
        line, *others = sample_order(1)["lines"]
        changed = [{**line, "quantity": "7"}, *others]
        site.follow(1, buyer, revision=2, lines=changed)
        site.stands(buyer, "update", "sent")
        site.follow(1, buyer, revision=3, lines=changed, state=CANCELLED)
        site.stands(buyer, "cancellation", "sent")
        assert site.bounced(site.path(first), notice(buyer))[0][0] == 250
        site.reaches(first, "bounced")
        again = site.order(2, buyer)
        site.reaches(again, "suppressed")
        counted = settled(site.service, PATIENCE)
    assert receiver.count() == 3
    assert counted.messages == {"bounced": 1, "sent": 2, "suppressed": 1}


def test_an_order_that_was_answered_is_confirmed_once_whatever_is_killed(
    opened: Opened, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, "delay:rcpt,0.05") as receiver:
        service = opened(receiver).service
        post(service, (an_order(i, f"buyer{i}@example.com") for i in range(BURST)))
        until(lambda: receiver.count() > 0, PATIENCE, lambda: statuses(mails(service)))
        service.kill()
        service.start()
        service.wait_ready()
        assert settled(service, PATIENCE).messages == {"sent": BURST}
        taken = copies(receiver.taken())
        assert {one.rfc_id for one in mails(service)} == set(taken)
    assert {len(hashes) for hashes in taken.values()} == {1}
