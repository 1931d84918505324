"""Taking: both queues are pushed to us, up to a bound; the answers go back as few as can be."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence

import msgspec
from pamqp import commands

from twofifty.adapters.rabbitmq import wire
from twofifty.adapters.rabbitmq.address import Address
from twofifty.adapters.rabbitmq.channel import Channel, News
from twofifty.adapters.rabbitmq.connection import Connection
from twofifty.adapters.rabbitmq.topology import Names, declare, names
from twofifty.errors import BrokerError
from twofifty.queue.carrier import Handed
from twofifty.queue.envelope import unpacked
from twofifty.queue.turns import Turns


class Tag(msgspec.Struct, frozen=True, gc=False):
    """By which a ticket is answered for: on this channel only, `line` tells it from others."""

    line: int
    number: int


class Taker:
    """Takes over one connection, the `line`-th of its carrier."""

    def __init__(self, connection: Connection, channel: Channel, line: int) -> None:
        self._connection = connection
        self._channel = channel
        self.line = line
        self._queues = (deque[wire.Delivery](), deque[wire.Delivery]())
        self._turns = Turns()
        self._news = asyncio.Event()
        self._open: dict[int, None] = {}
        channel.heard = self._hear
        channel.failed = self._fail

    @property
    def fault(self) -> str:
        """Why it ended, empty while it works."""
        return self._channel.fault

    async def begin(self, own: Names, prefetch: int) -> None:
        """From now on tickets come. Raises BrokerError."""
        for queue in (own.urgent, own.later):
            await self._channel.ask(commands.Basic.Qos(prefetch_count=prefetch))
            await self._channel.ask(commands.Basic.Consume(queue=queue, consumer_tag=queue))

    async def take(self, most: int, seconds: float) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`."""
        if not any(self._queues):
            await self._arrival(seconds)
        self._channel.check()
        chosen = self._turns.chosen(self._queues, most)
        return [handed for one in chosen if (handed := self._handed(one)) is not None]

    def done(self, tags: Iterable[int]) -> None:
        """The broker may forget them: one answer for all up to the oldest that is still open."""
        mine = sorted(self._closed(tags))
        oldest = next(iter(self._open), None)
        front = [tag for tag in mine if oldest is None or tag < oldest]
        if front:
            self._connection.write(wire.ack(self._channel.number, front[-1], multiple=True))
        rest = [wire.ack(self._channel.number, tag, multiple=False) for tag in mine[len(front) :]]
        self._connection.write(b"".join(rest))

    def nack(self, tags: Iterable[int], *, requeue: bool) -> None:
        """To be delivered again, or for the dead letters."""
        number = self._channel.number
        written = [wire.nack(number, tag, requeue) for tag in self._closed(tags)]
        self._connection.write(b"".join(written))

    async def close(self) -> None:
        """Ends the connection; the broker has again what was not answered for."""
        await self._connection.close()

    async def _arrival(self, seconds: float) -> None:
        if self._channel.fault or seconds <= 0:
            return
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass  # nothing came

    def _closed(self, tags: Iterable[int]) -> list[int]:
        """Those of `tags` that were open; they are not any more."""
        mine = [tag for tag in tags if tag in self._open]
        for tag in mine:
            del self._open[tag]
        return mine

    def _handed(self, one: wire.Delivery) -> Handed | None:
        ticket = unpacked(one.body)
        if ticket is None:
            self.nack([one.tag], requeue=False)
            return None
        return Handed(ticket, Tag(self.line, one.tag), one.before + 1)

    def _hear(self, news: News) -> None:
        match news:
            case wire.Delivery():
                self._open[news.tag] = None
                self._queues[not news.consumer.endswith(".urgent")].append(news)
                self._news.set()
            case commands.Basic.Cancel():
                self._connection.end("a queue was deleted")

    def _fail(self) -> None:
        self._news.set()
        self._connection.end(self._channel.fault)


async def taker(connection: Connection, address: Address, line: int) -> Taker:
    """Ready to take, everything at the broker made. Raises BrokerError."""
    channel = await connection.channel()
    await declare(channel, address)
    made = Taker(connection, channel, line)
    await made.begin(names(address), address.limits.prefetch)
    if made.fault:
        raise BrokerError(made.fault)
    return made
