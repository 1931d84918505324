"""A mail as somebody would get it, made by what sends and sent to nobody."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Protocol

import msgspec

from twofifty.clock import Clock
from twofifty.compose import mime
from twofifty.compose.composed import Composed
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.pack import Pack
from twofifty.compose.publish.occasions import letter_for, samples
from twofifty.errors import Unpublishable
from twofifty.flow.press import Press
from twofifty.notice.model import Kind
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.track.model import OrderQuery
from twofifty.track.ports import Archive

ID: Final = "m_preview"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be seen. `locale` and `layout`: other than the order's and the theme's."""

    kind: Kind = "confirmation"
    locale: str = ""
    layout: str = ""


class Camera(Protocol):
    """Takes pictures of HTML, with everything remote left out."""

    async def picture(self, html: str, width: int, *, dark: bool) -> bytes:
        """A PNG of the whole page, `width` pixels wide. Raises Unpublishable where none can be
        taken."""
        ...


class Desktop:
    """`presses` by their source's name, '' for every other."""

    def __init__(self, archive: Archive, presses: Mapping[str, Press], clock: Clock) -> None:
        self._archive = archive
        self._presses = presses
        self._clock = clock

    def press(self, source: str) -> Press:
        """The press of a source."""
        return self._presses.get(source) or self._presses[""]

    async def order(self, wanted: str) -> Order:
        """An order of the store, by `ID` or `SOURCE/ID`, or a sample by its name. Raises
        Unpublishable."""
        if wanted in samples():
            return samples()[wanted]
        source, _, order_id = wanted.rpartition("/")
        listing = await self._archive.orders(OrderQuery(text=order_id, source=source or None))
        for view in listing.items:
            if order_id in (view.id, view.number):
                found = await self._archive.order(view.source, view.id)
                if found is not None:
                    return wire.decode(found[1])
        known = ", ".join(samples())
        raise Unpublishable(f"there is no order {wanted}; samples are: {known}")

    def letter(self, order: Order, look: Look) -> Letter:
        """The letter about an order."""
        spoken = msgspec.structs.replace(order, locale=look.locale) if look.locale else order
        letter = letter_for(look.kind, spoken)
        page_url = self.press(order.source).page(order, self._now())
        return msgspec.structs.replace(letter, layout=look.layout, page_url=page_url)

    def composed(self, pack: Pack, letter: Letter, to: str = "customer@example.com") -> Composed:
        """The mail as this pack alone makes it. Raises `TemplateError` and whatever else a pack's
        fault raises."""
        press = self.press(letter.order.source)
        return press.composer.compose_as(pack, letter, self._seed(press, to))

    def _seed(self, press: Press, to: str) -> Seed:
        domain = press.sender.address.rpartition("@")[2]
        return Seed(
            id=ID,
            message_id=f"{ID}.{int(self._clock.seconds())}@{domain}",
            sender=press.sender,
            recipient=mime.Mailbox(None, to),
            date=self._now(),
        )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(int(self._clock.seconds()), UTC)
