"""A candidate, rehearsed on real orders: what would differ from what is live, before anybody sees.

Nothing is sent and nothing is written. Each order's confirmation is composed by both versions, and
each other kind of mail that the order had.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

import msgspec

from twofifty.compose.composed import Composed
from twofifty.compose.pack import KINDS, Pack
from twofifty.compose.publish.structure import SERIOUS, Stray, facts, strays
from twofifty.flow.preview import Camera, Desktop, Look
from twofifty.notice.model import Kind
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.track.model import OrderQuery, OrderView, Page
from twofifty.track.ports import Archive

USUAL: Final = 200
QUICK: Final = 50
_PAGE: Final = 100
_EXAMPLES: Final = 3


class Mail(msgspec.Struct, frozen=True):
    """One mail of the rehearsal."""

    order: Order
    kind: Kind

    @property
    def name(self) -> str:
        """What to call it."""
        return f"{self.kind} of {self.order.source}/{self.order.id}"


class Group(msgspec.Struct, frozen=True):
    """One difference, in how many mails it is, and some of those."""

    code: str
    text: str
    count: int
    examples: tuple[str, ...]


class Replay(msgspec.Struct, frozen=True):
    """What came of a rehearsal: `same` mails of all `mails` have no difference that is told."""

    version: str
    against: str
    orders: int
    mails: int
    same: int
    groups: tuple[Group, ...]

    def objections(self) -> tuple[Group, ...]:
        """What forbids to publish: errors, and facts that vanished."""
        return tuple(group for group in self.groups if group.code in SERIOUS)


class Rehearsal:
    """Rehearses over the orders of an archive."""

    def __init__(self, archive: Archive, desktop: Desktop) -> None:
        self._archive = archive
        self._desktop = desktop

    async def replay(self, pack: Pack, live: Pack, last: int = USUAL, scope: str = "") -> Replay:
        """`pack` against `live` over the `last` newest orders of a source, '' for all."""
        mails = [mail async for mail in self._mails(last, scope)]
        found = await asyncio.to_thread(self._compared, mails, (pack, live))
        orders = len({(mail.order.source, mail.order.id) for mail in mails})
        same = sum(not each for each in found)
        groups = _grouped(list(zip(mails, found, strict=True)))
        return Replay(pack.version, live.version, orders, len(mails), same, groups)

    async def objections(self, pack: Pack, live: Pack, scope: str) -> tuple[str, ...]:
        """Why `pack` should not take the place of `live`, after a quick rehearsal."""
        found = await self.replay(pack, live, QUICK, scope)
        return tuple(f"{group.text} ({group.count} mails)" for group in found.objections())

    async def pictures(
        self, pack: Pack, live: Pack, camera: Camera, most: int = 3, scope: str = ""
    ) -> tuple[tuple[str, bytes], ...]:
        """Of some mails a name and a picture: live, candidate, and what differs, side by side."""
        taken: list[tuple[str, bytes]] = []
        async for mail in self._mails(most, scope):
            one, other = (self._mail(each, mail) for each in (live, pack))
            if isinstance(one, Composed) and isinstance(other, Composed):
                shots = [await camera.picture(each.html, 640, dark=False) for each in (one, other)]
                whole = await camera.picture(_side_by_side(shots), 1960, dark=False)
                taken.append((f"{mail.kind}-{len(taken) + 1}", whole))
            if len(taken) >= most:
                break
        return tuple(taken)

    async def _mails(self, last: int, scope: str) -> AsyncIterator[Mail]:
        async for view in self._views(last, scope):
            found = await self._archive.order(view.source, view.id)
            if found is None:
                continue
            order = wire.decode(found[1])
            had = {message.kind for message in found[0].messages}
            for kind in KINDS:
                if kind == "confirmation" or kind in had:
                    yield Mail(order, kind)

    async def _views(self, last: int, scope: str) -> AsyncIterator[OrderView]:
        before: int | None = None
        left = last
        while left > 0:
            page = Page(min(left, _PAGE), before)
            listing = await self._archive.orders(OrderQuery(source=scope or None, page=page))
            for view in listing.items:
                yield view
            left -= len(listing.items)
            before = listing.next
            if before is None:
                return

    def _compared(self, mails: Sequence[Mail], packs: tuple[Pack, Pack]) -> list[tuple[Stray, ...]]:
        return [self._strays(mail, packs) for mail in mails]

    def _strays(self, mail: Mail, packs: tuple[Pack, Pack]) -> tuple[Stray, ...]:
        after, before = (self._mail(pack, mail) for pack in packs)
        if isinstance(after, str):
            return (Stray("error", after),)
        if isinstance(before, str):
            return ()
        composer = self._desktop.press(mail.order.source).composer
        tongue = composer.tongue(packs[0], mail.order.locale)
        found = tuple(strays(before, after, facts(mail.order, tongue)))
        return found or tuple(_otherwise(before, after))

    def _mail(self, pack: Pack, mail: Mail) -> Composed | str:
        """The mail, or why it could not be composed."""
        letter = self._desktop.letter(mail.order, Look(kind=mail.kind))
        try:
            return self._desktop.composed(pack, letter)
        except Exception as fault:  # noqa: BLE001
            # To find such faults is what a rehearsal is for.
            return f"{type(fault).__name__}: {fault}"[:300]


def _otherwise(before: Composed, after: Composed) -> Iterator[Stray]:
    """What differs although every fact is there: words, or the look alone."""
    if (before.subject, before.text) != (after.subject, after.text):
        yield Stray("words", "the words differ")
    elif before.html != after.html:
        yield Stray("look", "the look differs")


def _side_by_side(shots: Sequence[bytes]) -> str:
    """A page with two pictures, and a third that is black where they are the same."""
    one, other = (f"data:image/png;base64,{b64encode(shot).decode()}" for shot in shots)
    blend = (
        '<div style="position:relative;width:640px">'
        f'<img src="{one}" style="display:block">'
        f'<img src="{other}" style="position:absolute;top:0;left:0;mix-blend-mode:difference">'
        "</div>"
    )
    return (
        '<body style="margin:0;display:flex;gap:20px;align-items:flex-start;background:#fff">'
        f'<img src="{one}" width="640"><img src="{other}" width="640">{blend}</body>'
    )


def _grouped(found: list[tuple[Mail, tuple[Stray, ...]]]) -> tuple[Group, ...]:
    """The same differences together, the serious ones first, then the frequent ones."""
    mails: dict[Stray, list[str]] = {}
    for mail, strays_ in found:
        for stray in dict.fromkeys(strays_):
            mails.setdefault(stray, []).append(mail.name)
    groups = (
        Group(stray.code, stray.text, len(names), tuple(names[:_EXAMPLES]))
        for stray, names in mails.items()
    )
    return tuple(sorted(groups, key=lambda one: (one.code not in SERIOUS, -one.count, one.text)))
