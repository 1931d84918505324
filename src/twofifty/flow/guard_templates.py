"""A new version is watched: what does harm is taken back before many get it."""

import asyncio
from datetime import timedelta
from typing import Final

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.compose.pack import builtin
from twofifty.compose.ports import Bookshelf, Publication
from twofifty.compose.publish.fitness import unfit
from twofifty.compose.shelf import Standing, scopes, standing
from twofifty.errors import StoreError
from twofifty.flow.shelve import keep_builtin

LOOK_SECONDS: Final = 60.0
FRESH: Final = timedelta(hours=1)
COMPARED: Final = timedelta(days=7)
ACTOR: Final = "twofifty"


class TemplateGuard:
    """Looks at every canary, and at every promotion in its first hour: `compose.publish.fitness`
    says what is not to stay."""

    def __init__(self, shelf: Bookshelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock

    async def run(self) -> None:
        """Looks each minute; a store that refuses is asked at the next look. Begins with putting
        the built-in pack on the shelf, so that mails made of it can be made again after it
        changed."""
        while True:
            try:
                await keep_builtin(self._shelf, self._clock)
                await self.look()
            except StoreError as fault:
                telemetry.log().warning(
                    "could not look at the new templates",
                    action="templates.unwatched",
                    fault=repr(fault),
                )
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> tuple[Publication, ...]:
        """What was taken back now."""
        publications = await self._shelf.publications()
        found = []
        for scope in scopes(publications):
            now = standing(publications, scope)
            why = await self._why(now)
            if why:
                found.append(await self._taken_back(scope, now, why))
        return tuple(found)

    async def _why(self, now: Standing) -> str:
        """Why the newest change of a scope is to be taken back; empty where it is not."""
        if now.since is None:
            return ""
        if now.candidate is not None:
            return await self._compared(now.candidate, now.live, now)
        fresh = self._clock.now() - now.since < FRESH
        return await self._compared(now.live, now.before(), now) if fresh and now.behind else ""

    async def _compared(self, new: str, old: str, now: Standing) -> str:
        began = now.since or self._clock.now()
        counted = await self._shelf.counts(new or builtin().version, began)
        return unfit(counted, await self._shelf.counts(old or builtin().version, began - COMPARED))

    async def _taken_back(self, scope: str, now: Standing, why: str) -> Publication:
        bad = now.candidate or now.live
        good = now.live if now.candidate else now.before()
        said = Publication(
            at=self._clock.now(),
            scope=scope,
            action="automatic",
            version=good or builtin().version,
            share=100,
            actor=ACTOR,
            note=f"{bad}: {why}",
        )
        if not good:
            await keep_builtin(self._shelf, self._clock)
        await self._shelf.publish(said)
        telemetry.TEMPLATES_TAKEN_BACK.inc()
        telemetry.log().error(
            "a version of the templates was taken back",
            action="templates.taken_back",
            source=scope,
            version=bad,
            instead=said.version,
            reason=why,
        )
        return said
