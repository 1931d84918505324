"""Publishing: a batch is written in one go, then one wait for the broker to answer for all."""

import asyncio
from collections.abc import Sequence

from pamqp import commands

from twofifty.adapters.rabbitmq import wire
from twofifty.adapters.rabbitmq.address import Address
from twofifty.adapters.rabbitmq.channel import Channel, News
from twofifty.adapters.rabbitmq.connection import Connection
from twofifty.adapters.rabbitmq.topology import Names, declare, names
from twofifty.errors import BrokerError
from twofifty.queue.carrier import Ticket
from twofifty.queue.envelope import packed, unpacked

AT_ONCE = 256
CONFIRM_SECONDS = 10.0


class _Batch:
    """Tickets that were published together. `open`: those that the broker has not answered for."""

    def __init__(self) -> None:
        self.confirmed: list[int] = []
        self.open = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def answered(self, job: int, good: bool) -> None:
        """The broker has it, or does not want it."""
        self.open -= 1
        if good:
            self.confirmed.append(job)
        if self.open == 0:
            self.end()

    def end(self) -> None:
        """No more answers come."""
        if not self.ended.done():
            self.ended.set_result(None)


class Publisher:
    """Publishes over one connection. A ticket that no queue wanted, because somebody deleted it,
    ends the connection: the next one makes the queues anew."""

    def __init__(self, connection: Connection, channel: Channel, own: Names) -> None:
        self._connection = connection
        self._channel = channel
        self._postings = tuple(_posting(connection, channel, own, key) for key in (0, 1))
        self._tag = 0
        self._open: dict[int, tuple[int, _Batch]] = {}
        self._unwanted: set[int] = set()
        channel.heard = self._hear
        channel.failed = self._fail

    @property
    def fault(self) -> str:
        """Why it ended, empty while it works."""
        return self._channel.fault

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        """See `queue.carrier.Carrier`."""
        if not tickets:
            return []
        self._check()
        batch = _Batch()
        for at in range(0, len(tickets), AT_ONCE):
            self._write(tickets[at : at + AT_ONCE], batch)
            await self._connection.writable()
        await self._wait(batch)
        if self._unwanted:
            self._connection.end("a queue was deleted")
        return batch.confirmed

    async def close(self) -> None:
        """Ends the connection."""
        await self._connection.close()

    def _check(self) -> None:
        self._channel.check()
        if self._connection.blocked:
            raise BrokerError(f"the broker takes nothing for now: {self._connection.blocked}")

    def _write(self, tickets: Sequence[Ticket], batch: _Batch) -> None:
        if self._channel.fault:
            return
        parts = []
        for ticket in tickets:
            self._tag += 1
            self._open[self._tag] = (ticket.job, batch)
            parts.append(self._postings[ticket.priority > 0].written(packed(ticket)))
        batch.open += len(tickets)
        self._connection.write(b"".join(parts))

    async def _wait(self, batch: _Batch) -> None:
        if not batch.open:
            return
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await batch.ended
        except TimeoutError:
            pass  # what was confirmed by now is what we know

    def _hear(self, news: News) -> None:
        match news:
            case wire.Ack():
                self._answered(news)
            case wire.Back():
                self._returned(news)

    def _answered(self, answer: wire.Ack) -> None:
        """Tags are open in their order, so those up to one stand at the front."""
        if not answer.multiple:
            self._close(answer.tag, answer.good)
            return
        while self._open and (first := next(iter(self._open))) <= answer.tag:
            self._close(first, answer.good)

    def _close(self, tag: int, good: bool) -> None:
        job, batch = self._open.pop(tag, (0, None))
        if batch is not None:
            batch.answered(job, good and job not in self._unwanted)

    def _returned(self, news: wire.Back) -> None:
        """Comes before its ack, which then means nothing."""
        ticket = unpacked(news.body)
        if ticket is not None:
            self._unwanted.add(ticket.job)

    def _fail(self) -> None:
        for _, batch in self._open.values():
            batch.end()
        self._open.clear()
        self._connection.end(self._channel.fault)


async def publisher(connection: Connection, address: Address) -> Publisher:
    """Ready to publish, everything at the broker made. Raises BrokerError."""
    channel = await connection.channel()
    await declare(channel, address)
    await channel.ask(commands.Confirm.Select())
    return Publisher(connection, channel, names(address))


def _posting(connection: Connection, channel: Channel, own: Names, priority: int) -> wire.Posting:
    publish = commands.Basic.Publish(
        exchange=own.exchange, routing_key=own.of(priority), mandatory=True
    )
    return wire.Posting(channel.number, publish, connection.most_frame)
