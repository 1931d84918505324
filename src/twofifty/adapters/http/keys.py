"""Public keys and certificates of platforms, fetched once an hour at most."""

from collections import deque
from collections.abc import Mapping

from twofifty.adapters.http.line import HttpLine
from twofifty.clock import Clock
from twofifty.errors import ShopError
from twofifty.flow.ask import Line
from twofifty.flow.fetch import Askable
from twofifty.intake.shop import Ask, KeyKeeper

KEEP_SECONDS = 3_600.0
RETRY_SECONDS = 10.0
MOST_KEYS = 64
MOST_A_MINUTE = 20
LONGEST_KEY = 65_536


class HttpKeys:
    """Implements `flow.receive.PublicKeys`. A key that could not be had is not asked for again for
    ten seconds, and no more than twenty are fetched for a source in a minute, so that a flood of
    hooks is no flood of requests."""

    def __init__(
        self, clock: Clock, askables: Mapping[str, Askable], line: Line | None = None
    ) -> None:
        self._clock = clock
        self._askables = askables
        self._line = line or HttpLine(seconds=10.0)
        self._kept: dict[str, tuple[float, bytes | None]] = {}
        self._fetches: dict[str, deque[float]] = {}

    async def key(self, source: str, url: str) -> bytes | None:
        """See `flow.receive.PublicKeys.key`."""
        now = self._clock.seconds()
        until, found = self._kept.get(url, (0.0, None))
        if now < until:
            return found
        if self._too_many(source, now):
            return found
        fresh = await self._fetched(source, url)
        self._make_room()
        self._kept[url] = (now + (RETRY_SECONDS if fresh is None else KEEP_SECONDS), fresh)
        return fresh or found

    async def close(self) -> None:
        """Ends kept connections, also those of the shops that were given."""
        await self._line.close()
        for askable in self._askables.values():
            await askable.asker.close()

    def _make_room(self) -> None:
        """What could not be had goes first, then the oldest: made-up names push no key out."""
        if len(self._kept) >= MOST_KEYS:
            useless = (url for url, (_, found) in self._kept.items() if found is None)
            del self._kept[next(useless, next(iter(self._kept)))]

    def _too_many(self, source: str, now: float) -> bool:
        """Whether the source has had its fetches of this minute: anybody may name a key in a
        hook."""
        fetches = self._fetches.setdefault(source, deque())
        while fetches and fetches[0] <= now - 60.0:
            fetches.popleft()
        if len(fetches) >= MOST_A_MINUTE:
            return True
        fetches.append(now)
        return False

    async def _fetched(self, source: str, url: str) -> bytes | None:
        try:
            found = await self._told(source, url)
        except ShopError:
            return None
        return found if found and len(found) <= LONGEST_KEY else None

    async def _told(self, source: str, url: str) -> bytes | None:
        askable = self._askables.get(source)
        if askable is not None and isinstance(askable.shop, KeyKeeper):
            return await askable.asker.run(askable.shop.public_key(askable.asker.access, url))
        reply = await self._line.send(Ask(url))
        return reply.body if reply.status == 200 else None
