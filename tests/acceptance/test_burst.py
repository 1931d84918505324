"""R15: more orders at once than can be mailed at once. Each order has its mail, what one order has
to say leaves in the order of its saying, and memory does not grow with what waits."""

import asyncio
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from tests.acceptance.fleet import Fleet, fleet, settings
from tests.acceptance.mails import HEADERS, an_order, memory, note
from tests.acceptance.postgresql import PostgresqlServer
from twofifty.testing.law import settled
from twofifty.testing.ledger import Taken
from twofifty.testing.load import Load, Post
from twofifty.testing.process import ReceiverProcess

MOST_MEMORY = 512 * 1024 * 1024
EACH = 20
"""One order in so many is cancelled, as soon as the hundred that it came with was taken."""
TOGETHER = 100
FORMS = [
    pytest.param(1_000, 120.0, id="1000-orders"),
    pytest.param(100_000, 2_400.0, id="100000-orders", marks=pytest.mark.slow),
]


def buyer(i: int) -> str:
    return f"buyer{i}@example.com"


def cancelled(i: int) -> Post:
    """Order `i` a moment later."""
    before = an_order(i, buyer(i))
    order = msgspec.json.decode(before.body)
    state = {"payment": "paid", "cancelled_at": "2026-11-22T10:00:00Z"}
    body = msgspec.json.encode({**order, "revision": 2, "state": state})
    return Post(f"{i} cancelled", before.path, body, HEADERS)


def posted(of: Fleet, count: int) -> int:
    """Posts everything as fast as it goes; how many were taken."""
    load = Load(of.intake.port, connections=16)
    asyncio.run(all_posted(load, count))
    assert {one.status for one in load.answered.values()} == {202}
    return len(load.answered)


async def all_posted(load: Load, count: int) -> None:
    for first in range(0, count, TOGETHER):
        hundred = range(first, min(first + TOGETHER, count))
        await load.run(an_order(i, buyer(i)) for i in hundred)
        await load.run(cancelled(i) for i in hundred if i % EACH == 0)


def badly_told(heard: Counter[str], count: int) -> list[str]:
    """Who has not heard what they should: of an order that stands, once; of one that was cancelled,
    of it and of its end, or of neither."""
    right = {True: (0, 2), False: (1,)}
    return [buyer(i) for i in range(count) if heard[buyer(i)] not in right[i % EACH == 0]]


def out_of_order(taken: list[Taken]) -> list[str]:
    """Who heard of the end of an order before it was confirmed."""
    heard: set[str] = set()
    wrong = []
    for one in taken:
        (to,) = one.recipients
        head = one.data.partition(b"\r\n\r\n")[0].lower()
        if to in heard and b"\nin-reply-to:" not in head:
            wrong.append(to)
        heard.add(to)
    return wrong


def pids(of: Fleet) -> list[int]:
    return [pid for one in of.all for pid in (one.pid, *one.workers())]


@pytest.mark.parametrize(("count", "patience"), FORMS)
@pytest.mark.timeout(3600)
def test_a_burst_is_mailed_whole_in_order_and_within_its_memory(
    tmp_path: Path, count: int, patience: float
) -> None:
    server = PostgresqlServer()
    try:
        with ReceiverProcess(tmp_path, keep="bytes") as receiver:
            told = settings(receiver, server.database("burst") + "?unsafe=yes")
            with fleet(tmp_path, told) as of:
                accepted = posted(of, count)
                counted = settled(of.intake, patience)
                most = sum(memory(pids(of)).values())
            taken = receiver.taken()
    finally:
        server.remove()
    heard = Counter(to for one in taken for to in one.recipients)
    copies = Counter(one.message_id for one in taken)
    figures = {
        "accepted": accepted,
        "lost": counted.messages["sent"] - len(copies),
        "extra": len(taken) - len(copies),
        "badly_told": len(badly_told(heard, count)),
        "told_of_neither": count - len(heard),
        "out_of_order": len(out_of_order(taken)),
        "memory_mb": most // 1024**2,
        "messages": counted.messages,
    }
    note(f"a burst of {count}", figures)
    assert set(counted.messages) <= {"sent", "held"}
    assert figures["lost"] == figures["extra"] == figures["out_of_order"] == 0, figures
    assert figures["badly_told"] == 0, badly_told(heard, count)[:10]
    # Who heard nothing has a confirmation that the order's end overtook: a person may say more.
    assert figures["told_of_neither"] == counted.messages.get("held", 0), figures
    assert most <= MOST_MEMORY
