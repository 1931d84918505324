"""Looking at a rehearsal while it runs, and counting at its end."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from twofifty.errors import StoreError
from twofifty.testing.law import MOVING
from twofifty.testing.load import Answered
from twofifty.testing.process import ServiceProcess
from twofifty.testing.rehearsal.hop import Hop
from twofifty.testing.rehearsal.seen import Order, Sample
from twofifty.track.model import MessageQuery, MessageView, Page

_DEFERRED = "SELECT count(*) FROM message_events WHERE status = 'deferred'"


class _Body(msgspec.Struct):
    order_id: str = ""
    messages: tuple[str, ...] = ()


class Counted(msgspec.Struct, frozen=True):
    """What the ledgers and the store say together."""

    orders: tuple[Order, ...]
    refused: int
    violations: tuple[str, ...]


class Watch:
    """Looks at the next hops' ledgers and at the store, which it only reads."""

    def __init__(self, service: ServiceProcess, hops: Sequence[Hop]) -> None:
        self.began = time.time()
        self.samples: list[Sample] = []
        self._archive = service.archive()
        self._hops = hops
        self._before = self._took()

    async def run(self, seconds: float, after: Callable[["Watch"], None]) -> None:
        """Looks every so many seconds, until it is cancelled."""
        while True:
            await self.look()
            after(self)
            await asyncio.sleep(seconds)

    async def look(self) -> None:
        """One more sample; none where the store cannot be read just now."""
        try:
            counts = (await self._archive.conservation()).messages
            (deferred,) = await self._archive.reader.run(
                lambda db: db.execute(_DEFERRED).fetchone()
            )
        except StoreError:
            return
        taken = self._took() - self._before
        queue = sum(counts.get(status, 0) for status in MOVING)
        self.samples.append(Sample(time.time() - self.began, taken, queue, int(deferred)))

    def moving(self) -> bool:
        """Whether any message had work left at the last look."""
        return not self.samples or self.samples[-1].queue > 0

    async def counted(self, answered: Iterable[Mapping[str, Answered]]) -> Counted:
        """Everything, counted now. Ends the watching."""
        law = await self._archive.conservation()
        messages, doubts = await self._messages(), await self._archive.doubts()
        taken = self._taken()
        await self._archive.close()
        ahead = time.time() - time.monotonic() - self.began
        every = [one for some in answered for one in some.values()]
        orders = (_order(one, ahead) for one in every if one.status == 202)
        return Counted(
            orders=tuple(_known(one, messages, doubts, taken) for one in orders),
            refused=sum(one.status != 202 for one in every),
            violations=law.violations,
        )

    def _took(self) -> int:
        return sum(hop.count() for hop in self._hops)

    async def _messages(self) -> dict[str, MessageView]:
        found: dict[str, MessageView] = {}
        before: int | None = None
        while True:
            page = await self._archive.messages(MessageQuery(page=Page(200, before)))
            found.update((one.id, one) for one in page.items)
            before = page.next
            if before is None:
                return found

    def _taken(self) -> dict[str, tuple[float, ...]]:
        """When each message, by its id, was taken."""
        found: dict[str, tuple[float, ...]] = {}
        for hop in self._hops:
            for one in hop.taken():
                identity = one.message_id.strip("<>").partition("@")[0]
                found[identity] = (*found.get(identity, ()), one.at - self.began)
        return found


def _order(answered: Answered, ahead: float) -> Order:
    body = msgspec.json.decode(answered.body, type=_Body)
    message = body.messages[0] if body.messages else ""
    return Order(answered.name, answered.at + ahead, message)


def _known(
    order: Order,
    messages: Mapping[str, MessageView],
    doubts: Mapping[str, int],
    taken: Mapping[str, tuple[float, ...]],
) -> Order:
    """With what the store and the ledgers say of it."""
    view = messages.get(order.message)
    known = msgspec.structs.replace(
        order, taken=taken.get(order.message, ()), doubts=doubts.get(order.message, 0)
    )
    if view is None:
        return known
    return msgspec.structs.replace(
        known, status=view.status, reason=view.reason or "", attempts=view.attempts
    )
