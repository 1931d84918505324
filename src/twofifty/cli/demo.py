"""`twofifty demo`, which `make run` starts: the service, one sample order, and where to look."""

import asyncio
import sys
import time
from pathlib import Path

import msgspec
from rich.console import Console

from twofifty.app.service import Service
from twofifty.cli import serve
from twofifty.cli.faces import OneTimeTokens
from twofifty.settings import Settings
from twofifty.testing.samples import sample_order
from twofifty.track.model import MessageView

PATIENCE = 30.0


def run(settings: Settings) -> int:
    """Serves like `serve`, with a greeting."""
    return serve.run(settings, ready=_greet)


async def _greet(service: Service, tokens: OneTimeTokens) -> None:
    began = time.monotonic()
    sample = sample_order(int(time.time()) % 100_000)
    answer = await service.intake.order(msgspec.json.encode(sample), None)
    identity = msgspec.json.decode(answer.body)["messages"][0]
    message = await _settled(service, identity)
    _print(service, tokens, message, time.monotonic() - began)


async def _settled(service: Service, identity: str) -> MessageView | None:
    until = time.monotonic() + PATIENCE
    message = await service.store.archive.message(identity)
    while message is not None and message.status in ("queued", "sending"):
        if time.monotonic() > until:
            break
        await asyncio.sleep(0.02)
        message = await service.store.archive.message(identity)
    return message


def _print(
    service: Service, tokens: OneTimeTokens, message: MessageView | None, took: float
) -> None:
    base = service.settings.base_url()
    out = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    out.print()
    out.print(f"  [bold]twofifty[/bold] is running at {base}")
    out.print()
    out.print(f"  Console   {base}/login/{tokens.issue()}   (this link works once)")
    out.print(f"  API       {base}/docs")
    out.print(f"  API key   {service.key}")
    if service.mailbox is not None:
        hop = service.smtp_url.partition("?")[0]
        out.print(f"  Mailbox   {base}/console/mailbox   (mail goes to {hop})")
    out.print(f"  Data      {Path(service.folder).resolve()}")
    out.print()
    out.print(f"  {_said(message, took)}")
    if message is not None:
        out.print(f"  Look at it: {base}/console/messages/{message.id}")
    out.print()
    out.print("  Ctrl-C stops it; what was accepted stays.")
    out.print()
    sys.stdout.flush()


def _said(message: MessageView | None, took: float) -> str:
    if message is None:
        return "The sample order was accepted, and its message cannot be found."
    number = message.order_number or message.order_id
    if message.status == "sent":
        return f"Sample order {number}: delivered to {message.recipient} in {took:.2f} s."
    return f"Sample order {number}: its confirmation is {message.status} ({message.reason})."
