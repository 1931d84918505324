"""What every shop's API adapter keeps. Subclass `ShopContract` in a test module:

class TestMyShopApi(ShopContract):
    source = registry.source("myshop")
    shop = MyShopShop()
    access = Access(url="https://api.example.com", key="key")
    order_id = "1001"
    replies = {"GET /orders/1001": b"...", "GET /orders": b"...", "POST /hooks": b"..."}

A reply is found by method and path without the query; where the same path is asked again with
another query (a second page), write `"GET /orders#2"` for the second time, and so on.
"""

import contextlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlsplit

from twofifty.errors import BadInput
from twofifty.intake import loose
from twofifty.intake.ports import Source, Stated
from twofifty.intake.shop import Access, Ask, Dialogue, Page, Reply, Shop
from twofifty.order.events import Ignored, OrderEvent
from twofifty.testing.dialogue import held

STATED = Stated("shop")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NONSENSE = (b"", b"<html>Bad gateway</html>", b"[]", b"{}", b"null", b'{"errors": "x"}', b'"x"')
MOST_PAGES = 20


class Scripted:
    """Answers asks from a table and remembers them."""

    def __init__(self, replies: Mapping[str, bytes]) -> None:
        self._replies = replies
        self._times: Counter[str] = Counter()
        self.asked: list[Ask] = []

    def __call__(self, ask: Ask) -> Reply:
        """The reply of the table, or 404."""
        self.asked.append(ask)
        name = f"{ask.method} {urlsplit(ask.url).path}"
        self._times[name] += 1
        numbered = f"{name}#{self._times[name]}"
        body = self._replies.get(numbered, self._replies.get(name))
        return Reply(404, {}, b"{}") if body is None else Reply(200, {}, body)


class ShopContract:
    """The promises of `intake.shop.Shop`, each a test."""

    source: Source
    shop: Shop
    access: Access
    order_id: str
    replies: ClassVar[Mapping[str, bytes]]

    def listing(self, answer: Scripted) -> list[bytes]:
        """Every document of a listing, page by page."""
        documents: list[bytes] = []
        cursor: str | None = ""
        for _ in range(MOST_PAGES):
            if cursor is None:
                return documents
            page: Page = held(self.shop.changed(self.access, SINCE, cursor), answer)
            documents += page.documents
            cursor = page.cursor
        raise AssertionError("the listing has no end")

    def ids(self, document: bytes) -> list[str]:
        """The orders that the source reads from a document."""
        read = self.source.read("", document, STATED)
        assert not isinstance(read, Ignored), read.reason
        return [news.order.id for news in read if isinstance(news, OrderEvent)]

    def test_an_order_is_fetched_whole_and_read(self) -> None:
        document = held(self.shop.order(self.access, self.order_id), Scripted(self.replies))
        assert document is not None
        assert self.ids(document) == [self.order_id]

    def test_an_order_that_is_not_there_is_none(self) -> None:
        tokens = {name: body for name, body in self.replies.items() if "token" in name}
        assert held(self.shop.order(self.access, self.order_id), Scripted(tokens)) is None

    def test_a_listing_has_an_end_and_every_document_is_read(self) -> None:
        documents = self.listing(Scripted(self.replies))
        assert self.order_id in [one for each in documents for one in self.ids(each)]

    def test_an_id_cannot_leave_its_place_in_the_url(self) -> None:
        answer = Scripted({name: body for name, body in self.replies.items() if "token" in name})
        held(self.shop.order(self.access, "../1?x=1#é"), answer)
        assert all("/../" not in ask.url and "#" not in ask.url for ask in answer.asked)

    def test_a_reply_that_makes_no_sense_is_refused_in_words(self) -> None:
        for nonsense in NONSENSE:
            broken = Scripted(dict.fromkeys(self.replies, nonsense))
            self._sane(self.shop.order(self.access, self.order_id), broken)
            self._sane(self.shop.changed(self.access, SINCE, ""), broken)
            self._sane(self.shop.hooks(self.access), broken)

    def test_the_key_stands_in_a_header_and_never_in_a_url(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.order(self.access, self.order_id), answer)
        for ask in answer.asked:
            assert not self.access.key or self.access.key not in ask.url
            assert not self.access.secret or self.access.secret not in ask.url

    def test_webhooks_that_are_missing_can_be_registered(self) -> None:
        if not self.shop.topics:
            return
        url = "https://orders.example.com/hooks/shop"
        secrets = held(
            self.shop.register(self.access, self.shop.topics, url, "made-here"),
            Scripted(self.replies),
        )
        assert isinstance(secrets, tuple)
        listed = held(self.shop.hooks(self.access), Scripted(self.replies))
        assert {one.topic for one in listed} >= set(self.shop.topics)

    def _sane(self, dialogue: Dialogue[object], answer: Scripted) -> None:
        """A value or one of the two errors of the port, nothing else."""
        with contextlib.suppress(BadInput, loose.Unreadable):
            held(dialogue, answer)
