"""Is a shop connected: does its API answer, do its webhooks stand, who mails the confirmation?

Platforms delete or pause webhooks after failures and tell nobody: so somebody has to look.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from twofifty import telemetry
from twofifty.errors import BadInput, ShopBusy, ShopError
from twofifty.flow import understand
from twofifty.flow.board import Board
from twofifty.flow.fetch import Askable
from twofifty.intake.ports import Source, Stated
from twofifty.intake.shop import Announces, Registered, Signs
from twofifty.order.events import Ignored
from twofifty.order.model import Order

FRESH = timedelta(days=1)


class Link(msgspec.Struct, frozen=True):
    """A source and its shop's API. `url` is where the shop's webhooks have to go, `secrets` are
    those that the door believes, newest first; `silent`: its customers are not mailed by us."""

    name: str
    url: str
    askable: Askable
    source: Source
    stated: Stated
    secrets: tuple[str, ...] = ()
    silent: bool = False


class Glance(msgspec.Struct, frozen=True):
    """The first page of the orders that changed lately: how many there are, whether there are more,
    the newest one's number, and why those that cannot be used cannot."""

    orders: int
    more: bool = False
    newest: str | None = None
    unusable: tuple[str, ...] = ()


class Webhooks(msgspec.Struct, frozen=True):
    """What the shop has of the webhooks that we need: topics that it has none for, and topics whose
    webhook it has switched off."""

    needed: tuple[str, ...]
    missing: tuple[str, ...] = ()
    off: tuple[str, ...] = ()

    def wanted(self) -> tuple[str, ...]:
        """What has to be registered."""
        return self.missing + self.off


async def glance(link: Link, since: datetime) -> Glance:
    """Asks for the orders that changed since then. Raises ShopError, ShopBusy."""
    shop, asker = link.askable.shop, link.askable.asker
    page = await asker.run(shop.changed(asker.access, since, ""))
    orders: list[Order] = []
    unusable: list[str] = []
    for document in page.documents:
        try:
            read = understand.read(link.source, "", document, link.stated)
        except BadInput as bad:
            unusable.append("; ".join(f"{one.path}: {one.message}" for one in bad.problems[:2]))
        else:
            orders += [] if isinstance(read, Ignored) else understand.whole(read, last=True)
    newest = max(reversed(orders), key=_placed, default=None)
    number = None if newest is None else newest.number or newest.id
    return Glance(len(orders), page.cursor is not None, number, tuple(unusable))


async def webhooks(link: Link) -> Webhooks:
    """Asks which webhooks there are for us. Raises ShopError, ShopBusy."""
    shop, asker = link.askable.shop, link.askable.asker
    if not shop.topics:
        return Webhooks(())
    ours = [one for one in await asker.run(shop.hooks(asker.access)) if _is_to(one, link.url)]
    active = {one.topic for one in ours if one.active}
    there = {one.topic for one in ours}
    return Webhooks(
        needed=shop.topics,
        missing=tuple(topic for topic in shop.topics if topic not in there),
        off=tuple(topic for topic in shop.topics if topic in there - active),
    )


async def register(link: Link, topics: tuple[str, ...], secret: str) -> tuple[str, ...]:
    """Registers webhooks for `topics`; the secrets that they are signed with (see
    `intake.shop.Shop.register`). Raises ShopError, ShopBusy."""
    shop, asker = link.askable.shop, link.askable.asker
    return await asker.run(shop.register(asker.access, topics, link.url, secret))


async def own_confirmation(link: Link) -> bool | None:
    """Whether the shop mails its own confirmation; None where nobody can say, for want of a right
    too. Raises ShopBusy."""
    shop, asker = link.askable.shop, link.askable.asker
    if link.silent or not isinstance(shop, Announces):
        return None
    try:
        return await asker.run(shop.own_confirmation(asker.access))
    except ShopBusy:
        raise
    except ShopError:
        return None


def own_mail_words(link: Link) -> str:
    """What to do about the shop's own confirmation."""
    shop = link.askable.shop
    where = shop.own_mails_at if isinstance(shop, Announces) else "the shop's own settings"
    return f"the shop sends its own order confirmation too: switch it off at {where}"


