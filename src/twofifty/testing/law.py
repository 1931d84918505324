"""The conservation law, asked of a service from outside: what every acceptance test ends with."""

import asyncio
import time

from twofifty.testing.process import ServiceProcess
from twofifty.track.model import Conservation

MOVING = ("queued", "scheduled", "sending", "deferred", "in_doubt")


def conserved(service: ServiceProcess) -> Conservation:
    """The counts as they stand on disk. Raises AssertionError where the law does not hold."""
    counted = asyncio.run(_counted(service))
    if counted.violations:
        raise AssertionError("; ".join(counted.violations))
    return counted


def settled(service: ServiceProcess, seconds: float = 120.0) -> Conservation:
    """Waits until nothing moves any more; the counts then. Raises AssertionError after `seconds`,
    or where the law does not hold."""
    until = time.monotonic() + seconds
    counted = conserved(service)
    while any(counted.messages.get(status) for status in MOVING):
        if time.monotonic() > until:
            raise AssertionError(f"still moving after {seconds:g} s: {counted.messages}")
        time.sleep(0.1)
        counted = conserved(service)
    return counted


async def _counted(service: ServiceProcess) -> Conservation:
    archive = service.archive()
    try:
        return await archive.conservation()
    finally:
        await archive.close()
