"""Keeping up with a store: looked at again and again, by every process for itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from twofifty import telemetry
from twofifty.errors import StoreError

LOOK_SECONDS: Final = 1.0


async def look_again_and_again(look: Callable[[], Awaitable[object]], action: str) -> None:
    """Looks for ever; a store that refuses is asked at the next look, and `action` is logged."""
    while True:
        try:
            await look()
        except StoreError as fault:
            telemetry.log().warning(
                "the store could not be looked at", action=action, fault=repr(fault)
            )
        await asyncio.sleep(LOOK_SECONDS)
