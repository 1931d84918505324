"""What comes along from the user's store is only read there."""

import asyncio
import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.app.dkim import create, keys
from twofifty.clock import SystemClock
from twofifty.compose.ports import KeptPack, Publication
from twofifty.settings import Settings
from twofifty.testing.rehearsal.belongings import bring

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PACK = KeptPack("v1", NOW, "first", {"a.txt": "A"}, {"a.txt": "A", "b.txt": "B" * 500})
LIVE = Publication(at=NOW, scope="", action="promote", version="v1", share=100, actor="me", note="")


def at(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder}/twofifty.db")


async def published(settings: Settings, path: Path) -> None:
    store = SqliteStore(path, SystemClock(), sample=lambda: b"B" * 300)
    await store.shelf.keep(PACK)
    await store.shelf.publish(LIVE)
    await store.close()


async def shelf_of(path: Path) -> tuple[KeptPack | None, list[Publication]]:
    store = SqliteStore(path, SystemClock())
    found = await store.shelf.pack("v1"), list(await store.shelf.publications())
    await store.close()
    return found


def test_published_templates_come_along_and_the_users_store_stays_as_it_was(
    tmp_path: Path,
) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    store = theirs / "twofifty.db"
    asyncio.run(published(at(theirs), store))
    before = hashlib.sha256(store.read_bytes()).hexdigest()

    told = asyncio.run(bring(at(theirs), at(ours)))
    pack, (live,) = asyncio.run(shelf_of(ours / "twofifty.db"))

    assert told == ("Published templates are used (1 versions).",)
    assert pack == PACK
    assert msgspec.structs.replace(live, id=0) == LIVE
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before


def test_mail_is_signed_by_other_keys_of_the_same_kinds(tmp_path: Path) -> None:
    theirs, ours = at(tmp_path / "theirs"), at(tmp_path / "ours")
    create(theirs, "shop.example.com", today=date(2026, 11, 22))
    asyncio.run(bring(theirs, ours))
    made = [(one.domain, one.state, one.key.family) for one in keys(ours)]
    assert made == [(one.domain, one.state, one.key.family) for one in keys(theirs)]
    assert {one.file.read_bytes() for one in keys(ours)}.isdisjoint(
        one.file.read_bytes() for one in keys(theirs)
    )


@pytest.mark.parametrize("content", [None, b"", b"no database" * 100])
def test_where_there_is_no_store_nothing_comes_along(tmp_path: Path, content: bytes | None) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    if content is not None:
        (theirs / "twofifty.db").write_bytes(content)
    assert asyncio.run(bring(at(theirs), at(tmp_path / "ours"))) == ()
    assert [one.name for one in theirs.iterdir()] == (
        ["twofifty.db"] if content is not None else []
    )
