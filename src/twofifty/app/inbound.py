"""How it is heard what became of mails: listeners, mailboxes, providers, and the silence alarm."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from email.utils import parseaddr
from functools import partial
from typing import Final

from twofifty import telemetry
from twofifty.adapters import feeds
from twofifty.adapters.inbound.imap import ImapFolder
from twofifty.adapters.inbound.listen import Listener
from twofifty.adapters.inbound.url import Imap, Listen, parse_inbound
from twofifty.app.folder import disk_low
from twofifty.app.pages import mail_secrets
from twofifty.app.stores import Store
from twofifty.clock import Clock
from twofifty.errors import SettingsError
from twofifty.flow.feeds import FeedDoor, FeedSettings
from twofifty.flow.hear import Addresses, Hearing
from twofifty.flow.receive import PublicKeys
from twofifty.flow.silence import SilenceWatch
from twofifty.queue.duty import Turn
from twofifty.settings import Settings

AGAIN_SECONDS: Final = 60.0


def check_inbound(settings: Settings) -> None:
    """Raises SettingsError: an address of `INBOUND_URL` or a provider's table cannot be used."""
    parse_inbound(settings.inbound_url)
    _feeds(settings)


def expected(settings: Settings) -> frozenset[str]:
    """The addresses that take bounces without a token: of bounces, and of the senders, where a
    bounce comes that keeps to no rule, and where customers answer."""
    senders = (settings.sender, *(one.sender for one in settings.sources.values()))
    stated = (settings.bounce_address, *(parseaddr(sender)[1] for sender in senders))
    return frozenset(address.lower() for address in stated if address)


class Inbound:
    """Everything by which feedback comes in, but the web."""

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, keys: PublicKeys, turn: Turn
    ) -> None:
        """Raises SettingsError."""
        places = parse_inbound(settings.inbound_url)
        addresses = Addresses(expected(settings), mail_secrets(settings))
        door = FeedDoor(feeds.opened(_feeds(settings)), clock, keys)
        self.hearing = Hearing(store.reports, addresses, door, low=lambda: disk_low(settings))
        ways = bool(places or settings.providers)
        self.silence = SilenceWatch(store.reports, settings.silence_after if ways else 0)
        self._listeners = [
            Listener(one, self.hearing, clock=clock) for one in places if isinstance(one, Listen)
        ]
        self._folders = [ImapFolder(one, self.hearing) for one in places if isinstance(one, Imap)]
        self._turn = turn
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Listens, fetches and watches. Raises StartError where a port is taken."""
        for listener in self._listeners:
            await listener.start()
        fetching = [partial(self._turn.run, folder.run) for folder in self._folders]
        work: list[Callable[[], Awaitable[None]]] = [self.silence.run, *fetching]
        self._tasks = [asyncio.create_task(_kept(each)) for each in work]

    async def stop(self) -> None:
        """Ends everything; whose mail was not answered comes again."""
        for listener in self._listeners:
            await listener.stop()
        for task in self._tasks:
            task.cancel()
        for folder in self._folders:
            await folder.stop()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def troubles(self) -> tuple[str, ...]:
        """What is wrong now, in words: mailboxes that cannot be read, and silence."""
        folders = [f"{one.label}: {one.wrong}" for one in self._folders if one.wrong]
        return (*folders, *([self.silence.wrong] if self.silence.wrong else []))


def _feeds(settings: Settings) -> dict[str, FeedSettings]:
    """Every provider's table as the door reads it. Raises SettingsError: an unknown one, or one
    that nothing could be verified with."""
    stated = {
        name: FeedSettings(one.kind, one.live_secrets()) for name, one in settings.providers.items()
    }
    for name, feed in feeds.opened(stated).items():
        if not feed.trust.secrets and not feed.trust.options:
            raise SettingsError(f'providers.{name}: needs secret = "..." to verify reports with')
    return stated


async def _kept(work: Callable[[], Awaitable[None]]) -> None:
    """Begins `work` again where it fails."""
    while True:
        try:
            await work()
        except Exception as fault:  # noqa: BLE001
            # Whatever it was: the work is begun again, and the fault is said with its place.
            telemetry.log().error(
                "work on what comes in failed and is begun again",
                action="inbound.failed",
                fault=type(fault).__name__,
                where=telemetry.where(fault),
            )
        await asyncio.sleep(AGAIN_SECONDS)
