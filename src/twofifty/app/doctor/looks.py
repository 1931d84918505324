"""Looks, all at once, each with a deadline, told in their order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import msgspec

from twofifty.errors import TwofiftyError
from twofifty.intake.log import Check

DEADLINE = 10.0
"""Seconds that any look may take; the whole of them takes no longer."""


class Look(msgspec.Struct, frozen=True):
    """`name`: what is looked at, for when nobody could look. `run` finds any number of things."""

    name: str
    run: Callable[[], Awaitable[Sequence[Check]]]


async def looked(looks: Sequence[Look], seconds: float = DEADLINE) -> AsyncIterator[Check]:
    """What was found, look by look."""
    tasks = [asyncio.ensure_future(_in_time(look, seconds)) for look in looks]
    try:
        for task in tasks:
            for found in await task:
                yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _in_time(look: Look, seconds: float) -> Sequence[Check]:
    try:
        async with asyncio.timeout(seconds):
            return await look.run()
    except TimeoutError:
        return [unchecked(look.name, f"no end within {seconds:g} s")]
    except TwofiftyError as fault:
        return [Check(look.name, "fail", str(fault))]


def unchecked(name: str, why: str) -> Check:
    """Of what nobody could look at: never good, never bad."""
    return Check(name, "warn", f"could not be checked: {why}")
