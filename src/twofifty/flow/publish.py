"""Publishing: a pack is committed, judged, promoted - to all, to a share - and rolled back.

A version is the hash of a pack over the built-in one: the same files are the same version, and a
version never changes. Whatever is done is a publication, kept for ever; workers read them and need
no restart.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from twofifty.clock import Clock
from twofifty.compose.context.error import refused
from twofifty.compose.inputs import Setting
from twofifty.compose.pack import Pack, builtin, pack
from twofifty.compose.ports import Action, Bookshelf, KeptPack, PackHead, Publication
from twofifty.compose.publish.folder import too_large
from twofifty.compose.publish.judgement import Judgement
from twofifty.compose.publish.trial import judge
from twofifty.compose.shelf import EVERYWHERE, Standing, scopes, standing
from twofifty.errors import Unpublishable
from twofifty.flow.published import BUILTIN, LIVE, Committed, Shown, Wish
from twofifty.flow.shelve import keep_builtin

_LEAST: Final = 4
_NOTE: Final = 500
_SAID: Final = 5
_REMEMBERED: Final = 8


Rehearsed = Callable[[Pack, Pack, str], Awaitable[tuple[str, ...]]]
"""Why a pack should not take the place of another in a scope, after trying both on real orders."""


async def _unrehearsed(pack: Pack, live: Pack, scope: str) -> tuple[str, ...]:
    return ()


class Publisher:
    """`settings`: how each source's mails are set, by its name, '' for every other."""

    def __init__(
        self,
        shelf: Bookshelf,
        settings: Mapping[str, Setting],
        clock: Clock,
        rehearsed: Rehearsed = _unrehearsed,
    ) -> None:
        self._rehearsed = rehearsed
        self._judgements: dict[str, Judgement] = {}
        self._shelf = shelf
        self._settings = settings
        self._clock = clock

    async def commit(self, files: Mapping[str, str], note: str = "") -> Committed:
        """Puts a shop's files on the shelf, and says what is wrong with them. Raises
        `TemplateError` for a pack beyond the limits."""
        large = tuple(too_large(files))
        if large:
            raise refused(large)
        own = pack(files)
        judgement = await self.judged(own)
        is_new = await self._keep(own, note)
        return Committed(judgement.version, is_new, judgement)

    async def judged(self, own: Pack) -> Judgement:
        """What is wrong with a shop's pack, for whichever source. The newest answers are kept: a
        version is always judged alike."""
        version = own.over(builtin()).version
        if version not in self._judgements:
            while len(self._judgements) >= _REMEMBERED:
                self._judgements.pop(next(iter(self._judgements)))
            self._judgements[version] = await self._judged(own)
        return self._judgements[version]

    async def _judged(self, own: Pack) -> Judgement:
        found = [
            await asyncio.to_thread(judge, own, setting)
            for setting in dict.fromkeys(self._settings.values())
        ]
        return Judgement(
            found[0].version,
            tuple(dict.fromkeys(problem for each in found for problem in each.problems)),
            tuple(dict.fromkeys(finding for each in found for finding in each.findings)),
        )

    async def promote(self, version: str, wish: Wish) -> Publication:
        """Makes a version the one to be used, or that of a share. Raises Unpublishable: no such
        version or scope, or problems or harms that forbid it."""
        self._known_scope(wish.scope)
        if not 1 <= wish.share <= 100:
            raise Unpublishable("a share is a number from 1 to 100")
        found = await self.found(version, wish.scope)
        if not wish.force:
            judgement = await self.judged(pack(found.own))
            if judgement.objections():
                raise Unpublishable(_unfit(found.version, judgement.objections()))
        now = await self.standing(wish.scope)
        if wish.share < 100 and found.version == now.live:
            raise Unpublishable(f"{found.version} is live already, for all mails")
        if not wish.force:
            await self._rehearse(found, wish.scope)
        action: Action = "promote" if wish.share == 100 else "canary"
        return await self._published(found.version, wish, action)

    async def _rehearse(self, found: KeptPack, scope: str) -> None:
        live = await self.found(LIVE, scope)
        packs = [Pack(each.whole, each.version) for each in (found, live)]
        objections = await self._rehearsed(packs[0], packs[1], scope)
        if objections:
            said = "; ".join(objections[:_SAID])
            raise Unpublishable(f"{found.version}, tried on your last orders: {said}")

    async def roll_back(self, wish: Wish) -> Publication:
        """Ends a canary; where there is none, goes back to the version before. Raises
        Unpublishable where there is none."""
        self._known_scope(wish.scope)
        now = await self.standing(wish.scope)
        if now.candidate is not None:
            return await self._published(await self._on_shelf(now.live), wish, "rollback")
        if not now.behind:
            raise Unpublishable("nothing was published before: the built-in templates are live")
        before = await self._on_shelf(now.before())
        if before == now.live:
            raise Unpublishable("nothing else was published before")
        return await self._published(before, wish, "rollback")

    async def standing(self, scope: str) -> Standing:
        """What is used in a scope."""
        return standing(await self._shelf.publications(), scope)

    async def history(self) -> tuple[Publication, ...]:
        """All that was published, the newest first."""
        return tuple(reversed(await self._shelf.publications()))

    async def versions(self) -> tuple[Shown, ...]:
        """Every version with where it is used, the newest first."""
        publications = await self._shelf.publications()
        used = {scope: standing(publications, scope) for scope in scopes(publications)}
        return tuple(_shown(head, used) for head in await self._shelf.packs())

    async def found(self, version: str, scope: str = EVERYWHERE) -> KeptPack:
        """A version by the beginning of its name, `live`, or `builtin`. Raises Unpublishable."""
        if version == LIVE:
            version = (await self.standing(scope)).live or BUILTIN
        if version == BUILTIN:
            version = await self._on_shelf("")
        heads = [head.version for head in await self._shelf.packs()]
        matching = [head for head in heads if head.startswith(version)]
        if len(version) < _LEAST or len(matching) != 1:
            why = "there are several" if len(matching) > 1 else "there is no"
            raise Unpublishable(f"{why} version {version}; see `twofifty templates list`")
        kept = await self._shelf.pack(matching[0])
        if kept is None:
            raise Unpublishable(f"there is no version {version}")
        return kept

    async def _on_shelf(self, version: str) -> str:
        """A version that is surely there: the built-in one for ''."""
        if version:
            return version
        await keep_builtin(self._shelf, self._clock)
        return builtin().version

    async def _keep(self, own: Pack, note: str) -> bool:
        whole = own.over(builtin())
        kept = KeptPack(whole.version, self._clock.now(), note[:_NOTE], own.files, whole.files)
        return await self._shelf.keep(kept)

    async def _published(self, version: str, wish: Wish, action: Action) -> Publication:
        said = Publication(
            at=self._clock.now(),
            scope=wish.scope,
            action=action,
            version=version,
            share=wish.share if action == "canary" else 100,
            actor=wish.actor,
            note=wish.note[:_NOTE],
        )
        return msgspec.structs.replace(said, id=await self._shelf.publish(said))

    def _known_scope(self, scope: str) -> None:
        if scope not in self._settings:
            known = ", ".join(sorted(name for name in self._settings if name)) or "none"
            raise Unpublishable(f"there is no source {scope!r}; sources are: {known}")


def _shown(head: PackHead, used: Mapping[str, Standing]) -> Shown:
    live = tuple(scope for scope, each in used.items() if each.live == head.version)
    canary = tuple(scope for scope, each in used.items() if each.candidate == head.version)
    share = max((used[scope].share for scope in canary), default=0)
    return Shown(head, live, canary, share)


def _unfit(version: str, objections: tuple[str, ...]) -> str:
    count = len(objections)
    said = f"{count} problem{'s' if count > 1 else ''}"
    return f"{version} has {said}: {objections[0]}"
