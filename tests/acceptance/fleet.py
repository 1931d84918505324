"""Intake and workers over one database, as on machines of their own; and what became of the mail
after something was done to them."""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import msgspec

from tests.acceptance.mails import an_order, copies, note
from twofifty.testing.law import settled
from twofifty.testing.load import Answered, Load
from twofifty.testing.process import ReceiverProcess, ServiceProcess

PATIENCE = 240.0
CONNECTIONS = 8
SETTLE = "tls=none&timeout=10&settle=1"


class Aftermath(msgspec.Struct, frozen=True):
    """`lost`: answered with 202, or `sent` by our word, and never taken. `extra`: copies beyond the
    first of each mail. `doubts`: how often a mail was listed as in doubt."""

    accepted: int
    lost: int
    extra: int
    doubts: int
    unlisted: int
    """Copies of mails that were never listed as in doubt."""
    differing: int
    """Mails whose copies are not the same to the byte."""


class Fleet:
    """One intake and its workers."""

    def __init__(self, intake: ServiceProcess, workers: Sequence[ServiceProcess]) -> None:
        self.intake = intake
        self.workers = workers
        self.all = [intake, *workers]

    def start(self) -> None:
        """Starts them all, and waits for the intake."""
        for one in self.all:
            one.start()
        self.intake.wait_ready()

    def kill(self) -> None:
        """SIGKILL to all of them."""
        for one in self.all:
            one.kill()


def settings(receiver: ReceiverProcess, database: str, host: str = "127.0.0.1") -> dict[str, str]:
    """What a fleet is told: mail goes to a receiver that can be asked what it took."""
    lookup = quote(receiver.lookup.replace("127.0.0.1", host), safe="")
    return {
        "TWOFIFTY_SMTP_URL": f"smtp://{host}:{receiver.port}?{SETTLE}&lookup={lookup}",
        "TWOFIFTY_DATABASE_URL": database,
        "TWOFIFTY_INSTANCE": "the shop",
    }


@contextmanager
def fleet(folder: Path, told: Mapping[str, str], workers: int = 2) -> Iterator[Fleet]:
    """An intake and workers on this machine, running; killed at the end."""
    made = [ServiceProcess(_made(folder / "intake"), told, role="api")]
    for number in range(workers):
        own = _made(folder / f"worker{number}")
        told = {**told, "TWOFIFTY_DATA_FOLDER": str(own)}
        made.append(ServiceProcess(own, told, role="worker"))
    with running(Fleet(made[0], made[1:])) as found:
        yield found


@contextmanager
def running(made: Fleet) -> Iterator[Fleet]:
    """Started, and killed at the end."""
    with ExitStack() as ends:
        ends.callback(made.kill)
        made.start()
        yield made


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


class Burst(threading.Thread):
    """Posts orders until each is answered, in the background."""

    def __init__(self, load: Load, count: int, first: int = 0) -> None:
        super().__init__(daemon=True)
        self.connections = CONNECTIONS
        self._load = load
        self._orders = [an_order(first + i, f"buyer{first + i}@example.com") for i in range(count)]
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Posts them all."""
        try:
            asyncio.run(self._load.run(self._orders))
        except BaseException as fault:
            self._fault = fault
            raise

    def accepted(self) -> list[Answered]:
        """The answers, which are all 202, once all are there."""
        self.join(PATIENCE * 8)
        assert not self.is_alive()
        assert self._fault is None
        answers = list(self._load.answered.values())
        assert {one.status for one in answers} <= {202}
        assert len(answers) == len(self._orders)
        return answers

    def count(self) -> int:
        """How many are answered."""
        return len(self._load.answered)

    def wait_for(self, answers: int) -> None:
        """Returns when so many are answered."""
        end = time.monotonic() + PATIENCE * 4
        while len(self._load.answered) < answers and self.is_alive():
            assert time.monotonic() < end, len(self._load.answered)
            time.sleep(0.01)


@contextmanager
def burst(intake: ServiceProcess, count: int, pace: float, first: int = 0) -> Iterator[Burst]:
    """Orders come at `pace` a second; all are answered when this ends."""
    host = intake.url.partition("://")[2].partition(":")[0]
    posting = Burst(Load(intake.port, connections=CONNECTIONS, pace=pace, host=host), count, first)
    posting.start()
    yield posting
    posting.accepted()


def aftermath(of: Fleet, receiver: ReceiverProcess, accepted: int) -> Aftermath:
    """Once nothing moves any more, and the conservation law holds."""
    counted = settled(of.intake, PATIENCE)
    taken = copies(receiver.taken())
    listed = asyncio.run(_doubts(of.intake))
    sent = counted.messages.get("sent", 0)
    assert counted.messages == {"sent": sent}
    extra = {one: len(hashes) - 1 for one, hashes in taken.items() if hashes[1:]}
    return Aftermath(
        accepted=accepted,
        lost=accepted - min(sent, len(taken)),
        extra=sum(extra.values()),
        doubts=sum(listed.values()),
        unlisted=sum(many > listed.get(_id(one), 0) for one, many in extra.items()),
        differing=sum(len(set(hashes)) > 1 for hashes in taken.values()),
    )


def noted(run: str, after: Aftermath, figures: Mapping[str, object]) -> None:
    """Keeps what a run came to."""
    note(run, {**msgspec.structs.asdict(after), **figures})


def unharmed(after: Aftermath) -> bool:
    """Nothing was lost, and where the next hop can be asked nothing was doubled."""
    return after.lost == after.extra == after.unlisted == after.differing == 0


def _id(message_id: str) -> str:
    return message_id.partition("@")[0]


async def _doubts(service: ServiceProcess) -> dict[str, int]:
    archive = service.archive()
    try:
        return await archive.doubts()
    finally:
        await archive.close()


def longest_gap(moments: Iterable[float]) -> float:
    """Seconds between two that follow each other, at most."""
    ordered = sorted(moments)
    return max((b - a for a, b in pairwise(ordered)), default=0.0)
