"""The composers of a process, kept at what is published: no restart, no question per message."""

import asyncio
from collections.abc import Callable, Mapping

from twofifty import telemetry
from twofifty.compose.composer import Composer, Editions
from twofifty.compose.pack import Pack, builtin
from twofifty.compose.ports import Bookshelf
from twofifty.compose.shelf import Standing, standing
from twofifty.flow.looking import look_again_and_again


class TemplateWatch:
    """`composers` by their source's name, '' for every other source."""

    def __init__(self, shelf: Bookshelf, composers: Mapping[str, Composer]) -> None:
        self._shelf = shelf
        self._composers = composers
        self._seen = 0

    async def run(self, version: Callable[[], int] | None = None) -> None:
        """Looks again and again, as `look_again_and_again` does."""
        await look_again_and_again(self.look, "templates.unread", version)

    async def look(self) -> bool:
        """Whether something was published since the last look; then it is used from now on. What
        is new is compiled beside the composing, before it is used."""
        newest = await self._shelf.latest()
        if newest == self._seen:
            return False
        publications = await self._shelf.publications()
        packs: dict[str, Pack] = {}
        for scope, composer in self._composers.items():
            now = standing(publications, scope)
            editions = await self._editions(now, packs)
            if editions != composer.editions:
                await asyncio.to_thread(composer.prepare, editions)
                composer.use(editions)
                _say(scope, editions)
        self._seen = newest
        return True

    async def _editions(self, now: Standing, packs: dict[str, Pack]) -> Editions:
        live = await self._pack(now.live, packs)
        candidate = None if now.candidate is None else await self._pack(now.candidate, packs)
        before = await self._pack(now.before(), packs) if now.behind else None
        return Editions(live or builtin(), candidate, now.share, before)

    async def _pack(self, version: str, packs: dict[str, Pack]) -> Pack | None:
        """A version's pack; the built-in one for '' and for a version without files of its own."""
        if not version:
            return builtin()
        if version not in packs:
            kept = await self._shelf.pack(version)
            if kept is None:
                return None
            packs[version] = Pack(kept.whole, kept.version) if kept.own else builtin()
        return packs[version]


def _say(scope: str, editions: Editions) -> None:
    telemetry.log().info(
        "templates are used from now on",
        action="templates.used",
        source=scope,
        version=editions.live.version,
        candidate=editions.candidate.version if editions.candidate else None,
        share=editions.share,
    )
