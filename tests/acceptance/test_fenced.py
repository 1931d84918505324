"""R14 on purpose: a worker is frozen in each window where that could double a mail, and wakes up
when another has done its work. What it still wants to do is refused, and counted."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest

from tests.acceptance.fleet import Aftermath, Fleet, aftermath, noted, running, settings, unharmed
from tests.acceptance.held_line import held_line
from tests.acceptance.mails import an_order, post, until
from tests.acceptance.postgresql import PostgresqlServer
from twofifty.testing.law import settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess

ORDERS = 12
PATIENCE = 60.0
PATIENT = 120
"""Seconds that it waits for a next hop: who wakes up has an answer, and patience left."""
DATA = b"DATA\r\n"
DOT = b"\r\n.\r\n"
COMMIT = b"COMMIT\x00"
_DOTTED = "SELECT count(*) FROM messages WHERE dot_at IS NOT NULL"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    made = PostgresqlServer()
    yield made
    made.remove()


class Scene:
    """An intake, a worker to be frozen, and one that starts when that has happened. `post` and
    `store` are its lines: to the next hop, and, of the first worker alone, to the database."""

    def __init__(self, server: PostgresqlServer, folder: Path, word: bytes) -> None:
        self._ends = ExitStack()
        self.receiver = self._ends.enter_context(ReceiverProcess(folder))
        self.post = self._ends.enter_context(held_line(self.receiver.port, word))
        self.store = self._ends.enter_context(held_line(server.port, COMMIT))
        name = folder.name.replace("-", "_")
        self._database = server.database(name)
        told = settings(self.receiver, f"{self._database}?unsafe=yes")
        told["TWOFIFTY_SMTP_URL"] = (
            told["TWOFIFTY_SMTP_URL"]
            .replace(f":{self.receiver.port}?", f":{self.post.port}?", 1)
            .replace("timeout=10", f"timeout={PATIENT}")
        )
        lined = told["TWOFIFTY_DATABASE_URL"].replace(f":{server.port}/", f":{self.store.port}/")
        intake = made(folder / "intake", told, "api")
        self.sleeper = made(folder / "sleeper", told | {"TWOFIFTY_DATABASE_URL": lined}, "worker")
        self.other = made(folder / "other", told, "worker")
        self.fleet = Fleet(intake, [self.sleeper])
        self._ends.callback(self.other.kill)
        self._ends.enter_context(running(self.fleet))

    def dotted(self) -> int:
        """How many mails' dots are journalled."""
        with psycopg.connect(self._database) as database:
            row = database.execute(_DOTTED).fetchone()
        return int(row[0]) if row else 0

    def freeze(self) -> None:
        """The sleeper does nothing more; what was held back waits for it by now."""
        os.kill(self.sleeper.pid, signal.SIGSTOP)
        self.post.let_go()
        self.store.let_go()

    def taken_over(self) -> None:
        """The other worker has started, and all is sent."""
        self.other.start()
        assert settled(self.fleet.intake, PATIENCE).messages == {"sent": ORDERS}
        assert self.receiver.count() == ORDERS

    def wake(self) -> Aftermath:
        """The sleeper goes on where it was; what became of it all once it has said of each mail
        that it is not its own any more."""
        os.kill(self.sleeper.pid, signal.SIGCONT)
        until(lambda: self.refused() >= ORDERS, PATIENCE, self.said)
        return aftermath(self.fleet, self.receiver, ORDERS)

    def refused(self) -> int:
        """Of how many mails a dot or an outcome of the sleeper's was refused."""
        return len(self.fenced() | self.unsettled())

    def fenced(self) -> set[str]:
        """The mails whose dots were refused to it."""
        return {str(one["message"]) for one in self.said() if one["action"] == "deliver.fenced"}

    def unsettled(self) -> set[str]:
        """The mails whose outcomes were refused to it."""
        return {str(one["message"]) for one in self.said() if one.get("settled") is False}

    def said(self) -> list[dict[str, str | bool | None]]:
        """The sleeper's log."""
        lines = self.sleeper.log.read_bytes().splitlines()
        return [msgspec.json.decode(line) for line in lines if line.startswith(b"{")]

    def end(self) -> None:
        """Ends everything."""
        self._ends.close()


def made(folder: Path, told: Mapping[str, str], role: str) -> ServiceProcess:
    """A service with a folder of its own."""
    folder.mkdir()
    return ServiceProcess(folder, {**told, "TWOFIFTY_DATA_FOLDER": str(folder)}, role=role)


@contextmanager
def scene(server: PostgresqlServer, folder: Path, word: bytes) -> Iterator[Scene]:
    """Running, its orders in flight and no answer to `word` heard yet; ended at the end."""
    found = Scene(server, folder, word)
    try:
        found.post.hold()
        post(found.fleet.intake, [an_order(i, f"buyer{i}@example.com") for i in range(ORDERS)])
        steady(found.post.waiting)
        yield found
    finally:
        found.end()


def steady(count: Callable[[], int]) -> int:
    """A count that is not zero and stays what it is for a while."""
    seen, since = 0, time.monotonic()

    def stays() -> bool:
        nonlocal seen, since
        if (now := count()) != seen:
            seen, since = now, time.monotonic()
        return seen > 0 and time.monotonic() - since > 1

    until(stays, PATIENCE, lambda: seen)
    return seen


@pytest.mark.timeout(240)
def test_a_worker_that_wakes_up_before_its_dots_may_send_nothing(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    with scene(server, tmp_path, DATA) as found:
        assert found.dotted() == 0
        found.freeze()
        found.taken_over()
        after = found.wake()
        assert len(found.fenced()) == ORDERS
    noted("frozen before the dot", after, {"fenced": ORDERS})
    assert unharmed(after), after
    assert after.doubts == 0


@pytest.mark.timeout(240)
def test_a_worker_that_wakes_up_between_its_journal_and_its_dots_sends_no_copy(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    """The journal has its dots, and it does not know yet. What it learns when it wakes up is old:
    it asks again, and is refused."""
    with scene(server, tmp_path, DATA) as found:
        found.store.hold()
        found.post.let_go()
        dotted = steady(found.dotted)
        assert found.receiver.count() == 0
        found.freeze()
        found.taken_over()
        after = found.wake()
        assert len(found.fenced()) == ORDERS
        assert len(found.unsettled()) == dotted
    noted("frozen between the journal and the dot", after, {"fenced": ORDERS, "dotted": dotted})
    assert unharmed(after), after
    assert after.doubts == dotted


@pytest.mark.timeout(240)
def test_a_worker_that_wakes_up_with_old_answers_may_not_settle(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    """Of what was taken meanwhile another has asked, and settled it."""
    with scene(server, tmp_path, DOT) as found:
        taken = steady(found.receiver.count)
        found.freeze()
        found.taken_over()
        after = found.wake()
        assert len(found.unsettled()) == taken
        assert len(found.fenced()) == ORDERS - taken
    noted("frozen before the answer", after, {"fenced": ORDERS - taken, "unsettled": taken})
    assert unharmed(after), after
    assert after.doubts == taken
