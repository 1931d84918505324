"""Several schemes for one source: for platforms that changed theirs, or sign in two ways."""

from collections.abc import Iterator
from datetime import datetime

from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature.marked import Marked


class Any:
    """A Scheme (see `intake.ports`): the first of `schemes` that the request carries a signature of
    decides, and no other is asked then. The first one signs."""

    __slots__ = ("schemes",)

    def __init__(self, *schemes: Marked) -> None:
        self.schemes = schemes

    def marks(self) -> tuple[str, ...]:
        return tuple(mark for scheme in self.schemes for mark in scheme.marks())

    def carried(self, hook: Hook) -> bool:
        return any(scheme.carried(hook) for scheme in self.schemes)

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return next((scheme.claimed(hook) for scheme in self._deciding(hook)), None)

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """See `Scheme.verified`."""
        return next((scheme.verified(hook, trust) for scheme in self._deciding(hook)), False)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`."""
        return self.schemes[0].signed(body, secret, url=url, at=at)

    def _deciding(self, hook: Hook) -> Iterator[Marked]:
        return (scheme for scheme in self.schemes if scheme.carried(hook))
