"""What looking may rely on: pages that fit together, searches that find, histories in order."""

from twofifty.notice.model import Kind, Status
from twofifty.testing.contracts.store_bench import (
    CANCELLED,
    DEFERRED,
    DRAFT,
    UNPAID,
    Bench,
    How,
    an_order,
    to,
)
from twofifty.track.model import Listing, MessageQuery, MessageView, OrderQuery, Page


class ArchivePromises:
    """`track.ports.Archive`."""

    async def test_an_order_is_found_by_its_id_and_by_its_number(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order(number="#77"))
        for name in ("1001", "#77"):
            found = await bench.store.archive.order("shop", name)
            assert found is not None
            view, body = found
            assert (view.id, view.number, view.total) == ("1001", "#77", "82.95")
            assert (view.plan, view.payment, view.currency) == ("owe", "paid", "EUR")
            assert view.placed_at == bench.clock.now()
            assert [message.id for message in view.messages] == list(receipt.messages)
            assert b'"1001"' in body
        assert await bench.store.archive.order("other", "1001") is None
        assert await bench.store.archive.order("shop", "1002") is None

    async def test_an_orders_body_is_its_newest(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=2, note="two"))
        await bench.accept(an_order(revision=3, note="three"))
        await bench.accept(an_order(revision=1, note="one"))
        found = await bench.store.archive.order("shop", "1001")
        assert found is not None
        assert b"three" in found[1]

    async def test_orders_are_searched_by_number_id_mail_and_name(self, bench: Bench) -> None:
        await bench.accept(an_order("1001"))
        await bench.accept(an_order("1002", customer=to("Someone.Else@example.com")))
        await bench.accept(an_order("1003", source="second", number="A_1%"))
        for text, ids in {
            "1001": ["1001"],
            "#1002": ["1002"],
            "someone.else@EXAMPLE.com": ["1002"],
            "else@": ["1002"],
            "alex": ["1003", "1002", "1001"],
            "a_1%": ["1003"],
            "_": ["1003"],
            "%": ["1003"],
            "nobody": [],
        }.items():
            listing = await bench.store.archive.orders(OrderQuery(text=text))
            assert [order.id for order in listing.items] == ids, text
        second = await bench.store.archive.orders(OrderQuery(source="second"))
        assert [order.id for order in second.items] == ["1003"]

    async def test_what_is_named_whole_is_all_that_is_shown(self, bench: Bench) -> None:
        await bench.accept(an_order("100"))
        await bench.accept(an_order("1001"))
        await bench.accept(an_order("5", customer=to("ann@example.com")))
        await bench.accept(an_order("6", customer=to("joann@example.com")))
        await bench.accept(an_order("7", source="second", number="#200"))
        archive = bench.store.archive
        for query, ids in (
            (OrderQuery(text="100"), ["100"]),
            (OrderQuery(text="00"), ["7", "1001", "100"]),
            (OrderQuery(text="ANN@example.com"), ["5"]),
            (OrderQuery(text="ann@"), ["6", "5"]),
            (OrderQuery(text="200"), ["7"]),
            (OrderQuery(text="200", source="shop"), []),
            (OrderQuery(text="200", source="second"), ["7"]),
        ):
            listing = await archive.orders(query)
            assert [order.id for order in listing.items] == ids, query
            assert listing.next is None

    async def test_pages_of_what_is_named_fit_together(self, bench: Bench) -> None:
        for number in range(5):
            await bench.accept(an_order(str(number), customer=to("ann@example.com")))
        archive = bench.store.archive
        first = await archive.orders(OrderQuery("ann@example.com", page=Page(limit=3)))
        page = Page(limit=3, before=first.next)
        rest = await archive.orders(OrderQuery("ann@example.com", page=page))
        assert [order.id for order in first.items + rest.items] == list("43210")
        assert rest.next is None

    async def test_messages_are_filtered_by_every_given_field(self, bench: Bench) -> None:
        await bench.accept(an_order("1001", number="#77"))
        await bench.accept(an_order("1002", customer=to("Someone@example.com")))
        await bench.accept(an_order("1003", state=DRAFT))
        archive = bench.store.archive
        held: Status = "held"
        confirmation: Kind = "confirmation"
        update: Kind = "update"
        for query, ids in (
            (MessageQuery(order="1001"), ["1001"]),
            (MessageQuery(order="#77"), ["1001"]),
            (MessageQuery(recipient="someone@EXAMPLE.com"), ["1002"]),
            (MessageQuery(status=held), ["1003"]),
            (MessageQuery(kind=confirmation), ["1003", "1002", "1001"]),
            (MessageQuery(kind=update), []),
            (MessageQuery(order="1001", status=held), []),
        ):
            listing = await archive.messages(query)
            assert [message.order_id for message in listing.items] == ids, query

    async def test_pages_fit_together(self, bench: Bench) -> None:
        for number in range(7):
            await bench.accept(an_order(str(number)))
        archive = bench.store.archive
        messages: list[MessageView] = []
        page = Page(limit=3)
        while True:
            listing: Listing[MessageView] = await archive.messages(MessageQuery(page=page))
            messages += listing.items
            if listing.next is None:
                break
            page = Page(limit=3, before=listing.next)
        assert [message.order_id for message in messages] == list("6543210")
        first = await archive.orders(OrderQuery(page=Page(limit=4)))
        rest = await archive.orders(OrderQuery(page=Page(limit=4, before=first.next)))
        assert [order.id for order in first.items + rest.items] == list("6543210")
        assert rest.next is None
        events = await archive.events(None, Page(limit=5))
        assert len(events.items) == 5
        assert events.next is not None
        assert len((await archive.events(None, Page(limit=5, before=events.next))).items) == 2

    async def test_a_page_that_fits_exactly_has_no_next(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
        assert (await bench.store.archive.messages(MessageQuery(page=Page(limit=3)))).next is None

    async def test_a_timeline_tells_everything_oldest_first(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=1, state=UNPAID), How(topic="order.placed"))
        bench.clock.advance(1)
        await bench.accept(an_order(revision=2), How(topic="payment.paid"))
        bench.clock.advance(1)
        await bench.accept(an_order(revision=2), How(topic="payment.paid"))
        bench.clock.advance(1)
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(1)
        await bench.accept(an_order(revision=1, note="late"))
        bench.clock.advance(1)
        await bench.accept(an_order(revision=3, state=CANCELLED))
        timeline = await bench.store.archive.timeline("shop", "1001")
        assert timeline is not None
        assert [moment.what for moment in timeline] == [
            "event.applied",
            "event.applied",
            "message.queued",
            "event.duplicate",
            "message.sending",
            "message.deferred",
            "event.stale",
            "event.applied",
            "message.superseded",
            "message.held",
        ]
        assert [moment.at for moment in timeline] == sorted(moment.at for moment in timeline)
        assert "awaiting" in (timeline[0].cause or "")
        assert timeline[5].code == 451
        assert all(moment.text for moment in timeline)

    async def test_a_timeline_is_found_by_number_and_only_there(self, bench: Bench) -> None:
        await bench.accept(an_order(number="#77"))
        archive = bench.store.archive
        assert await archive.timeline("shop", "#77") == await archive.timeline("shop", "1001")
        assert await archive.timeline("shop", "nothing") is None

    async def test_an_arrival_is_kept_byte_for_byte(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order(note="Grüße \U0001f600"))
        body = await bench.store.archive.event_body(receipt.event_id)
        assert body is not None
        assert "Grüße \U0001f600".encode() in body
        for unknown in ("e_999", "e_", "nothing", "e_-1", "e_" + "9" * 40, "e_٣"):
            assert await bench.store.archive.event_body(unknown) is None

    async def test_what_is_unknown_is_none(self, bench: Bench) -> None:
        archive = bench.store.archive
        assert await archive.message("m_none") is None
        assert await archive.message_events("m_none") is None
        assert await archive.raw("m_none") is None

    async def test_what_is_not_composed_has_no_bytes(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        assert await bench.store.archive.raw(message) is None

    async def test_the_counts_add_up(self, bench: Bench) -> None:
        await bench.accept(an_order("1001"))
        await bench.accept(an_order("1002", state=DRAFT))
        await bench.accept(an_order("1003", state=UNPAID))
        await bench.accept(an_order("1004", customer=to("nobody")))
        law = await bench.store.archive.conservation()
        assert await bench.store.archive.counts() == law
        assert law.events == {"applied": 4}
        assert law.orders == {"owe": 1, "hold": 1, "wait": 1, "fail": 1}
        assert law.messages == {"queued": 1, "held": 1, "failed": 1}
        assert law.violations == ()
