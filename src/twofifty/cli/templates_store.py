"""`twofifty templates ...`: the store that a verb works on, and how a fault is said."""

import asyncio
import sys
from collections.abc import Iterable
from functools import partial

from twofifty.app.delivery import Leaving, route
from twofifty.app.letters import sample
from twofifty.app.service import MAILBOX_PORT
from twofifty.app.stores import open_store
from twofifty.app.templates import templates
from twofifty.cli.templates_subject import Verb
from twofifty.clock import SystemClock
from twofifty.compose.context.error import TemplateError
from twofifty.deliver.ports import Channel
from twofifty.errors import Unpublishable
from twofifty.settings import Settings


def run(settings: Settings, verb: Verb) -> int:
    """Runs a verb over the store, which is made where it is missing. What cannot be done is said
    in words, with exit code 1."""

    async def running() -> int:
        clock = SystemClock()
        store = open_store(settings.database_url, clock, sample=lambda: sample(settings))
        try:
            return await verb(templates(settings, store, clock, partial(_opened, settings)))
        finally:
            await store.close()

    try:
        return asyncio.run(running())
    except TemplateError as error:
        return refused(error.problems or (error,))
    except Unpublishable as fault:
        return refused((fault,))


def refused(problems: Iterable[object]) -> int:
    """Says what is wrong, a line each."""
    for problem in problems:
        sys.stderr.write(f"error: {problem}\n")
    return 1


def _opened(settings: Settings) -> Channel:
    """The configured route; where there is none, the mailbox of a service on this machine."""
    url = settings.smtp_url or f"smtp://127.0.0.1:{MAILBOX_PORT}?tls=none"
    return route(Leaving(url), settings, SystemClock()).channel
