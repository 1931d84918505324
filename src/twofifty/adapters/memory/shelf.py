"""Packs and publications in memory."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from twofifty.adapters.memory.rows import MessageRow, Rows
from twofifty.compose.ports import Counts, KeptPack, PackHead, Publication
from twofifty.errors import StoreError

_LOOKED_AT = 20_000


class MemoryShelf:
    """`compose.ports.Bookshelf` in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def keep(self, pack: KeptPack) -> bool:
        """See `compose.ports.Bookshelf`."""
        return self._rows.packs.setdefault(pack.version, pack) is pack

    async def packs(self) -> tuple[PackHead, ...]:
        """See `compose.ports.Bookshelf`."""
        kept = sorted(self._rows.packs.values(), key=lambda pack: pack.version)
        newest = sorted(kept, key=lambda pack: pack.created_at, reverse=True)
        return tuple(PackHead(pack.version, pack.created_at, pack.note) for pack in newest)

    async def pack(self, version: str) -> KeptPack | None:
        """See `compose.ports.Bookshelf`."""
        return self._rows.packs.get(version)

    async def publish(self, publication: Publication) -> int:
        """See `compose.ports.Bookshelf`."""
        if publication.version not in self._rows.packs:
            raise StoreError(f"there is no version {publication.version}")
        identity = len(self._rows.publications) + 1
        self._rows.publications.append(msgspec.structs.replace(publication, id=identity))
        return identity

    async def publications(self) -> tuple[Publication, ...]:
        """See `compose.ports.Bookshelf`."""
        return tuple(self._rows.publications)

    async def latest(self) -> int:
        """See `compose.ports.Bookshelf`."""
        return len(self._rows.publications)

    async def counts(self, version: str, since: datetime) -> Counts:
        """See `compose.ports.Bookshelf`."""
        newest = list(self._rows.messages.values())[-_LOOKED_AT:]
        first = since.timestamp()
        found = [row for row in newest if row.updated_at >= first and _is_of(row, version)]
        return Counts(
            messages=len(found),
            degraded=_count(bool(row.frozen and row.frozen.degraded) for row in found),
            failed=_count(row.status == "failed" for row in found),
            bounced=_count(row.status == "bounced" for row in found),
            complained=_count(_was_complained_about(row) for row in found),
        )


def _is_of(row: MessageRow, version: str) -> bool:
    """A mail is one of the version that should have made it."""
    made = row.frozen
    return made is not None and version == (
        made.degraded.partition(":")[0] or made.template.partition("/")[0]
    )


def _was_complained_about(row: MessageRow) -> bool:
    return any(moved.cause == "complained" for moved in row.history)


def _count(marks: Iterable[bool]) -> int:
    return sum(marks)
