"""Packs and publications: kept for ever, and what became of a version's mails."""

from datetime import timedelta

import pytest

from twofifty.compose.ports import Counts, KeptPack, Publication
from twofifty.deliver.ports import Frozen
from twofifty.deliver.verdict import verdict
from twofifty.errors import StoreError
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    REFUSED,
    SETTLE,
    Bench,
    an_order,
    to,
)

OWN = {"theme.toml": 'accent = "#112233"\n', "locales/de.po": "ä → ü\n"}
WHOLE = {**OWN, "confirmation.full.txt.mustache": "{{number}}\n"}


def a_pack(bench: Bench, version: str = "aaaaaaaaaaaa") -> KeptPack:
    """A pack that was committed just now."""
    return KeptPack(version, bench.clock.now(), f"note of {version}", OWN, WHOLE)


class ShelfPromises:
    """`compose.ports.Bookshelf`."""

    async def test_a_pack_is_kept_as_it_is(self, bench: Bench) -> None:
        shelf, pack = bench.store.shelf, a_pack(bench)
        assert await shelf.pack(pack.version) is None
        assert await shelf.keep(pack)
        assert await shelf.pack(pack.version) == pack

    async def test_a_version_that_is_there_is_never_changed(self, bench: Bench) -> None:
        shelf, pack = bench.store.shelf, a_pack(bench)
        await shelf.keep(pack)
        bench.clock.advance(60)
        again = KeptPack(pack.version, bench.clock.now(), "another note", {}, {"a": "b"})
        assert not await shelf.keep(again)
        assert await shelf.pack(pack.version) == pack

    async def test_packs_are_listed_newest_first(self, bench: Bench) -> None:
        shelf = bench.store.shelf
        for version in ("bbbbbbbbbbbb", "aaaaaaaaaaaa"):
            await shelf.keep(a_pack(bench, version))
            bench.clock.advance(60)
        assert [head.version for head in await shelf.packs()] == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]

    async def test_publications_keep_their_order_and_words(self, bench: Bench) -> None:
        shelf, pack = bench.store.shelf, a_pack(bench)
        await shelf.keep(pack)
        assert (await shelf.latest(), await shelf.publications()) == (0, ())
        first = Publication(
            at=bench.clock.now(), scope="", action="promote", version=pack.version,
            share=100, actor="kim", note="the new look",
        )  # fmt: skip
        second = Publication(
            at=bench.clock.now(), scope="shop", action="canary", version=pack.version,
            share=10, actor="kim", note="",
        )  # fmt: skip
        ids = [await shelf.publish(first), await shelf.publish(second)]
        assert ids == sorted(set(ids))
        assert await shelf.latest() == ids[-1]
        kept = await shelf.publications()
        assert [each.id for each in kept] == ids
        assert [(one.scope, one.action, one.share, one.actor, one.note) for one in kept] == [
            ("", "promote", 100, "kim", "the new look"),
            ("shop", "canary", 10, "kim", ""),
        ]
        assert {one.at for one in kept} == {bench.clock.now()}

    async def test_what_was_never_committed_cannot_be_published(self, bench: Bench) -> None:
        missing = Publication(
            at=bench.clock.now(), scope="", action="promote", version="cccccccccccc",
            share=100, actor="kim", note="",
        )  # fmt: skip
        with pytest.raises(StoreError, match="cccccccccccc"):
            await bench.store.shelf.publish(missing)
        assert await bench.store.shelf.publications() == ()

    async def test_a_versions_mails_are_counted_by_what_became_of_them(self, bench: Bench) -> None:
        began = bench.clock.now()
        await _mailed(bench, "1001", "aaaaaaaaaaaa")
        await _mailed(bench, "1002", "bbbbbbbbbbbb", degraded="aaaaaaaaaaaa: TemplateError: no")
        await _mailed(bench, "1003", "aaaaaaaaaaaa", refused=True)
        await _mailed(bench, "1004", "aaaaaaaaaaaab")
        await bench.accept(an_order("1005"))
        shelf = bench.store.shelf
        found = await shelf.counts("aaaaaaaaaaaa", began)
        assert found == Counts(messages=3, degraded=1, failed=1, bounced=0, complained=0)
        assert await shelf.counts("bbbbbbbbbbbb", began) == Counts()

    async def test_mails_of_before_are_not_counted(self, bench: Bench) -> None:
        await _mailed(bench, "1001", "aaaaaaaaaaaa")
        bench.clock.advance(60)
        since = bench.clock.now()
        await _mailed(bench, "1002", "aaaaaaaaaaaa")
        shelf = bench.store.shelf
        assert (await shelf.counts("aaaaaaaaaaaa", since)).messages == 1
        earlier = since - timedelta(seconds=60)
        assert (await shelf.counts("aaaaaaaaaaaa", earlier)).messages == 2


async def _mailed(
    bench: Bench, order_id: str, version: str, degraded: str = "", *, refused: bool = False
) -> None:
    await bench.accept(an_order(order_id, customer=to(f"{order_id}@example.com")))
    item = await bench.one()
    template = f"{version}/confirmation.full/en"
    rfc_id = f"{item.message_id}@shop.example.test"
    made = Frozen(b"Subject: x\r\n\r\nx\r\n", "x", rfc_id, template, b"{}", degraded)
    times = (bench.clock.seconds(), SETTLE)
    outcome = verdict(REFUSED if refused else ACCEPTED, item, times, 0.5)
    assert await bench.store.outbox.settle("w1", item, outcome, made)
