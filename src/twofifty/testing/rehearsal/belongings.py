"""What of the user's store goes to the rehearsal's: published templates, and as many DKIM keys."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.shelf import SqlShelf
from twofifty.adapters.sqlite.database import path_of
from twofifty.app.dkim import create, keys
from twofifty.app.letters import sample
from twofifty.app.stores import open_store
from twofifty.clock import SystemClock
from twofifty.compose.ports import KeptPack, Publication
from twofifty.settings import Settings
from twofifty.track.moments import instant

Q = sql.load("shelf")
Row = tuple[Any, ...]


async def bring(user: Settings, rehearsal: Settings) -> tuple[str, ...]:
    """Fills the store of the rehearsal, whose settings are harmless already; what came, in words.
    The user's store is only read."""
    domains = {kept.domain for kept in keys(user) if kept.state == "live"}
    for domain in sorted(domains):
        create(rehearsal, domain, today=datetime.now(UTC).date())
    packs = await _templates(path_of(user.database_url), rehearsal)
    said = {
        f"Mail is signed with throw-away DKIM keys for {', '.join(sorted(domains))}.": domains,
        f"Published templates are used ({packs} versions).": packs,
    }
    return tuple(text for text, so in said.items() if so)


async def _templates(path: Path, rehearsal: Settings) -> int:
    store = open_store(rehearsal.database_url, SystemClock(), sample=lambda: sample(rehearsal))
    try:
        return await _copied(path, store.shelf)
    finally:
        await store.close()


async def _copied(path: Path, shelf: SqlShelf) -> int:
    """How many versions there were."""
    packs, publications = _read(path)
    for pack in packs:
        await shelf.keep(pack)
    for publication in publications:
        await shelf.publish(publication)
    return len(packs)


def _read(path: Path) -> tuple[list[KeptPack], list[Publication]]:
    """Nothing where there is no store, or it is of another age."""
    try:
        return _read_only(path) if path.is_file() else ([], [])
    except sqlite3.Error:
        return [], []


def _read_only(path: Path) -> tuple[list[KeptPack], list[Publication]]:
    """On a connection that cannot write. Raises sqlite3.Error."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        kept = connection.execute("SELECT id, content FROM dictionaries").fetchall()
        codec = Codec(dict(kept))
        heads = connection.execute(Q["packs"]).fetchall()
        wanted = ({"version": version} for version, *_ in heads)
        rows = [connection.execute(Q["pack"], one).fetchone() for one in wanted]
        packs = [_pack(row, codec) for row in rows]
        told = connection.execute(Q["publications"]).fetchall()
        return packs, [_publication(row) for row in told]
    finally:
        connection.close()


def _pack(row: Row, codec: Codec) -> KeptPack:
    version, at, note, own, whole = row
    return KeptPack(version, instant(at), note, _files(codec, own), _files(codec, whole))


def _files(codec: Codec, blob: bytes) -> dict[str, str]:
    return msgspec.json.decode(codec.unpack(blob), type=dict[str, str])


def _publication(row: Row) -> Publication:
    _, at, *told = row
    names = ("scope", "action", "version", "share", "actor", "note")
    stated = {"at": instant(at), **dict(zip(names, told, strict=True))}
    return msgspec.convert(stated, Publication)
