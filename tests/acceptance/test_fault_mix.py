"""R1, R2, R3, R16: mail that can be delivered, under a mix of all that happens to mail in a day.
One route of two is dead, servers greylist, put off, break the line and are slow, processes die.
Everything is delivered, the first retry comes within a minute, copies only as declared."""

import asyncio
import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.acceptance.mails import an_order, copies, hurried, mails, note, until
from tests.acceptance.rows import rows
from twofifty.testing.load import Load
from twofifty.testing.moment import PROCEED, Action, Delay, Moment, Script
from twofifty.testing.ports import free_port
from twofifty.testing.process import ServiceProcess, Start
from twofifty.testing.receiver import Offer, Receiver, running_receiver
from twofifty.testing.script import (
    any_of,
    at,
    defer_at,
    drop_before_dot,
    greylist,
    sometimes,
    take_then_drop,
)

PATIENCE = 240.0
WANTED = 0.999

_FIRST_RETRIES = """
SELECT (SELECT min(n.at) FROM message_events n
        WHERE n.message = e.message AND n.id > e.id AND n.status = 'sending') - e.at
FROM message_events e
WHERE e.id = (SELECT min(f.id) FROM message_events f
              WHERE f.message = e.message AND f.status = 'deferred'
              AND f.cause NOT IN ('rate', 'resting'))
"""


def greylisting_every_fifth() -> Script:
    """One domain in five greylists whom it does not know."""
    grey = greylist(1, 2.0)

    def script(moment: Moment) -> Action:
        return grey(moment) if moment.recipient.endswith("0.example.test") else PROCEED

    return script


def mixed() -> Script:
    return any_of(
        greylisting_every_fifth(),
        sometimes(0.05, defer_at("rcpt"), seed=1),
        sometimes(0.03, drop_before_dot, seed=2),
        sometimes(0.02, take_then_drop, seed=3),
        sometimes(0.05, at("dot", Delay(1.0)), seed=4),
    )


_SCHEDULED = """
SELECT m.seq, j.run_at - (SELECT max(e.at) FROM message_events e
                          WHERE e.message = m.seq AND e.status = 'deferred')
FROM messages m JOIN jobs j ON j.message = m.seq
WHERE m.status = 'deferred' AND m.attempt = 1 AND m.code NOT IN ('rate', 'resting')
"""


class Faults(Counter[str]):
    """How often each fault was injected by a receiver, or by a killer."""

    def told(self, receiver: Receiver) -> None:
        names = ("rcpt.4yz", "data.cut", "dot.drop", "dot.delay")
        self.update({name: receiver.ledger.counts[name] for name in names})


@contextlib.contextmanager
def killer(service: ServiceProcess, kills: int, faults: Faults) -> Iterator[threading.Event]:
    """Kills the whole service, or one delivery process, again and again while mail flows."""
    chance, done = random.Random(kills), threading.Event()

    def run() -> None:
        for number in range(kills):
            time.sleep(chance.uniform(0.5, 2.0))
            workers = service.workers()
            if workers and number % 2:
                os.kill(chance.choice(workers), signal.SIGKILL)
                faults["kill.worker"] += 1
                continue
            service.kill()
            service.start()
            service.wait_ready()
            faults["kill.service"] += 1
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        thread.join()


def all_tried_again(service: ServiceProcess) -> bool:
    """Whether every mail was tried, and every one that failed then was tried again."""
    return all(one.first for one in mails(service)) and None not in first_retries(service)


def first_retries(service: ServiceProcess) -> list[float | None]:
    """Seconds from a mail's first failure to its next attempt; None: there was none yet."""
    return [row[0] for row in rows(service, _FIRST_RETRIES)]


@contextlib.contextmanager
def scheduled(service: ServiceProcess) -> Iterator[dict[int, float]]:
    """Message to the seconds from its first failure to when its next attempt is due, of all that
    wait for it while this goes on. A backlog, or a kill, may make that attempt later."""
    seen: dict[int, float] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.5):
            seen.update((seq, seconds) for seq, seconds in rows(service, _SCHEDULED))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def started(start: Start, receiver: Receiver, asked: bool) -> ServiceProcess:
    lookup = f"&lookup={quote(receiver.lookup_url, safe='')}" if asked else ""
    ports = (free_port(), receiver.port)
    urls = [f"smtp://127.0.0.1:{port}?tls=none&timeout=10&settle=2{lookup}" for port in ports]
    return start(TWOFIFTY_SMTP_URL=",".join(urls))


@pytest.mark.parametrize(
    ("count", "kills", "asked"),
    [
        pytest.param(1_000, 6, True, id="1000-mails-6-kills"),
        pytest.param(10_000, 40, True, id="10000-mails-40-kills", marks=pytest.mark.slow),
        pytest.param(10_000, 40, False, id="10000-mails-not-asked", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(3000)
def test_what_can_be_delivered_is_delivered(
    start: Start, tmp_path: Path, count: int, kills: int, asked: bool
) -> None:
    faults = Faults()
    with running_receiver(mixed(), offer=Offer(lookup=True)) as receiver:
        service = started(start, receiver, asked)
        orders = [an_order(i, f"buyer{i}@shop{i % 50}.example.test") for i in range(count)]
        with scheduled(service) as waits:
            with killer(service, kills, faults) as done:
                answered = asyncio.run(Load(service.port, pace=count / (kills * 1.5)).run(orders))
                done.wait()
            until(
                lambda: all_tried_again(service),
                PATIENCE,
                lambda: Counter((one.status, one.code) for one in mails(service)),
            )
        retries = [one for one in first_retries(service) if one is not None]
        counted = hurried(service, PATIENCE)
        faults.told(receiver)
        taken = copies(receiver.ledger)
        found = mails(service)

    doubled = {one: len(hashes) - 1 for one, hashes in taken.items() if len(hashes) > 1}
    note(
        f"fault mix, {'asked' if asked else 'not asked'}",
        {
            "faults": faults.total(),
            "of": dict(faults),
            "messages": count,
            "delivered": len(taken),
            "lost": sum(one.status == "sent" and one.rfc_id not in taken for one in found),
            "doubled": sum(doubled.values()),
            "in_doubt": sum(one.doubts > 0 for one in found),
            "retried": len(retries),
            "first_retry_due_after": round(max(waits.values()), 1),
            "first_retry_after": round(max(retries), 1),
        },
    )
    assert len(answered) == count
    assert len(taken) >= WANTED * count
    assert counted.messages == {"sent": len(taken)}
    assert {one.rfc_id for one in found if one.status == "sent"} == set(taken)
    assert all(len(set(hashes)) == 1 for hashes in taken.values())
    assert len(waits) >= count // 10
    assert max(waits.values()) <= 60
    assert min(faults[name] for name in ("rcpt.4yz", "data.cut", "dot.drop", "dot.delay")) > 0
    doubts = {one.rfc_id: one.doubts for one in found}
    assert not doubled if asked else all(doubts[one] >= n for one, n in doubled.items())
