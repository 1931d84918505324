"""What changed in the store is counted for as long as the service lives."""

import asyncio
import re
from pathlib import Path

import msgspec

from twofifty.app.service import Service
from twofifty.cli.faces import Changes, Counters
from twofifty.errors import StoreError
from twofifty.settings import Settings
from twofifty.testing.samples import sample_order

PATIENCE = 30.0


class Counting(Counters):
    """The store refuses the first count."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.times = 0

    async def count(self) -> None:
        self.times += 1
        if self.times == 1:
            raise StoreError("the disk is busy")
        await super().count()


def test_a_store_that_refuses_once_is_counted_at_the_next_look(tmp_path: Path) -> None:
    async def run() -> None:
        service = Service(Settings(database_url=f"sqlite:///{tmp_path}/twofifty.db"))
        counters = Counting(service)
        watching = asyncio.create_task(Changes(service, counters).watch())
        async with asyncio.timeout(PATIENCE):
            while counters.times < 2:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.05)
        assert not watching.done()
        watching.cancel()
        await service.store.close()

    asyncio.run(run())


def test_how_late_mail_is_counts_from_when_it_was_due(tmp_path: Path) -> None:
    async def run() -> None:
        service = Service(Settings(database_url=f"sqlite:///{tmp_path}/twofifty.db"))
        counters = Counters(service)
        await counters.count()
        assert "twofifty_oldest_due_seconds 0\n" in counters.render().decode()
        order = {**sample_order(1), "state": {"payment": "paid"}}
        await service.intake.order(msgspec.json.encode(order), None)
        await counters.count()
        (late,) = re.findall(r"(?m)^twofifty_oldest_due_seconds (\S+)$", counters.render().decode())
        assert float(late) > 0
        await service.store.close()

    asyncio.run(run())