def signs_with(shop: object) -> Literal["ours", "app", "new"]:
    """Whose secret webhooks are signed with that are registered now (see `intake.shop.Signs`);
    `new`: one that nobody knows before."""
    return shop.signs_with if isinstance(shop, Signs) else "new"


def missing_words(found: Webhooks, name: str) -> str | None:
    """What is missing, and the way to mend it; None: nothing is."""
    parts = [f"no webhook for {', '.join(found.missing)}"] if found.missing else []
    parts += [f"switched off by the shop: {', '.join(found.off)}"] if found.off else []
    if not parts:
        return None
    return f"{'; '.join(parts)}: run `twofifty source connect {name}`"


class Watch:
    """Looks again and again whether one source stays connected, and says what changed on the board
    and in the log. `repair`: registers what is missing, where the door knows the secret."""

    def __init__(self, link: Link, board: Board, *, repair: bool) -> None:
        self._link = link
        self._board = board
        self._repair = repair
        self._seen = False

    async def run(self, minutes: float) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(minutes * 60.0)

    async def look(self) -> None:
        """One look. A shop that is away says nothing about its webhooks."""
        link = self._link
        try:
            found = await webhooks(link)
            if found.wanted() and self._repair:
                found = await self._repaired(found)
            mails = await own_confirmation(link)
        except ShopBusy as busy:
            telemetry.log().info(
                "the shop is away", action="connect.away", source=link.name, reason=str(busy)
            )
            return
        except ShopError as fault:
            reason = f"its webhooks cannot be seen: {fault}; or set check_minutes = 0"
            self._say("webhooks", reason, self._refused)
            return
        found = self._believed(found)
        telemetry.WEBHOOKS_MISSING.labels(link.name).set(len(found.wanted()))
        self._say("webhooks", missing_words(found, link.name), self._missing)
        if mails is not None:
            words = own_mail_words(link) if mails else None
            self._say("confirmation", words, self._doubled)

    def _believed(self, found: Webhooks) -> Webhooks:
        """Webhooks that were made by hand are not always listed: where none ever was and they come,
        none is missing."""
        self._seen = self._seen or len(found.missing) < len(found.needed)
        last = self._board.states[self._link.name].last_arrival
        come = last is not None and self._board.clock.now() - last < FRESH
        return Webhooks(found.needed) if come and not self._seen else found

    async def _repaired(self, found: Webhooks) -> Webhooks:
        """Only where the door will believe what is registered: a secret that is made now, it would
        not know."""
        link = self._link
        if not link.secrets or signs_with(link.askable.shop) == "new":
            return found
        await register(link, found.wanted(), link.secrets[0])
        telemetry.log().warning(
            "webhooks were missing and are registered again",
            action="connect.repaired",
            source=link.name,
            topics=found.wanted(),
        )
        return await webhooks(link)

    def _say(self, finder: str, words: str | None, say: Callable[[str], None]) -> None:
        """Once per change."""
        if not self._board.fault(self._link.name, finder, words):
            return
        if words is not None:
            say(words)
        else:
            telemetry.log().info(
                "what was wrong is right again",
                action="connect.mended",
                source=self._link.name,
                what=finder,
            )

    def _refused(self, words: str) -> None:
        telemetry.log().error(
            "the shop's webhooks cannot be seen",
            action="connect.refused",
            source=self._link.name,
            reason=words,
        )

    def _missing(self, words: str) -> None:
        telemetry.log().error(
            "the shop will not tell us of its orders",
            action="connect.missing",
            source=self._link.name,
            reason=words,
        )

    def _doubled(self, words: str) -> None:
        telemetry.log().warning(
            "customers get two confirmations",
            action="connect.own_confirmation",
            source=self._link.name,
            reason=words,
        )


def _is_to(one: Registered, url: str) -> bool:
    return one.url.rstrip("/") == url.rstrip("/")


def _placed(order: Order) -> float:
    return order.placed_at.timestamp() if order.placed_at is not None else 0.0
