"""R2, R3, R13, R14: processes that freeze past their lease and wake up, a service that dies without
its delivery processes, clocks that jump, and servers that lie. Nothing is lost, and copies are
only what was listed as in doubt."""

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.acceptance.mails import (
    an_order,
    copies,
    hurried,
    hurry,
    mails,
    note,
    post,
    statuses,
    until,
)
from twofifty.queue.worker import LEASE_SECONDS
from twofifty.testing.law import settled
from twofifty.testing.load import Load, Post
from twofifty.testing.moment import Lie, Raw
from twofifty.testing.process import ServiceProcess, Start
from twofifty.testing.receiver import Offer, Receiver, running_receiver
from twofifty.testing.script import accept, any_of, at, by_recipient, delay_at, sometimes

# Minutes on two cores: the short forms of all this are `test_fault_mix` and `test_smtp_faults`.
pytestmark = pytest.mark.slow

PATIENCE = 150.0
LATER = "+25h"
AFTER = "after.example.test"
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def orders(count: int, first: int = 1, domain: str = "example.com") -> list[Post]:
    return [an_order(first + i, f"buyer{first + i}@{domain}") for i in range(count)]


def opened(start: Start, receiver: Receiver, **told: str) -> ServiceProcess:
    lookup = quote(receiver.lookup_url, safe="")
    options = f"tls=none&timeout=10&settle=1&lookup={lookup}"
    return start(TWOFIFTY_SMTP_URL=f"smtp://127.0.0.1:{receiver.port}?{options}", **told)


@contextmanager
def meanwhile(service: ServiceProcess, posts: Iterable[Post], pace: float) -> Iterator[None]:
    """Posts in the background; all are answered when this ends."""
    load = Load(service.port, connections=4, pace=pace)
    thread = threading.Thread(target=lambda: asyncio.run(load.run(posts)))
    thread.start()
    try:
        yield
    finally:
        thread.join()


def all_left(service: ServiceProcess, domain: str) -> None:
    """Waits until what goes to `domain` is `sent`."""
    until(
        lambda: {one.status for one in mails(service) if one.domain == domain} == {"sent"},
        PATIENCE,
        lambda: [one for one in mails(service) if one.status != "sent"],
    )


def all_dead(pids: list[int]) -> None:
    until(lambda: not any(map(alive, pids)), PATIENCE, lambda: pids)


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def once_each(service: ServiceProcess, receiver: Receiver, count: int) -> None:
    """Every order's mail is `sent` and was taken once."""
    taken = copies(receiver.ledger)
    assert statuses(mails(service)) == {"sent": count}
    assert {one.rfc_id for one in mails(service)} == set(taken)
    assert {len(hashes) for hashes in taken.values()} == {1}


@pytest.mark.parametrize(
    "freezes", [1, pytest.param(50, marks=pytest.mark.slow)], ids=lambda number: f"{number}-freezes"
)
@pytest.mark.timeout(3000)
def test_a_process_that_is_frozen_past_its_lease_loses_and_doubles_nothing(
    start: Start, freezes: int
) -> None:
    """Its mails go to the other one, and it is fenced when it wakes up. A copy could come only of a
    freeze between the journal's commit and the dot; it would be listed."""
    chance = random.Random(freezes)
    with running_receiver(delay_at("rcpt", 0.05), offer=Offer(lookup=True)) as receiver:
        service = opened(start, receiver)
        post(service, orders(10))
        settled(service, PATIENCE)
        with meanwhile(service, orders(40 * freezes, 100), pace=8):
            for _ in range(freezes):
                time.sleep(chance.uniform(0.2, 0.8))
                frozen = chance.choice(service.workers())
                os.kill(frozen, signal.SIGSTOP)
                time.sleep(LEASE_SECONDS + 3)
                os.kill(frozen, signal.SIGCONT)
        counted = hurried(service, PATIENCE)
        taken, found = copies(receiver.ledger), mails(service)
    count = 10 + 40 * freezes
    extra = sum(len(hashes) - 1 for hashes in taken.values())
    doubted = sum(one.doubts for one in found)
    note(
        f"{freezes} freezes",
        {"messages": count, "lost": count - len(taken), "doubled": extra, "in_doubt": doubted},
    )
    assert counted.messages == {"sent": count}
    assert len(taken) == count
    assert extra <= doubted
    assert all(len(set(hashes)) == 1 for hashes in taken.values())


