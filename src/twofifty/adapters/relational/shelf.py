"""Packs and publications in the store's own file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.compose.ports import Counts, KeptPack, PackHead, Publication
from twofifty.errors import StoreError
from twofifty.track.moments import instant

Q = sql.load("shelf")


class SqlShelf:
    """`compose.ports.Bookshelf` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, codec: Codec) -> None:
        self._writer = writer
        self._reader = reader
        self._codec = codec

    async def keep(self, pack: KeptPack) -> bool:
        """See `compose.ports.Bookshelf`."""
        row = {
            "version": pack.version,
            "created_at": pack.created_at.timestamp(),
            "note": pack.note,
            "own": self._packed(pack.own),
            "whole": self._packed(pack.whole),
        }
        return await self._writer.run(lambda db: db.execute(Q["keep_pack"], row).rowcount == 1)

    async def packs(self) -> tuple[PackHead, ...]:
        """See `compose.ports.Bookshelf`."""
        rows = await self._reader.run(lambda db: db.execute(Q["packs"]).fetchall())
        return tuple(PackHead(version, instant(at), note) for version, at, note in rows)

    async def pack(self, version: str) -> KeptPack | None:
        """See `compose.ports.Bookshelf`."""
        wanted = {"version": version}
        row = await self._reader.run(lambda db: db.execute(Q["pack"], wanted).fetchone())
        if row is None:
            return None
        _, at, note, own, whole = row
        return KeptPack(version, instant(at), note, self._files(own), self._files(whole))

    async def publish(self, publication: Publication) -> int:
        """See `compose.ports.Bookshelf`."""
        row = {**msgspec.structs.asdict(publication), "at": publication.at.timestamp()}
        return await self._writer.run(lambda db: _published(db, row))

    async def publications(self) -> tuple[Publication, ...]:
        """See `compose.ports.Bookshelf`."""
        rows = await self._reader.run(lambda db: db.execute(Q["publications"]).fetchall())
        return tuple(_publication(row) for row in rows)

    async def latest(self) -> int:
        """See `compose.ports.Bookshelf`."""
        (newest,) = await self._reader.run(lambda db: db.execute(Q["latest"]).fetchone())
        return int(newest or 0)

    async def counts(self, version: str, since: datetime) -> Counts:
        """See `compose.ports.Bookshelf`."""
        # `0` is the character after `/`, `;` the one after `:`: ranges, and no wildcards
        wanted = {
            "first": f"{version}/",
            "after": f"{version}0",
            "failed": f"{version}:",
            "failed_after": f"{version};",
            "since": since.timestamp(),
        }
        row = await self._reader.run(lambda db: db.execute(Q["counts"], wanted).fetchone())
        return Counts(*row)

    def _packed(self, files: Mapping[str, str]) -> bytes:
        return self._codec.pack(msgspec.json.encode(dict(sorted(files.items()))))

    def _files(self, blob: bytes) -> dict[str, str]:
        return msgspec.json.decode(self._codec.unpack(blob), type=dict[str, str])


def _published(db: Database, row: Mapping[str, Any]) -> int:
    if db.execute(Q["pack"], {"version": row["version"]}).fetchone() is None:
        raise StoreError(f"there is no version {row['version']}")
    (identity,) = db.execute(Q["publish"], row).fetchone()
    return int(identity)


def _publication(row: tuple[Any, ...]) -> Publication:
    identity, at, scope, action, version, share, actor, note = row
    return Publication(
        at=instant(at),
        scope=scope,
        action=action,
        version=version,
        share=share,
        actor=actor,
        note=note,
        id=identity,
    )
