"""What publishing needs from a store: packs by their version, and which was to be used when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

import msgspec

Action = Literal["promote", "canary", "rollback", "automatic"]


class KeptPack(msgspec.Struct, frozen=True):
    """A committed pack. `own` are the shop's files, `whole` those with the built-in ones below
    them; `version` is the hash of `whole`."""

    version: str
    created_at: datetime
    note: str
    own: Mapping[str, str]
    whole: Mapping[str, str]


class PackHead(msgspec.Struct, frozen=True):
    """A committed pack without its files."""

    version: str
    created_at: datetime
    note: str


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` on, `version` is to be used in `scope`: a source's name, '' for all of them.

    `promote`, `rollback`, `automatic`: for every mail, and a canary is over. `canary`: for `share`
    mails of a hundred; 0 ends it. `id` grows; it is the store's, 0 before it is kept. `actor`: who
    did it.
    """

    at: datetime
    scope: str
    action: Action
    version: str
    share: int
    actor: str
    note: str
    id: int = 0


class Counts(msgspec.Struct, frozen=True):
    """What became of a version's mails: how many were composed, and how many of those fell back to
    a simpler template, failed, bounced, or were complained about."""

    messages: int = 0
    degraded: int = 0
    failed: int = 0
    bounced: int = 0
    complained: int = 0


class Bookshelf(Protocol):
    """Packs and publications. Nothing on it is ever changed or taken away."""

    async def keep(self, pack: KeptPack) -> bool:
        """Puts a pack there. False: that version was there before, and stays as it was."""
        ...

    async def packs(self) -> tuple[PackHead, ...]:
        """Every pack, the newest first."""
        ...

    async def pack(self, version: str) -> KeptPack | None:
        """One pack."""
        ...

    async def publish(self, publication: Publication) -> int:
        """Adds a publication, and says its id. Raises StoreError for a version that is not
        there."""
        ...

    async def publications(self) -> tuple[Publication, ...]:
        """All that was ever published, oldest first."""
        ...

    async def latest(self) -> int:
        """The newest publication's id, 0 for none. Cheap enough to ask every second."""
        ...

    async def counts(self, version: str, since: datetime) -> Counts:
        """What became of a version's mails that moved since then; of the newest 20,000 messages
        at most."""
        ...
