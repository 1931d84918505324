"""What the page on which mails are ended is given."""

from collections.abc import Sequence
from typing import Final

from twofifty.clock import Clock
from twofifty.notice.purpose import Purpose
from twofifty.track.blocking import UNSUBSCRIBED
from twofifty.track.model import Scope, Suppression
from twofifty.track.ports import Suppressions
from twofifty.track.unsubscribe import Leaving as Left
from twofifty.web.orderpage.bucket import Buckets

CUSTOMER: Final = "customer"
POSTS: Final = (5, 20.0)
"""Posts of one link: at once, and in an hour."""

_SCOPES: Final[dict[Purpose, Scope]] = {"marketing": "marketing"}


class Leaving:
    """Ends mails. `secrets`: all that links were ever signed with."""

    def __init__(self, secrets: Sequence[bytes], suppressions: Suppressions, clock: Clock) -> None:
        self.secrets = secrets
        self.posts = Buckets(*POSTS, clock)
        self._suppressions = suppressions
        self._clock = clock

    async def leave(self, who: Left) -> None:
        """From now on the address gets no mail for that purpose; a receipt it always gets, whatever
        the link says. Raises StoreError."""
        now = self._clock.now()
        scope = _SCOPES.get(who.purpose, "service")
        wish = Suppression(
            address=who.address, scope=scope, cause=UNSUBSCRIBED, at=now, actor=CUSTOMER
        )
        await self._suppressions.add([wish])