@pytest.mark.parametrize(
    "deaths", [2, pytest.param(30, marks=pytest.mark.slow)], ids=lambda number: f"{number}-deaths"
)
def test_a_service_that_dies_alone_leaves_no_process_that_sends_behind_its_back(
    start: Start, deaths: int
) -> None:
    """SIGKILL to the process that takes orders in, in the middle of its writing; the delivery
    processes notice, and end, while a new service starts its own."""
    with running_receiver(offer=Offer(lookup=True)) as receiver:
        service = opened(start, receiver)
        with meanwhile(service, orders(60 * deaths), pace=40):
            for _ in range(deaths):
                time.sleep(0.7)
                workers = service.workers()
                os.kill(service.pid, signal.SIGKILL)
                all_dead(workers)
                service.start()
                service.wait_ready()
        hurried(service, PATIENCE)
        note(f"{deaths} deaths of the service alone", {"messages": 60 * deaths, "lost": 0})
        once_each(service, receiver, 60 * deaths)


def test_a_server_that_lies_gets_identical_bytes_and_its_word_is_taken(start: Start) -> None:
    """One says 250 and throws the mail away, one says it twice, one says 451 to what it took: of
    the last alone copies come, one a try, all of them the same to the byte."""
    liars = by_recipient(
        {
            "@thrown.example.test": at("dot", Lie()),
            "@twice.example.test": at("dot", Raw(b"250 2.0.0 one\r\n250 2.0.0 two\r\n", take=True)),
            "@later.example.test": at("dot", Raw(b"451 4.3.0 later\r\n", take=True)),
        }
    )
    with running_receiver(liars, offer=Offer(lookup=True)) as receiver:
        service = opened(start, receiver)
        for at_, domain in enumerate(("thrown", "twice", "later", "well")):
            post(service, orders(5, 100 * at_, f"{domain}.example.test"))

        def of(domain: str) -> dict[str, int]:
            return statuses(one for one in mails(service) if one.domain.startswith(domain))

        def tried_thrice() -> bool:
            hurry(service)
            found = [one for one in mails(service) if one.domain.startswith("later")]
            return min(one.attempts for one in found) >= 3

        until(tried_thrice, PATIENCE, lambda: mails(service))
        assert [of("thrown"), of("twice"), of("well")] == [{"sent": 5}] * 3
        assert set(of("later")) <= {"deferred", "sending"}
        receiver.follow(accept)
        hurried(service, PATIENCE)
        tries = {one.rfc_id: one.attempts for one in mails(service)}
        taken = copies(receiver.ledger)
        thrown = len(receiver.ledger.lies)
    assert thrown == 5
    assert all(len(set(hashes)) == 1 for hashes in taken.values())
    assert {one: len(hashes) for one, hashes in taken.items()} == {one: tries[one] for one in taken}
    assert sorted(len(hashes) for hashes in taken.values())[:10] == [1] * 10


@pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime from the system's packages")
@pytest.mark.parametrize(
    "jumps",
    [
        ("+1h", "+0"),
        pytest.param(("+1h", "-1h", "+1d", "-1d", "+0"), marks=pytest.mark.slow),
    ],
    ids=",".join,
)
def test_a_clock_that_jumps_doubles_nothing_and_what_comes_after_leaves(
    start: Start, tmp_path: Path, jumps: tuple[str, ...]
) -> None:
    """What was due, or in doubt, at a moment that is yet to come waits until it has come."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    script = any_of(sometimes(0.1, at("dot", Raw(b"", hang_up=True, take=True))))
    with running_receiver(script, offer=Offer(lookup=True)) as receiver:
        service = opened(
            start,
            receiver,
            LD_PRELOAD=str(FAKETIME),
            FAKETIME_TIMESTAMP_FILE=str(clock),
            FAKETIME_CACHE_DURATION="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1",
        )
        post(service, orders(20))
        for number, jump in enumerate(jumps, 1):
            with meanwhile(service, orders(40, 100 * number), pace=20):
                time.sleep(1)
                clock.write_text(jump)
                time.sleep(2)
            post(service, orders(5, 100 * number + 50, AFTER))
            all_left(service, AFTER)
        assert not set(statuses(mails(service))) & {"failed", "held"}
        clock.write_text(LATER)
        hurried(service, PATIENCE)
        count = 20 + 45 * len(jumps)
        note(f"clock {jumps}", {"messages": count, "lost": 0, "doubled": 0})
        once_each(service, receiver, count)
