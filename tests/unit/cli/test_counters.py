"""The gauges of the brakes, as a service shows them."""

import asyncio
from pathlib import Path

from twofifty.app.service import Service
from twofifty.cli.faces import Counters
from twofifty.settings import Settings


def test_the_gauges_say_whether_mail_leaves_and_whose_store_it_is(tmp_path: Path) -> None:
    asyncio.run(_gauges(tmp_path))


async def _gauges(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/twofifty.db",
        smtp_url="smtp://127.0.0.1:2526?tls=none",
        instance="here",
    )
    service = Service(settings)
    counters = Counters(service)

    async def told() -> set[str]:
        await counters.count()
        return set(counters.render().decode().splitlines())

    try:
        await service.store.brakes.claim("here", "test")
        assert {"twofifty_mail_stopped 0", "twofifty_store_copied 0"} <= await told()
        await service.store.brakes.stop("test", "wrong prices")
        assert {"twofifty_mail_stopped 1", "twofifty_store_copied 0"} <= await told()
        await service.store.brakes.release("test")
        await service.store.brakes.claim("elsewhere", "test")
        assert {"twofifty_mail_stopped 0", "twofifty_store_copied 1"} <= await told()
    finally:
        await service.store.close()
