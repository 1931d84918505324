"""Looking at the queues without taking from them."""

import asyncio

from pamqp import commands

from twofifty.adapters.rabbitmq import wire
from twofifty.adapters.rabbitmq.address import Address
from twofifty.adapters.rabbitmq.connection import Connection
from twofifty.adapters.rabbitmq.topology import names, waiting
from twofifty.queue.carrier import CarrierState, Handed, Ticket
from twofifty.queue.envelope import unpacked

_PURGES = 3
_MOMENT = 0.2


class Looker:
    """Looks over one connection. Each look has a channel of its own: to ask for a queue that is
    not there costs the channel."""

    def __init__(self, connection: Connection, address: Address) -> None:
        self._connection = connection
        self._names = names(address)

    @property
    def fault(self) -> str:
        """Why it ended, empty while it works."""
        return self._connection.fault

    async def state(self) -> CarrierState:
        """How the queues are. What others have taken is not said. Raises BrokerError."""
        own = self._names
        urgent, later, dead = [
            await self._waiting(one) for one in (own.urgent, own.later, own.dead)
        ]
        return CarrierState(connected=True, ready=urgent + later, urgent=urgent, dead=dead)

    async def dead(self, most: int) -> list[Handed]:
        """See `queue.carrier.Carrier`. What is no ticket at all is shown as job 0 with its bytes as
        content."""
        channel = await self._connection.channel()
        found: list[Handed] = []
        while len(found) < most:
            got = await channel.ask(commands.Basic.Get(queue=self._names.dead))
            if not isinstance(got, wire.Got):
                break
            found.append(Handed(unpacked(got.body) or Ticket(0, content=got.body), "dead"))
        await self._connection.leave(channel)
        return found

    async def clear_dead(self) -> None:
        """See `queue.carrier.Carrier`."""
        for _ in range(_PURGES):
            if await self._waiting(self._names.dead):
                channel = await self._connection.channel()
                await channel.ask(commands.Queue.Purge(queue=self._names.dead))
                await self._connection.leave(channel)
            # Whoever has just looked at some gives them back a moment later.
            await asyncio.sleep(_MOMENT)

    async def close(self) -> None:
        """Ends the connection."""
        await self._connection.close()

    async def _waiting(self, queue: str) -> int:
        """How many wait there; none where there is no such queue."""
        channel = await self._connection.channel()
        counted = await waiting(channel, queue)
        await self._connection.leave(channel)
        return counted or 0


async def looker(connection: Connection, address: Address) -> Looker:
    """Ready to look."""
    return Looker(connection, address)
