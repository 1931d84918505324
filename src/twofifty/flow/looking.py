"""Keeping up with a store: looked at again and again, by every process for itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from twofifty import telemetry
from twofifty.errors import StoreError
from twofifty.queue.answer import KeptAnswer

LOOK_SECONDS: Final = 1.0


async def look_again_and_again(
    look: Callable[[], Awaitable[object]],
    action: str,
    version: Callable[[], int] | None = None,
) -> None:
    """Looks for ever; a store that refuses is asked at the next look, and `action` is logged.
    `version`: a number that differs after every commit; while it is the same there is nothing to
    see (None: there may be)."""
    due = look if version is None else KeptAnswer(look, version).get
    while True:
        try:
            await due()
        except StoreError as fault:
            telemetry.log().warning(
                "the store could not be looked at", action=action, fault=repr(fault)
            )
        await asyncio.sleep(LOOK_SECONDS)
