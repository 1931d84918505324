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
AT_ONCE = 20


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
        """Fetches what is due, and waits for more, until cancelled."""
        while True:
            if await self.fetch_due() == 0:
                await asyncio.sleep(IDLE_SECONDS)

    async def fetch_due(self) -> int:
        """Runs the errands that are due now; how many there were."""
        try:
            due = await self._errands.due(self._clock.now(), AT_ONCE)
            await asyncio.gather(*(self._run(errand) for errand in due))
        except StoreError as fault:
            telemetry.log().error("could not fetch", action="fetch.store", fault=repr(fault))
            return 0
        return len(due)

    async def _run(self, errand: Errand) -> None:
        askable = self._shops.get(errand.source)
        if askable is None:
            await self._errands.failed(errand, "its source has no API in the settings any more")
            return
        try:
            document = await askable.asker.run(
                askable.shop.order(askable.asker.access, errand.order_id)
            )
            await self._taken(errand, document)
        except ShopError as fault:
            await self._again(errand, fault)
        except BadInput as bad:
            await self._failed(errand, bad.title)

    async def _taken(self, errand: Errand, document: bytes | None) -> None:
        if document is None:
            raise ShopBusy("the shop does not have this order, or not yet")
        await self._intake.fetched(errand.source, document, "")
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
