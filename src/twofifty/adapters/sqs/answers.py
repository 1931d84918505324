"""Batches of messages: sent, forgotten, shown to others again, kept from them.

All batches of a call are under way at once. One that fails does not keep the others from being
tried; what SQS refuses alone is no fault of its batch.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TypeVar

from twofifty.adapters.sqs.batches import by_number, by_size
from twofifty.adapters.sqs.faults import failed
from twofifty.adapters.sqs.held import Kept
from twofifty.adapters.sqs.letters import Letter
from twofifty.adapters.sqs.line import Line
from twofifty.adapters.sqs.replies import Batch
from twofifty.errors import BrokerError

T = TypeVar("T")


async def send(line: Line, letters: Sequence[Letter], limit: int) -> list[Letter]:
    """Those of `letters` that SQS took. Raises BrokerError where it took none."""
    batches = [
        batch
        for some in _apart(letters, lambda letter: letter.queue)
        for batch in by_size(some, Letter.size, limit)
    ]
    answers, faults = await _all(_sent(line, batch) for batch in batches)
    taken = [letter for some, _ in answers for letter in some]
    if letters and not taken:
        raise next(iter(faults), None) or BrokerError(next(said for _, said in answers))
    return taken


async def forget(line: Line, kept: Sequence[Kept]) -> None:
    """Deletes them. One that SQS does not delete comes again and finds nothing to do. Raises
    BrokerError where a whole batch failed."""
    _, faults = await _all(
        line.ask("delete_message_batch", Batch, QueueUrl=some[0].queue, Entries=_handles(some))
        for some in _batches(kept)
    )
    _raise_first(faults)


async def show(line: Line, kept: Sequence[Kept]) -> None:
    """Lets others have them at once. Raises BrokerError where a whole batch failed; those come by
    themselves, when their time is over."""
    _, faults = await _all(_hidden(line, some, 0) for some in _batches(kept))
    _raise_first(faults)


async def hide(line: Line, kept: Sequence[Kept], seconds: int, now: float) -> None:
    """Keeps them from others for `seconds` from `now` on. Raises BrokerError where a whole batch
    failed; what SQS refuses alone is somebody else's soon, or gone."""

    async def one_batch(some: Sequence[Kept]) -> None:
        for entry in (await _hidden(line, some, seconds)).Successful:
            some[int(entry.Id)].until = now + seconds

    _, faults = await _all(one_batch(some) for some in _batches(kept))
    _raise_first(faults)


async def _sent(line: Line, batch: Sequence[Letter]) -> tuple[list[Letter], str]:
    """What was taken of a batch, and why the first of the others was not."""
    entries = [letter.entry(number) for number, letter in enumerate(batch)]
    answer = await line.ask("send_message_batch", Batch, QueueUrl=batch[0].queue, Entries=entries)
    said = next((failed(one.Code, one.Message) for one in answer.Failed), "no answer")
    return [batch[int(one.Id)] for one in answer.Successful], f"SQS took no ticket: {said}"


async def _hidden(line: Line, some: Sequence[Kept], seconds: int) -> Batch:
    entries = [{**entry, "VisibilityTimeout": seconds} for entry in _handles(some)]
    what, queue = "change_message_visibility_batch", some[0].queue
    return await line.ask(what, Batch, QueueUrl=queue, Entries=entries)


def _handles(some: Sequence[Kept]) -> list[dict[str, object]]:
    return [{"Id": str(number), "ReceiptHandle": one.handle} for number, one in enumerate(some)]


def _batches(kept: Sequence[Kept]) -> list[Sequence[Kept]]:
    return [batch for some in _apart(kept, lambda one: one.queue) for batch in by_number(some)]


def _apart(things: Sequence[T], queue: Callable[[T], str]) -> Iterable[list[T]]:
    """Queue by queue, in the order in which the queues come."""
    found = defaultdict[str, list[T]](list)
    for thing in things:
        found[queue(thing)].append(thing)
    return found.values()


async def _all(tried: Iterable[Coroutine[None, None, T]]) -> tuple[list[T], list[BrokerError]]:
    """What came out, and what did not. Anything but BrokerError is raised."""
    ended = await asyncio.gather(*tried, return_exceptions=True)
    faults = [one for one in ended if isinstance(one, BrokerError)]
    strange = [one for one in ended if isinstance(one, BaseException) and one not in faults]
    if strange:
        raise strange[0]
    return [one for one in ended if not isinstance(one, BaseException)], faults


def _raise_first(faults: Sequence[BrokerError]) -> None:
    if faults:
        raise faults[0]
