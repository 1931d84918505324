"""`twofifty doctor`: everything that delivery needs, looked at now, a line each."""

import asyncio
import sys

import msgspec
from rich.console import Console

from twofifty.app.doctor.checks import checks
from twofifty.clock import SystemClock
from twofifty.intake.log import Check
from twofifty.settings import Settings

_TONES = {"ok": "green", "warn": "yellow", "fail": "red"}


def run(settings: Settings, *, as_json: bool) -> int:
    """Prints a line for each thing that was looked at; 1 where anything fails."""
    return asyncio.run(_run(settings, as_json=as_json))


async def _run(settings: Settings, *, as_json: bool) -> int:
    failed = False
    out = Console()
    async for found in checks(settings, SystemClock()):
        failed |= found.state == "fail"
        if as_json:
            sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        else:
            _print(found, out)
    return 1 if failed else 0


def _print(found: Check, out: Console) -> None:
    """Names and messages hold what strangers publish: nothing of it is markup, or moves the
    cursor."""
    out.print(f"[{_TONES[found.state]}]{found.state:4}[/]", end=" ")
    said = "".join(c if c.isprintable() else "?" for c in f"{found.name}: {found.message}")
    out.print(said, markup=False, highlight=False, soft_wrap=True)
