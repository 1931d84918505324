"""How the order pages look: as the settings say, and as the live templates say over them."""

from collections.abc import Callable, Mapping

import msgspec

from twofifty.app.brands import brand, sources
from twofifty.compose.context.error import TemplateError
from twofifty.compose.ports import Bookshelf
from twofifty.compose.shelf import standing
from twofifty.compose.theme import FILE, PLAIN, Theme, parse
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_page import Front
from twofifty.flow.looking import look_again_and_again
from twofifty.settings import Settings


def fronts(settings: Settings) -> Mapping[str, Front]:
    """How the pages of every source look and speak, and '' for every other."""
    return {
        name: Front(brand(settings, stated), Tongues(stated.locale or settings.locale))
        for name, stated in sources(settings).items()
    }


class LiveFronts:
    """The fronts of every source in the look that its live templates state, with no restart."""

    def __init__(self, settings: Settings, shelf: Bookshelf) -> None:
        self._shelf = shelf
        self._plain = fronts(settings)
        self._seen = 0
        self.shown: dict[str, Front] = dict(self._plain)

    async def run(self, version: Callable[[], int] | None = None) -> None:
        """Looks again and again, as `look_again_and_again` does."""
        await look_again_and_again(self.look, "templates.unread", version)

    async def look(self) -> bool:
        """Whether something was published since the last look; then `shown` has its look."""
        newest = await self._shelf.latest()
        if newest == self._seen:
            return False
        publications = await self._shelf.publications()
        for scope, front in self._plain.items():
            theme = await self._theme(standing(publications, scope).live)
            brand_ = msgspec.structs.replace(front.brand, theme=theme)
            self.shown[scope] = msgspec.structs.replace(front, brand=brand_)
        self._seen = newest
        return True

    async def _theme(self, version: str) -> Theme:
        """What a version states; nothing of its own for the built-in one, and where what it states
        is no theme: its mails are made by another version then."""
        kept = await self._shelf.pack(version) if version else None
        try:
            return PLAIN if kept is None else parse(kept.whole.get(FILE, "")).theme
        except TemplateError:
            return PLAIN
