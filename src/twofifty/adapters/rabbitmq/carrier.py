"""RabbitMQ as `queue.carrier.Carrier`."""

import asyncio
import random
from collections.abc import Iterable, Sequence

from twofifty.adapters.rabbitmq.address import PRODUCT, address_of
from twofifty.adapters.rabbitmq.connection import Connection
from twofifty.adapters.rabbitmq.link import Link
from twofifty.adapters.rabbitmq.looker import Looker, looker
from twofifty.adapters.rabbitmq.publisher import Publisher, publisher
from twofifty.adapters.rabbitmq.taker import Tag, Taker, taker
from twofifty.errors import BrokerError
from twofifty.queue.carrier import CarrierState, Handed, Ticket


class RabbitmqCarrier:
    """The broker at `url` (see `address`), connected when it is first wanted. Publishing, taking
    and looking have a connection each: a broker that is short of memory or disk stops reading from
    those that publish, and answers for what was taken must not wait for that.

    Raises SettingsError for a URL that cannot be used. `chance` spreads reconnects.
    """

    def __init__(self, url: str, chance: random.Random | None = None) -> None:
        address = address_of(url)
        address.context()
        chance = chance or random.Random()  # noqa: S311 - spreads reconnects, guards nothing

        async def publishing(connection: Connection, _: int) -> Publisher:
            return await publisher(connection, address)

        async def taking(connection: Connection, line: int) -> Taker:
            return await taker(connection, address, line)

        async def looking(connection: Connection, _: int) -> Looker:
            return await looker(connection, address)

        self._out: Link[Publisher] = Link(address, publishing, chance)
        self._in: Link[Taker] = Link(address, taking, chance)
        self._beside: Link[Looker] = Link(address, looking, chance)
        self._named = address.named()

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        """See `queue.carrier.Carrier`."""
        return await (await self._out.session()).publish(tickets)

    async def take(self, most: int, seconds: float) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`."""
        return await (await self._in.session(seconds)).take(most, seconds)

    async def done(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        session = self._in.current
        if session is not None:
            session.done(_tags(handed, session))

    async def back(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        session = self._in.current
        if session is not None:
            session.nack(_tags(handed, session), requeue=True)

    async def refuse(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        session = self._in.current
        if session is not None:
            session.nack(_tags(handed, session), requeue=False)

    async def state(self) -> CarrierState:
        """See `queue.carrier.Carrier`."""
        try:
            return await (await self._beside.session()).state()
        except BrokerError as fault:
            said = str(fault)
            # most faults name the host themselves, which of several matters
            named = said if said.startswith(PRODUCT) else f"{self._named}: {said}"
            return CarrierState(connected=False, said=named)

    async def dead(self, most: int) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`."""
        return await (await self._beside.session()).dead(most)

    async def clear_dead(self) -> None:
        """See `queue.carrier.Carrier`."""
        await (await self._beside.session()).clear_dead()

    async def close(self) -> None:
        """See `queue.carrier.Carrier`."""
        await asyncio.gather(self._out.close(), self._in.close(), self._beside.close())


def _tags(handed: Iterable[Handed], session: Taker) -> Iterable[int]:
    """The numbers of those that came over this very line: others were given back when theirs
    broke."""
    for one in handed:
        if isinstance(one.tag, Tag) and one.tag.line == session.line:
            yield one.tag.number
