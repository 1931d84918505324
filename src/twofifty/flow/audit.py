"""The conservation audit, for ever: every confirmable order has one confirmation or a stated
reason, and every arrival was handled. What does not balance is an alarm.
"""

import asyncio
import time
from datetime import datetime, timedelta

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import StoreError
from twofifty.track.model import Tally
from twofifty.track.ports import Audit

EVERY_SECONDS = 60.0
SHARE = 0.002
"""Of a core at most: counting takes longer as a store grows, and is done the less often then."""
LONGEST_REST = 900.0
"""Seconds between two audits at most: what took long may have waited, and not worked."""
FRESH = timedelta(seconds=5)
TIMES = 20
"""A balance that took long is new for so many times as long."""


class Balance(msgspec.Struct, frozen=True):
    """A tally, when it was taken, and what is wrong in it, in words."""

    at: datetime
    tally: Tally
    alarms: tuple[str, ...] = ()


def alarms(tally: Tally) -> tuple[str, ...]:
    """What does not balance. News of a part of an order may wait for ever for an order that is not
    of this shop (a payment account has other uses too), so waiting is none."""
    found: list[str] = []
    if tally.unexplained_count:
        found.append(f"{tally.unexplained_count} orders have neither a confirmation nor a reason")
    if tally.doubled_count:
        found.append(f"{tally.doubled_count} orders have more than one confirmation")
    if tally.work_without_job:
        found.append(f"{tally.work_without_job} messages wait and nobody will send them")
    if tally.job_without_work:
        found.append(f"{tally.job_without_work} jobs have nothing to send")
    return tuple(found)


def _new_for(took: timedelta) -> timedelta:
    return min(max(FRESH, TIMES * took), timedelta(seconds=EVERY_SECONDS))


class Auditor:
    """Takes the tally once a minute, of a big store less often, and keeps the newest."""

    def __init__(self, audit: Audit, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._took = timedelta()
        self.newest: Balance | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.taken()
            except StoreError as fault:
                telemetry.log().error("could not audit", action="audit.store", fault=repr(fault))
            rest = min(self._took.total_seconds() / SHARE, LONGEST_REST)
            await asyncio.sleep(max(EVERY_SECONDS, rest))

    async def balance(self) -> Balance:
        """The balance as it was a few seconds ago at most, of a big store a little longer ago.
        Raises StoreError."""
        newest = self.newest
        if newest is not None and self._clock.now() - newest.at < _new_for(self._took):
            return newest
        return await self.taken()

    async def taken(self) -> Balance:
        """The balance taken now. Raises StoreError."""
        now, began = self._clock.now(), time.monotonic()
        tally = await self._audit.tally()
        self._took = timedelta(seconds=time.monotonic() - began)
        found = alarms(tally)
        before = self.newest
        self.newest = Balance(now, tally, found)
        if found and (before is None or before.alarms != found):
            telemetry.log().error("orders are not conserved", action="audit.alarm", alarms=found)
        elif before is not None and before.alarms and not found:
            telemetry.log().info("orders are conserved again", action="audit.balanced")
        return self.newest
