"""SQS over a real line (an emulator's) that breaks in every way: nothing is lost, and nothing comes
twice that would not have to."""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec
import pytest

from tests.acceptance.sqs import (
    Asked,
    Emulator,
    Fault,
    FaultProxy,
    Forward,
    cut_short,
    hung_up,
    only,
    partly,
    passed,
    refused,
    slow,
    unanswered,
)
from twofifty.adapters.sqs.carrier import SqsCarrier
from twofifty.adapters.sqs.line import Line
from twofifty.adapters.sqs.place import parse_place
from twofifty.adapters.sqs.replies import Batch, QueueAddress, QueueSays
from twofifty.errors import BrokerError
from twofifty.queue.carrier import Handed, Ticket

PATIENCE = 60.0
BRIEFLY = 0.3
BOTH = pytest.mark.parametrize("end", ["", ".fifo"], ids=["standard", "fifo"])


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    started = Emulator()
    yield started
    started.stop()


@contextlib.asynccontextmanager
async def _carriers(url: str, number: int) -> AsyncIterator[list[SqsCarrier]]:
    carriers = [SqsCarrier(url) for _ in range(number)]
    try:
        yield carriers
    finally:
        await asyncio.gather(*(carrier.close() for carrier in carriers))


@contextlib.asynccontextmanager
async def _behind(
    emulator: Emulator, end: str = "", **options: object
) -> AsyncIterator[tuple[FaultProxy, SqsCarrier]]:
    """A carrier behind a line that does not break yet; its queues are made."""
    async with FaultProxy(emulator.port).open() as proxy:
        url = emulator.url(end, proxy.port, **options)
        async with _carriers(url, 1) as (carrier,):
            assert (await carrier.state()).connected
            yield proxy, carrier
            proxy.fault = passed


async def _take(carrier: SqsCarrier, count: int) -> list[Handed]:
    taken: list[Handed] = []
    until = time.monotonic() + PATIENCE
    while len(taken) < count:
        assert time.monotonic() < until, f"{len(taken)} of {count} came"
        with contextlib.suppress(BrokerError):
            taken += await carrier.take(count - len(taken), BRIEFLY)
    return taken


def _jobs(handed: Sequence[Handed]) -> list[int]:
    return sorted(one.ticket.job for one in handed)


def _tickets(number: int) -> list[Ticket]:
    return [Ticket(job, job % 2) for job in range(number)]


# ── Answers that do not come ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fault",
    [
        refused(400, "RequestThrottled"),
        refused(400, "ThrottlingException"),
        refused(500, "InternalError"),
        refused(503, ""),
        refused(502, ""),
        hung_up,
    ],
    ids=["throttled", "throttling", "internal", "503", "502", "hung-up"],
)
def test_what_fails_twice_is_done_the_third_time(emulator: Emulator, fault: Fault) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            proxy.fault = only("SendMessageBatch", fault, times=2)
            assert list(await carrier.publish([Ticket(1)])) == [1]
            assert proxy.count("SendMessageBatch") == 3
            assert _jobs(await _take(carrier, 1)) == [1]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (refused(400, "RequestThrottled"), "fewer requests"),
        (refused(500, "InternalError"), "in trouble"),
        (refused(503, ""), "in trouble"),
        (hung_up, "did not come whole"),
        (refused(403, "AccessDenied"), "IAM policy"),
        (refused(403, "InvalidClientTokenId"), "access key"),
        (refused(403, "SignatureDoesNotMatch"), "secret key"),
        (refused(403, "ExpiredToken"), "have ended"),
        (refused(400, "KmsAccessDenied"), "kms:Decrypt"),
    ],
)
def test_what_fails_for_now_is_told_and_goes_on_after_it(
    emulator: Emulator, fault: Fault, said: str
) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            proxy.fault = fault
            with pytest.raises(BrokerError, match=said) as told:
                await carrier.publish([Ticket(1)])
            state = await carrier.state()
            assert not state.connected
            assert said in state.said
            for text in (str(told.value), state.said):
                assert "SECRET-WORD" not in text
                assert "KEYID" not in text
            proxy.fault = passed
            assert list(await carrier.publish([Ticket(1)])) == [1]
            assert _jobs(await _take(carrier, 1)) == [1]

    asyncio.run(scenario())


