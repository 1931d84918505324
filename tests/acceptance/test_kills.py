"""R1, R2, R3, R4, R7, R16: killed at random moments while mail flows, nothing is lost, nothing is
silently doubled. The long form runs from `make test-slow`."""

import asyncio
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from twofifty.adapters.mailbox import Mailbox
from twofifty.testing.law import conserved, settled
from twofifty.testing.load import Load, Post
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

HEADERS = (("Authorization", f"Bearer {KEY}"),)
FORMS = [
    pytest.param(2_000, 20, id="2000-orders-20-kills"),
    pytest.param(5_000, 50, id="5000-orders-50-kills", marks=pytest.mark.slow),
]


def posts(count: int, *, times: int = 1) -> list[Post]:
    """Each order `times` times, in random order."""
    bodies = [msgspec.json.encode(_paid(i)) for i in range(count)]
    made = [
        Post(f"{i}/{again}", "/v1/orders", body, HEADERS)
        for i, body in enumerate(bodies)
        for again in range(times)
    ]
    random.Random(7).shuffle(made)
    return made


def _paid(i: int) -> dict[str, object]:
    return {**sample_order(i, lines=3), "state": {"payment": "paid"}}


@contextmanager
def killer(service: ServiceProcess, kills: int, seed: int) -> Iterator[threading.Event]:
    """Kills the whole group, or one delivery process, at random moments; starts it again."""
    done = threading.Event()
    chance = random.Random(seed)

    def run() -> None:
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 0.6))
            workers = service.workers()
            if workers and chance.random() < 0.3:
                os.kill(chance.choice(workers), signal.SIGKILL)
                continue
            service.kill()
            service.start()
            service.wait_ready()
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        thread.join()


def burst(service: ServiceProcess, count: int, kills: int, *, times: int = 1) -> set[str]:
    """Posts while killing; the names of the orders that were answered with 2xx."""
    with killer(service, kills, seed=count) as done:
        answered = asyncio.run(
            Load(service.port, pace=count * times / (kills * 0.9)).run(posts(count, times=times))
        )
        done.wait()
    assert {one.status for one in answered.values()} == {202}
    return {name.partition("/")[0] for name in answered}


def copies(receiver: ReceiverProcess) -> dict[str, list[str]]:
    """Message-ID to the hashes of every copy that was taken."""
    taken: dict[str, list[str]] = {}
    for one in receiver.taken():
        taken.setdefault(one.message_id, []).append(one.sha256)
    return taken


@pytest.mark.parametrize(("count", "kills"), FORMS)
@pytest.mark.timeout(1800)
def test_where_the_next_hop_can_be_asked_kills_lose_nothing_and_double_nothing(
    start: Start, tmp_path: Path, count: int, kills: int
) -> None:
    with ReceiverProcess(tmp_path, "take_then_drop@0.02") as receiver:
        query = f"tls=none&settle=1&lookup={quote(receiver.lookup, safe='')}"
        service = start(receiver, query=query)
        accepted = burst(service, count, kills)
        counted = settled(service, 300)
        taken = copies(receiver)

    assert len(accepted) == count
    assert counted.messages == {"sent": count}
    assert len(taken) == count
    assert Counter(len(hashes) for hashes in taken.values()) == {1: count}


@pytest.mark.parametrize(("count", "kills"), FORMS)
@pytest.mark.timeout(1800)
def test_where_nobody_can_be_asked_copies_come_only_from_listed_doubts_and_are_identical(
    start: Start, tmp_path: Path, count: int, kills: int
) -> None:
    with ReceiverProcess(tmp_path, "take_then_drop@0.02") as receiver:
        service = start(receiver, query="tls=none&settle=1")
        burst(service, count, kills)
        settled(service, 300)
        taken = copies(receiver)
        doubted = asyncio.run(doubts(service))

    assert len(taken) == count
    for message_id, hashes in taken.items():
        assert len(set(hashes)) == 1
        assert len(hashes) - 1 <= doubted[message_id.strip("<>").partition("@")[0]]


async def doubts(service: ServiceProcess) -> Counter[str]:
    """Public message id to how often it was listed as in doubt."""
    archive = service.archive()
    try:
        return Counter(await archive.doubts())
    finally:
        await archive.close()


@pytest.mark.timeout(900)
def test_an_order_sent_many_times_over_kills_is_mailed_once(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(
            receiver, query=f"tls=none&settle=1&lookup={quote(receiver.lookup, safe='')}"
        )
        burst(service, 500, 6, times=4)
        counted = settled(service)
        taken = copies(receiver)

    assert counted.messages == {"sent": 500}
    assert sorted(len(hashes) for hashes in taken.values()) == [1] * 500


def test_a_killed_delivery_process_is_replaced_and_its_mail_leaves(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, "hang:mail") as deaf:
        service = start(deaf, query="tls=none&timeout=60")
        with service.client() as client:
            client.post("/v1/orders", json=_paid(1)).raise_for_status()
            until = time.monotonic() + 30
            while conserved(service).messages.get("sending") != 1:
                assert time.monotonic() < until
                time.sleep(0.05)
            service.kill()
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver)
        counted = settled(service)
        assert receiver.count() == 1
    assert counted.messages == {"sent": 1}


def test_with_the_built_in_mailbox_a_pulled_plug_ends_in_no_doubt(
    start: Start, tmp_path: Path
) -> None:
    service = start()
    asyncio.run(Load(service.port).run(posts(150)))
    service.kill()
    service.start()
    service.wait_ready()
    assert settled(service, 60).messages == {"sent": 150}
    mailbox = Mailbox(tmp_path / "data" / "mailbox.db")
    assert mailbox.count() == 150
