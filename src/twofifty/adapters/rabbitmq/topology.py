"""What is ours at the broker, made by whoever comes first.

    PREFIX           direct exchange
    PREFIX.urgent    quorum queue: what a customer waits for
    PREFIX.later     quorum queue: what may wait (quorum queues have no priorities before 4.0)
    PREFIX.dead      quorum queue, and the exchange to it: what nobody can read, or that came back
                     too often; the oldest go when it holds 10,000

Nothing has a time to live: when to try again is in the store.
"""

import asyncio

import msgspec
from pamqp import base, commands
from pamqp.common import FieldTable

from twofifty.adapters.rabbitmq.address import Address, Limits
from twofifty.adapters.rabbitmq.channel import Channel
from twofifty.errors import BrokerError

MOST_DEAD = 10_000
MANY_LOOKS = 1_000_000
"""Looking at the dead counts as delivering them: they are not to vanish by that."""
_NOT_THERE, _OTHERWISE = 404, 406


class Names(msgspec.Struct, frozen=True):
    """How our exchange and queues are called."""

    exchange: str
    urgent: str
    later: str
    dead: str

    def of(self, priority: int) -> str:
        """The queue of a ticket."""
        return self.urgent if priority else self.later


def names(address: Address) -> Names:
    """Ours at this address."""
    prefix = address.prefix
    return Names(prefix, f"{prefix}.urgent", f"{prefix}.later", f"{prefix}.dead")


async def declare(channel: Channel, address: Address) -> None:
    """Makes what is missing, in one go. Raises BrokerError where something is there and
    otherwise."""
    asked = [channel.ask(one) for one in _ours(names(address), address.limits)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    if any(isinstance(answer, BaseException) for answer in answers):
        raise BrokerError(_explained(channel, address))


def _ours(own: Names, limits: Limits) -> list[base.Frame]:
    dead: FieldTable = {
        "x-queue-type": "quorum",
        "x-max-length": MOST_DEAD,
        "x-delivery-limit": MANY_LOOKS,
    }
    return [
        commands.Exchange.Declare(exchange=own.exchange, exchange_type="direct", durable=True),
        commands.Exchange.Declare(exchange=own.dead, exchange_type="fanout", durable=True),
        commands.Queue.Declare(queue=own.dead, durable=True, arguments=dead),
        commands.Queue.Bind(queue=own.dead, exchange=own.dead),
        *_work(own.urgent, own, limits),
        *_work(own.later, own, limits),
    ]


def _work(queue: str, own: Names, limits: Limits) -> list[base.Frame]:
    arguments: FieldTable = {
        "x-queue-type": "quorum",
        "x-delivery-limit": limits.delivery_limit,
        "x-dead-letter-exchange": own.dead,
    }
    if limits.max_length:
        arguments |= {"x-max-length": limits.max_length, "x-overflow": "reject-publish"}
    return [
        commands.Queue.Declare(queue=queue, durable=True, arguments=arguments),
        commands.Queue.Bind(queue=queue, exchange=own.exchange, routing_key=queue),
    ]


def _explained(channel: Channel, address: Address) -> str:
    said = channel.fault or "it did not answer"
    if channel.code == _OTHERWISE:
        return (
            f"{address.named()}: what is there is not as BROKER_URL wants it: {said}. Change "
            "BROKER_URL, or delete the queue (`rabbitmqctl delete_queue NAME --vhost VHOST`): it "
            "is made anew, and what it held is published again; or take another `prefix=`"
        )
    return f"{address.named()}: {said}"


async def waiting(channel: Channel, queue: str) -> int | None:
    """How many messages a queue has that nobody took, None where there is no such queue; then the
    channel is gone. Raises BrokerError."""
    try:
        answer = await channel.ask(commands.Queue.Declare(queue=queue, passive=True))
    except BrokerError:
        if channel.code == _NOT_THERE:
            return None
        raise
    return answer.message_count if isinstance(answer, commands.Queue.DeclareOk) else None
