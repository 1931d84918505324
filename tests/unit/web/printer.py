"""What is done with templates, over the shop of these tests and a shelf in memory."""

from typing import Any

from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.shelf import MemoryShelf
from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer
from twofifty.deliver.sink import Sink
from twofifty.flow.again import Archivist
from twofifty.flow.press import Press
from twofifty.flow.preview import Desktop
from twofifty.flow.proof import Proofs
from twofifty.flow.publish import Publisher
from twofifty.flow.replay import Rehearsal
from twofifty.flow.templates import Templates
from twofifty.flow.why import Historian
from twofifty.track.origin import Cause, Origin

PRESS = Press(Composer(Brand(shop_name="Shop")), mime.Mailbox("Shop", "shop@example.com"))


class Past:
    """Implements `track.ports.Origins` over the mails of a shop."""

    def __init__(self, shop: Any) -> None:
        self._shop = shop

    async def origin(self, message_id: str) -> Origin | None:
        if message_id not in self._shop.mails:
            return None
        view, raw = self._shop.mails[message_id]
        _, order = self._shop.kept[view.source, view.order_id]
        return Origin(
            message_id=view.id, kind=view.kind, recipient=view.recipient,
            created_at=view.created_at, source=view.source, order_id=view.order_id,
            notice="digest", facts="", states=(order,), order=order, raw=raw,
            cause=Cause("e_0001", "orders/<create>", view.created_at, "applied", "owe"),
            template="aaaaaaaaaaaa/confirmation.full/en",
        )  # fmt: skip


def printing(shop: Any) -> Templates:
    shelf, past = MemoryShelf(Rows()), Past(shop)
    desktop = Desktop(shop, {"": PRESS}, shop.clock)
    rehearsal = Rehearsal(shop, desktop)
    settings = {"": PRESS.composer.setting}
    return Templates(
        publisher=Publisher(shelf, settings, shop.clock, rehearsal.objections),
        desktop=desktop,
        rehearsal=rehearsal,
        archivist=Archivist(past, shelf),
        historian=Historian(shop, past, shelf),
        proofs=Proofs(desktop, Sink),
    )
