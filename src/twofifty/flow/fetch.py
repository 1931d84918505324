"""Orders that a hook only pointed to: asked for at the shop, until they are here or given up."""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BadInput, ShopBusy, ShopError, StoreError
from twofifty.flow.ask import Asker
from twofifty.flow.receive import Intake
from twofifty.intake.ports import Errand, Errands
from twofifty.intake.shop import Shop
from twofifty.queue.retry import given_up, next_delay

IDLE_SECONDS = 0.5
A_TURN = 20
AT_ONCE = 4


class Askable(msgspec.Struct, frozen=True):
    """A shop whose API can be asked."""

    shop: Shop
    asker: Asker


class Fetcher:
    """Runs errands for ever."""

    def __init__(
        self, errands: Errands, shops: Mapping[str, Askable], intake: Intake, clock: Clock
    ) -> None:
        self._errands = errands
        self._shops = shops
        self._intake = intake
        self._clock = clock

    async def run(self) -> None:
        """Fetches what is due, and waits for more, until cancelled. Each shop has its own loop, so
        that one that is away keeps no other waiting."""
        async with asyncio.TaskGroup() as loops:
            for source in sorted({*self._shops, *await self._errands.sources()}):
                loops.create_task(self._run_source(source))

    async def fetch_due(self) -> int:
        """Runs the errands that are due now; how many there were."""
        sources = sorted({*self._shops, *await self._errands.sources()})
        return sum([await self._fetch_source(source) for source in sources])

    async def _run_source(self, source: str) -> None:
        while True:
            try:
                done = await self._fetch_source(source)
            except StoreError as fault:
                telemetry.log().error("could not fetch", action="fetch.store", fault=repr(fault))
                done = 0
            if done == 0:
                await asyncio.sleep(IDLE_SECONDS)

    async def _fetch_source(self, source: str) -> int:
        """A few at a time: what comes behind one that finds the shop away waits with it."""
        due = await self._errands.due(self._clock.now(), A_TURN, source)
        away: ShopBusy | None = None
        for at in range(0, len(due), AT_ONCE):
            some = due[at : at + AT_ONCE]
            if away is not None:
                await asyncio.gather(*(self._again(errand, away) for errand in some))
                continue
            ends = await asyncio.gather(*(self._run(errand) for errand in some))
            away = next((end for end in ends if end is not None), None)
        return len(due)

    async def _run(self, errand: Errand) -> ShopBusy | None:
        """Asks for one order. Returns why the shop is away, where it is."""
        askable = self._shops.get(errand.source)
        if askable is None:
            await self._failed(errand, "its source has no API in the settings any more")
            return None
        try:
            document = await askable.asker.run(
                askable.shop.order(askable.asker.access, errand.order_id)
            )
            await self._taken(errand, document)
        except ShopError as fault:
            await self._again(errand, fault)
            return fault if isinstance(fault, ShopBusy) else None
        except BadInput as bad:
            await self._failed(errand, bad.title)
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001
            # Whatever it was, it is this errand's: the others go on, and it has its last day too.
            words = f"a fault at {telemetry.where(fault)} ({type(fault).__name__})"
            await self._again(errand, ShopError(words))
        return None

    async def _taken(self, errand: Errand, document: bytes | None) -> None:
        if document is None:
            raise ShopError("the shop does not have this order, or not yet")
        await self._intake.fetched(errand.source, document)
        await self._errands.done(errand)
        telemetry.FETCHES.labels(errand.source, "fetched").inc()

    async def _again(self, errand: Errand, fault: ShopError) -> None:
        """Also what the shop refuses is tried again: a key is mended, an order appears late."""
        hint = fault.retry_after if isinstance(fault, ShopBusy) else None
        delay = next_delay(errand.attempt, random.random(), hint)  # noqa: S311
        at = self._clock.now() + timedelta(seconds=delay)
        if given_up(errand.since.timestamp(), at.timestamp(), errand.attempt):
            await self._failed(errand, str(fault))
            return
        telemetry.FETCHES.labels(errand.source, "again").inc()
        telemetry.log().warning(
            "an order could not be fetched yet",
            action="fetch.again",
            source=errand.source,
            order=errand.order_id,
            reason=str(fault),
            seconds=round(delay),
        )
        await self._errands.later(errand, at, str(fault))

    async def _failed(self, errand: Errand, reason: str) -> None:
        telemetry.FETCHES.labels(errand.source, "failed").inc()
        telemetry.log().error(
            "an order cannot be fetched",
            action="fetch.failed",
            source=errand.source,
            order=errand.order_id,
            reason=reason,
        )
        await self._errands.failed(errand, reason)