def test_a_taker_hears_of_a_fault_instead_of_an_empty_queue(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            proxy.fault = refused(403, "AccessDenied")
            with pytest.raises(BrokerError, match="IAM policy"):
                await carrier.take(10, PATIENCE)

    asyncio.run(scenario())


@BOTH
def test_what_was_sent_without_an_answer_is_there(emulator: Emulator, end: str) -> None:
    async def scenario() -> None:
        async with _behind(emulator, end) as (proxy, carrier):
            proxy.fault = only("SendMessageBatch", unanswered, times=1)
            assert list(await carrier.publish([Ticket(1)])) == [1]
            copies = len(await _take(carrier, 1)) + len(await carrier.take(5, 1.0))
            assert copies == (1 if end else 2)

    asyncio.run(scenario())


@BOTH
@pytest.mark.parametrize("fault", [cut_short, unanswered], ids=["cut-short", "unanswered"])
def test_what_was_handed_over_without_arriving_comes_again(
    emulator: Emulator, end: str, fault: Fault
) -> None:
    async def scenario() -> None:
        async with _behind(emulator, end, visibility=1) as (proxy, carrier):
            await carrier.publish(_tickets(10))
            proxy.fault = only("ReceiveMessage", fault, times=1)
            taken = await _take(carrier, 10)
            assert set(_jobs(taken)) == set(range(10))
            assert max(one.times for one in taken) == 2

    asyncio.run(scenario())


def test_a_slow_answer_does_not_keep_the_taker(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            await carrier.publish([Ticket(1)])
            proxy.fault = only("ReceiveMessage", slow(1.0), times=1)
            assert list(await carrier.take(5, 0.1)) == []
            assert _jobs(await carrier.take(5, PATIENCE)) == [1]

    asyncio.run(scenario())


def test_of_a_batch_only_what_was_taken_is_confirmed(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            proxy.fault = partly(lambda place: place % 3 == 0)
            confirmed = await carrier.publish([Ticket(job) for job in range(20)])
            assert sorted(confirmed) == [job for job in range(20) if job % 10 % 3]
            proxy.fault = partly(lambda place: True)
            with pytest.raises(BrokerError, match="took no ticket"):
                await carrier.publish([Ticket(99)])

    asyncio.run(scenario())


def test_of_many_batches_one_may_fail(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            proxy.fault = _for_later(proxy, refused(403, "AccessDenied"))
            assert set(await carrier.publish(_tickets(40))) == set(range(1, 40, 2))

    asyncio.run(scenario())


def _for_later(proxy: FaultProxy, fault: Fault) -> Fault:
    async def chosen(asked: Asked, forward: Forward) -> bytes | None:
        here = str(asked.words().get("QueueUrl", "")).endswith("-later")
        return await (fault if here else passed)(asked, forward)

    return chosen


def test_what_was_not_forgotten_comes_again(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator, visibility=1) as (proxy, carrier):
            await carrier.publish(_tickets(6))
            taken = await _take(carrier, 6)
            proxy.fault = only("DeleteMessageBatch", refused(403, "AccessDenied"))
            with pytest.raises(BrokerError, match="IAM policy"):
                await carrier.done(taken)
            again = await _take(carrier, 6)
            assert _jobs(again) == _jobs(taken)
            assert all(one.times == 2 for one in again)

    asyncio.run(scenario())


# ── Tickets that are held ───────────────────────────────────────────────────────────────────────


@BOTH
def test_what_is_held_for_long_stays_hidden(emulator: Emulator, end: str) -> None:
    async def scenario() -> None:
        async with _carriers(emulator.url(end, visibility=4), 2) as (one, two):
            await one.publish(_tickets(15))
            taken = await _take(one, 15)
            assert list(await two.take(15, 9.0)) == []
            await one.done(taken)

    asyncio.run(scenario())


@BOTH
def test_what_is_not_kept_hidden_goes_to_another(emulator: Emulator, end: str) -> None:
    async def scenario() -> None:
        async with _behind(emulator, end, visibility=2) as (proxy, carrier):
            proxy.fault = only("ChangeMessageVisibilityBatch", refused(500, "InternalError"))
            await carrier.publish(_tickets(3))
            taken = await _take(carrier, 3)
            again = await _take(carrier, 3)
            assert _jobs(again) == _jobs(taken)
            assert all(one.times == 2 for one in again)
            await carrier.done(taken)
            await carrier.done(again)

    asyncio.run(scenario())


def test_seeing_to_tickets_is_done_in_batches(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator, visibility=3) as (proxy, carrier):
            await carrier.publish([Ticket(job) for job in range(60)])
            taken = await _take(carrier, 60)
            proxy.asked.clear()
            await asyncio.sleep(4.0)
            beats = [one for one in proxy.asked if one.action == "ChangeMessageVisibilityBatch"]
            assert sum(len(one.words()["Entries"]) for one in beats) >= 60
            assert sum(len(one.words()["Entries"]) for one in beats) >= 5 * len(beats)
            await carrier.done(taken)

    asyncio.run(scenario())


@BOTH
def test_what_came_to_a_closing_taker_is_there_for_others_at_once(
    emulator: Emulator, end: str
) -> None:
    async def scenario() -> None:
        async with _carriers(emulator.url(end, wait=5, visibility=600), 2) as (one, two):
            assert (await one.state()).connected
            assert (await two.state()).connected
            assert list(await one.take(10, 1.0)) == []
            closing = asyncio.create_task(one.close())
            await asyncio.sleep(BRIEFLY)
            await two.publish(_tickets(4))
            await closing
            assert _jobs(await _take(two, 4)) == [0, 1, 2, 3]

    asyncio.run(scenario())


# ── Copies, strangers and dead letters ──────────────────────────────────────────────────────────


@BOTH
def test_what_is_published_twice_comes_twice(emulator: Emulator, end: str) -> None:
    """A ticket that was published in vain has to arrive when it is published again."""

    async def scenario() -> None:
        async with _carriers(emulator.url(end, groups=50), 1) as (carrier,):
            for _ in range(2):
                await carrier.publish(_tickets(20))
            came = Counter[int]()
            while came.total() < 40:
                taken = await _take(carrier, 1)
                came.update(_jobs(taken))
                await carrier.done(taken)
            assert set(came.values()) == {2}

    asyncio.run(scenario())


@BOTH
def test_a_stranger_among_the_tickets_is_put_aside(emulator: Emulator, end: str) -> None:
    async def scenario() -> None:
        url = emulator.url(end)
        async with _carriers(url, 1) as (carrier,):
            await carrier.publish([Ticket(5)])
            await _send_raw(url, "hello there")
            taken = await _take(carrier, 1)
            assert _jobs(taken) == [5]
            await carrier.done(taken)
            assert list(await carrier.take(5, 1.5)) == []
            assert _jobs(await carrier.dead(5)) == [0]
            assert (await carrier.state()).dead == 1

    asyncio.run(scenario())


@BOTH
def test_what_is_handed_over_too_often_is_put_aside(emulator: Emulator, end: str) -> None:
    async def scenario() -> None:
        async with _carriers(emulator.url(end, receives=2), 1) as (carrier,):
            await carrier.publish([Ticket(3)])
            for _ in range(2):
                await carrier.back(await _take(carrier, 1))
            assert list(await carrier.take(1, 1.5)) == []
            assert _jobs(await carrier.dead(5)) == [3]

    asyncio.run(scenario())


async def _send_raw(url: str, body: str) -> None:
    place = parse_place(url)
    line = Line(place)
    queue = (await line.ask("get_queue_url", QueueAddress, QueueName=place.urgent)).QueueUrl
    fifo = {"MessageGroupId": "g", "MessageDeduplicationId": "once"} if place.fifo else {}
    entries = [{"Id": "0", "MessageBody": body, **fifo}]
    sent = await line.ask("send_message_batch", Batch, QueueUrl=queue, Entries=entries)
    assert len(sent.Successful) == 1
    await line.close()


# ── The queues themselves ───────────────────────────────────────────────────────────────────────


@BOTH
def test_the_queues_are_made_as_they_are_needed(emulator: Emulator, end: str) -> None:
    async def scenario() -> None:
        url = emulator.url(end, receives=7)
        async with _carriers(url, 2) as carriers:
            for state in await asyncio.gather(*(carrier.state() for carrier in carriers)):
                assert state.connected
                assert not state.said
        place = parse_place(url)
        line = Line(place)
        for name in (place.urgent, place.later):
            policy = (await _attributes(line, name))["RedrivePolicy"]
            assert str(msgspec.json.decode(policy)["maxReceiveCount"]) == "7"
            assert place.dead in policy
        assert (await _attributes(line, place.dead))["MessageRetentionPeriod"] == "1209600"
        await line.close()

    asyncio.run(scenario())


async def _attributes(line: Line, name: str) -> dict[str, str]:
    queue = (await line.ask("get_queue_url", QueueAddress, QueueName=name)).QueueUrl
    asked = await line.ask(
        "get_queue_attributes", QueueSays, QueueUrl=queue, AttributeNames=["All"]
    )
    return asked.Attributes


def test_queues_of_others_are_only_looked_at(emulator: Emulator) -> None:
    async def scenario() -> None:
        url = emulator.url(create="no")
        async with _carriers(url, 1) as (carrier,):
            state = await carrier.state()
            assert not state.connected
            assert "create=no" in state.said
            place = parse_place(url)
            line = Line(place)
            for name in (place.dead, place.urgent, place.later):
                await line.ask("create_queue", QueueAddress, QueueName=name)
            await line.close()
            state = await carrier.state()
            assert state.connected
            assert "redrive policy" in state.said
            assert list(await carrier.publish([Ticket(1)])) == [1]

    asyncio.run(scenario())


def test_a_queue_that_was_deleted_is_made_again(emulator: Emulator) -> None:
    async def scenario() -> None:
        url = emulator.url()
        async with _carriers(url, 1) as (carrier,):
            await carrier.publish([Ticket(1)])
            place = parse_place(url)
            line = Line(place)
            queue = await line.ask("get_queue_url", QueueAddress, QueueName=place.urgent)
            await line.ask("delete_queue", Batch, QueueUrl=queue.QueueUrl)
            await line.close()
            with pytest.raises(BrokerError, match="does not exist"):
                await carrier.publish([Ticket(1)])
            assert list(await carrier.publish([Ticket(1)])) == [1]
            assert _jobs(await _take(carrier, 1)) == [1]

    asyncio.run(scenario())


def test_content_is_parted_into_requests_that_the_queue_takes(emulator: Emulator) -> None:
    async def scenario() -> None:
        async with _behind(emulator) as (proxy, carrier):
            sent = [Ticket(job, 1, os.urandom(150_000), bytes(32)) for job in range(12)]
            assert sorted(await carrier.publish(sent)) == list(range(12))
            assert proxy.count("SendMessageBatch") == 3
            taken = await _take(carrier, 12)
            assert {one.ticket for one in taken} == set(sent)

    asyncio.run(scenario())


def test_without_credentials_it_says_where_they_go(emulator: Emulator) -> None:
    program = (
        "import asyncio\n"
        "from twofifty.adapters.sqs.carrier import SqsCarrier\n"
        "async def said():\n"
        f"    carrier = SqsCarrier('sqs://eu-central-1/shop?endpoint=http://127.0.0.1:{emulator.port}')\n"
        "    print((await carrier.state()).said)\n"
        "    await carrier.close()\n"
        "asyncio.run(said())"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**clean, **nothing, "AWS_SHARED_CREDENTIALS_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "AWS_ACCESS_KEY_ID" in ended.stdout


# ── Many ────────────────────────────────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize("number", [400, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_tickets_over_a_bad_line_reach_one_of_several_takers(
    emulator: Emulator, end: str, number: int
) -> None:
    async def scenario() -> Counter[int]:
        async with FaultProxy(emulator.port).open() as proxy:
            url = emulator.url(end, proxy.port, visibility=4)
            async with _carriers(url, 4) as (publisher, *takers):
                await publisher.state()
                proxy.fault = _now_and_then(random.Random(number))
                done = Counter[int]()
                work = [asyncio.create_task(_works(taker, done)) for taker in takers]
                await _publishes(publisher, number, done)
                await _reached(done, number)
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
                proxy.fault = passed
                return done

    done = asyncio.run(asyncio.wait_for(scenario(), 30 * PATIENCE))
    assert set(done) == set(range(number))


def _now_and_then(chance: random.Random) -> Fault:
    faults = [hung_up, unanswered, cut_short, refused(503, ""), refused(400, "RequestThrottled")]
    faults += [partly(lambda place: chance.random() < 0.3), slow(0.2)]

    async def fault(asked: Asked, forward: Forward) -> bytes | None:
        chosen = chance.choice(faults) if chance.random() < 0.1 else passed
        return await chosen(asked, forward)

    return fault


async def _publishes(carrier: SqsCarrier, number: int, done: Counter[int]) -> None:
    """As a relay does: what is not confirmed is published again; not far ahead of the takers, for
    the emulator is slow with long queues."""
    left = _tickets(number)
    while left:
        some = left[:100]
        with contextlib.suppress(BrokerError):
            confirmed = set(await carrier.publish(some))
            left = [ticket for ticket in left if ticket.job not in confirmed]
        await _reached(done, number - len(left) - 300)


async def _reached(done: Counter[int], number: int) -> None:
    while len(done) < number:  # noqa: ASYNC110 - it is looked at, nobody tells
        await asyncio.sleep(0.05)


async def _works(carrier: SqsCarrier, done: Counter[int]) -> None:
    while True:
        with contextlib.suppress(BrokerError):
            taken = await carrier.take(50, BRIEFLY)
            done.update(_jobs(taken))
            await carrier.done(taken)
