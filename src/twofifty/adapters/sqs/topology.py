"""The three queues: found, made where they are missing and may be made, and looked at."""

import asyncio
from typing import Final

import msgspec

from twofifty.adapters.sqs.batches import SMALLEST_LIMIT
from twofifty.adapters.sqs.faults import NoQueue
from twofifty.adapters.sqs.line import Line
from twofifty.adapters.sqs.place import Place
from twofifty.adapters.sqs.replies import QueueAddress, QueueSays
from twofifty.queue.carrier import CarrierState

_FORTNIGHT: Final = "1209600"
"""How long dead letters are kept, in seconds: the longest that SQS has."""
_LOOKED_AT: Final = ["QueueArn", "RedrivePolicy", "MaximumMessageSize"]
_WAITING: Final = "ApproximateNumberOfMessages"
_TAKEN: Final = "ApproximateNumberOfMessagesNotVisible"
_DELAYED: Final = "ApproximateNumberOfMessagesDelayed"
_FIFO: Final = {
    "FifoQueue": "true",
    "DeduplicationScope": "messageGroup",
    "FifoThroughputLimit": "perMessageGroupId",
}


class Queues(msgspec.Struct, frozen=True):
    """Their URLs. `limit`: how many bytes one request to them may carry. `amiss`: what should be
    mended about them, though it goes on without."""

    urgent: str
    later: str
    dead: str
    limit: int = SMALLEST_LIMIT
    amiss: str = ""


async def found(line: Line, place: Place) -> Queues:
    """The queues of `place`, made if need be. Raises BrokerError; NoQueue where they are missing
    and are not to be made."""
    kind = _FIFO if place.fifo else {}
    dead = await _queue(line, place, place.dead, {**kind, "MessageRetentionPeriod": _FORTNIGHT})
    arn = (await _looked_at(line, dead)).Attributes.get("QueueArn", "")
    policy = {"deadLetterTargetArn": arn, "maxReceiveCount": str(place.options.receives)}
    wanted = {**kind, "RedrivePolicy": msgspec.json.encode(policy).decode()}
    urgent = await _queue(line, place, place.urgent, wanted)
    later = await _queue(line, place, place.later, wanted)
    said = await asyncio.gather(*(_looked_at(line, each) for each in (urgent, later)))
    astray = [
        name
        for name, one in zip((place.urgent, place.later), said, strict=True)
        if arn not in one.Attributes.get("RedrivePolicy", "")
    ]
    limits = [one.number("MaximumMessageSize") or SMALLEST_LIMIT for one in said]
    return Queues(urgent, later, dead, min(limits), _amiss(astray, place.dead))


async def state(line: Line, queues: Queues) -> CarrierState:
    """What SQS says about its queues; the numbers are approximate. Raises BrokerError."""
    names = [_WAITING, _TAKEN, _DELAYED]
    urgent, later, dead = await asyncio.gather(
        *(
            line.ask("get_queue_attributes", QueueSays, QueueUrl=each, AttributeNames=names)
            for each in (queues.urgent, queues.later, queues.dead)
        )
    )
    return CarrierState(
        connected=True,
        ready=_sum(urgent, later, names=(_WAITING, _DELAYED)),
        urgent=_sum(urgent, names=(_WAITING, _DELAYED)),
        taken=_sum(urgent, later, names=(_TAKEN,)),
        dead=_sum(dead, names=(_WAITING, _TAKEN)),
        said=queues.amiss,
    )


def _sum(*said: QueueSays, names: tuple[str, ...]) -> int:
    return sum(one.number(name) or 0 for one in said for name in names)


def _amiss(astray: list[str], dead: str) -> str:
    if not astray:
        return ""
    return f"{' and '.join(astray)}: without a redrive policy to {dead}, see docs/howto/sqs.md"


async def _queue(line: Line, place: Place, name: str, attributes: dict[str, str]) -> str:
    try:
        return (await line.ask("get_queue_url", QueueAddress, QueueName=name)).QueueUrl
    except NoQueue:
        if place.options.create == "no":
            raise
    made = await line.ask("create_queue", QueueAddress, QueueName=name, Attributes=attributes)
    return made.QueueUrl


async def _looked_at(line: Line, url: str) -> QueueSays:
    return await line.ask(
        "get_queue_attributes", QueueSays, QueueUrl=url, AttributeNames=_LOOKED_AT
    )
