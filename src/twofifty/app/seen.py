"""When each source's shop was heard of last, read from the store."""

from collections.abc import Iterable
from datetime import datetime

from twofifty.track.model import OrderQuery, Page
from twofifty.track.ports import Archive

_PAGES = 5
_MOST = 200


async def last_arrivals(archive: Archive, sources: Iterable[str]) -> dict[str, datetime]:
    """By source, among the newest thousand arrivals. Canary orders and what reconciliation took in
    do not count: the shop did not send them."""
    wanted, found = set(sources), dict[str, datetime]()
    canaries = {name: await _canaries(archive, name) for name in wanted}
    before: int | None = None
    for _ in range(_PAGES):
        listing = await archive.events(None, Page(_MOST, before))
        for event in listing.items:
            known = event.source in found or event.source not in wanted
            if known or event.topic == "reconcile" or event.order_id in canaries[event.source]:
                continue
            found[event.source] = event.received_at
        before = listing.next
        if before is None or found.keys() >= wanted:
            break
    return found


async def _canaries(archive: Archive, source: str) -> set[str]:
    query = OrderQuery("canary@canary.invalid", source, Page(_MOST))
    return {order.id for order in (await archive.orders(query)).items}
