"""Dead letters: put among them, and looked at."""

from collections.abc import Sequence
from typing import Final

from twofifty.adapters.sqs import answers
from twofifty.adapters.sqs.batches import MOST
from twofifty.adapters.sqs.held import Kept
from twofifty.adapters.sqs.letters import Letter, ticket_of
from twofifty.adapters.sqs.line import Line
from twofifty.adapters.sqs.replies import Message, Messages
from twofifty.adapters.sqs.topology import Queues
from twofifty.queue.carrier import Handed, Ticket

_LOOK_SECONDS: Final = 30
"""How long others do not see what is being looked at, if the looking is broken off."""


async def bury(line: Line, queues: Queues, kept: Sequence[Kept]) -> None:
    """Copies them to the dead letters, as they came, and deletes those that got there. Raises
    BrokerError where none did, or where a batch was not deleted: that one comes again."""
    fifo = queues.dead.endswith(".fifo")
    copies = [
        Letter(
            job=number,
            queue=queues.dead,
            body=one.body,
            group=one.message if fifo else "",
            once=one.message if fifo else "",
        )
        for number, one in enumerate(kept)
    ]
    there = await answers.send(line, copies, queues.limit)
    await answers.forget(line, [kept[letter.job] for letter in there])


async def seen(line: Line, queue: str, most: int) -> list[Handed]:
    """Up to `most` dead letters of `queue`, the oldest of those first. SQS has no way to look
    without taking: they are taken and shown again, and missing from the queue for that moment.
    Raises BrokerError."""
    found: list[Message] = []
    try:
        while len(found) < most:
            some = await _some(line, queue, min(most - len(found), MOST))
            if not some:
                break
            found += some
    finally:
        await answers.show(line, [Kept(queue, one.ReceiptHandle, "", "", 0.0) for one in found])
    return [_handed(one) for one in sorted(found, key=_sent_at)]


async def clear(line: Line, queue: str) -> None:
    """Deletes all dead letters of `queue`: taken and forgotten, for PurgeQueue is refused where it
    was asked within the minute before. Raises BrokerError."""
    while some := await _some(line, queue, MOST):
        await answers.forget(line, [Kept(queue, one.ReceiptHandle, "", "", 0.0) for one in some])


async def _some(line: Line, queue: str, most: int) -> Sequence[Message]:
    answer = await line.ask(
        "receive_message",
        Messages,
        QueueUrl=queue,
        MaxNumberOfMessages=most,
        WaitTimeSeconds=1,
        VisibilityTimeout=_LOOK_SECONDS,
        AttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
    )
    return answer.Messages


def _handed(message: Message) -> Handed:
    ticket = ticket_of(message.Body)
    times = max(message.number("ApproximateReceiveCount"), 1)
    return Handed(Ticket(0) if ticket is None else ticket, f"dead {message.MessageId}", times)


def _sent_at(message: Message) -> int:
    return message.number("SentTimestamp")
