"""R11: mails that kill whatever delivers them are parked at their third attempt, and all others
leave."""

import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.acceptance.engines import Engine
from tests.acceptance.mails import an_order, copies, mails, note, post, statuses
from twofifty.testing.law import conserved
from twofifty.testing.process import ServiceProcess
from twofifty.testing.receiver import Offer, running_receiver

# Minutes on two cores: the short forms of all this are `test_fault_mix` and `test_smtp_faults`.
pytestmark = pytest.mark.slow

PATIENCE = 150.0
ROOT = Path(__file__).parents[2]


class Couriers:
    """Two delivery processes that are started again when they die, as the service does it."""

    def __init__(self, service: ServiceProcess, url: str) -> None:
        program = (sys.executable, "-m", "tests.acceptance.poisoned")
        kept = service.environ["TWOFIFTY_DATABASE_URL"]
        self._words = (*program, kept, str(service.folder / "working"), url)
        self._running = [self._start() for _ in range(2)]
        self.deaths = 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._words, cwd=ROOT, stdout=subprocess.DEVNULL)

    def revive(self) -> None:
        for at, one in enumerate(self._running):
            if one.poll() is not None:
                self.deaths += 1
                self._running[at] = self._start()

    def stop(self) -> None:
        for one in self._running:
            one.kill()
            one.wait()


@pytest.mark.parametrize(
    ("count", "poison"),
    [
        pytest.param(200, 2, id="200-mails-2-poison"),
        pytest.param(2_000, 20, id="2000-mails-20-poison", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(1200)
def test_what_kills_is_parked_at_its_third_attempt_and_the_others_leave(
    tmp_path: Path, engine: Engine, count: int, poison: int
) -> None:
    told = {**engine.settings(), "TWOFIFTY_SMTP_URL": "smtp://127.0.0.1:9?tls=none"}
    with (
        running_receiver(offer=Offer(lookup=True)) as receiver,
        ServiceProcess(tmp_path, told, role="api") as service,
    ):
        every = count // poison
        names = ["poison" if i % every == every // 2 else "buyer" for i in range(count)]
        post(service, (an_order(i, f"{name}{i}@example.com") for i, name in enumerate(names)))
        lookup = quote(receiver.lookup_url, safe="")
        url = f"smtp://127.0.0.1:{receiver.port}?tls=none&settle=1&lookup={lookup}"
        couriers = Couriers(service, url)
        try:
            end = time.monotonic() + PATIENCE * max(1, poison / 4)
            while set(statuses(mails(service))) != {"sent", "held"}:
                assert time.monotonic() < end, statuses(mails(service))
                couriers.revive()
                time.sleep(0.05)
        finally:
            couriers.stop()
        conserved(service)
        taken, found = copies(receiver.ledger), mails(service)
    parked = [one for one in found if one.status == "held"]
    figures = {"messages": count, "parked": len(parked), "deaths": couriers.deaths, "lost": 0}
    note("poison", figures)
    assert {one.recipient[:6] for one in parked} == {"poison"}
    assert len(parked) == poison
    assert {one.code for one in parked} == {"poison"}
    assert max(one.attempts for one in parked) <= 3
    assert sorted(len(hashes) for hashes in taken.values()) == [1] * (count - poison)
