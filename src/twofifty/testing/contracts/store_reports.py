"""What may be relied on where the world says what became of mail."""

from twofifty.deliver.outcome import Accepted, Reply
from twofifty.notice.model import Status
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    DEFERRED,
    DOUBTED,
    REFUSED,
    ROUTE,
    SETTLE,
    Bench,
    an_order,
)
from twofifty.track.feedback import Feedback, FeedbackType

WITHOUT_EFFECT: tuple[tuple[FeedbackType, bool], ...] = (
    ("deferred", False),
    ("autoresponded", False),
    ("queued", False),
    ("sent", False),
    ("unsubscribed", False),
    ("opened", True),
    ("clicked", True),
)


class ReportPromises:
    """`track.ports.Reports`."""

    async def test_what_was_sent_is_delivered_once_somebody_says_so(self, bench: Bench) -> None:
        message = await bench.sent()
        taken = await bench.hear(message, text="taken by mx", code=250, enhanced="2.0.0")
        assert (taken.kept, taken.moved, taken.strange) == (1, 1, 0)
        found = await bench.message(message)
        assert (found.status, found.code, found.reached_by) == ("delivered", None, "email")
        moments = await bench.store.archive.message_events(message)
        assert moments is not None
        last = moments[-1]
        assert (last.cause, last.text, last.code) == ("delivered", "taken by mx", 250)
        assert (last.status, last.enhanced) == ("delivered", "2.0.0")

    async def test_a_loss_says_why_in_a_word_and_in_a_clause(self, bench: Bench) -> None:
        for number, (said, code) in enumerate(
            (
                ({"type": "bounced", "bounce": "hard"}, "hard"),
                ({"type": "bounced", "bounce": "soft"}, "soft"),
                ({"type": "bounced", "bounce": "message"}, "message"),
                ({"type": "bounced"}, "soft"),
                ({"type": "rejected", "reject_reason": "spam"}, "rejected_spam"),
                ({"type": "failed"}, "rejected_other"),
                ({"type": "rejected", "reject_reason": "invalid"}, "hard"),
            )
        ):
            message = await bench.sent(str(number))
            await bench.hear(message, text="they said no", **said)
            found = await bench.message(message)
            assert (found.status, found.code, found.reason) == ("bounced", code, "they said no")

    async def test_a_loss_without_words_gets_some(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard")
        assert (await bench.message(message)).reason

    async def test_delivered_after_bounced_is_real(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard", text="no such user")
        bench.clock.advance(60)
        await bench.hear(message)
        found = await bench.message(message)
        assert (found.status, found.code, found.reason) == ("delivered", None, None)
        bench.clock.advance(60)
        await bench.hear(message, "bounced", bounce="soft", text="full after all")
        assert (await bench.message(message)).code == "soft"

    async def test_what_comes_late_counts_by_its_own_time(self, bench: Bench) -> None:
        message = await bench.sent()
        bench.clock.advance(60)
        bounced = bench.news(message, "bounced", bounce="soft")
        bench.clock.advance(60)
        await bench.hear(message)
        await bench.take(bounced)
        assert await bench.statuses() == ["delivered"]

    async def test_at_the_same_moment_it_was_delivered(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.take(bench.news(message), bench.news(message, "bounced", bounce="hard"))
        assert await bench.statuses() == ["delivered"]

    async def test_whoever_reads_it_has_it(self, bench: Bench) -> None:
        signs: tuple[FeedbackType, ...] = ("opened", "clicked", "complained")
        for number, said in enumerate(signs):
            message = await bench.sent(str(number))
            await bench.hear(message, said)
            assert (await bench.message(message)).status == "delivered"

    async def test_what_proves_nothing_moves_nothing(self, bench: Bench) -> None:
        message = await bench.sent()
        for said, machine in WITHOUT_EFFECT:
            taken = await bench.hear(message, said, machine=machine)
            assert (taken.kept, taken.moved) == (1, 0)
        assert await bench.statuses() == ["sent"]

    async def test_a_doubt_ends_by_what_the_provider_says(self, bench: Bench) -> None:
        says: tuple[tuple[FeedbackType, Status], ...] = (
            ("queued", "sent"),
            ("sent", "sent"),
            ("delivered", "delivered"),
            ("bounced", "bounced"),
        )
        for number, (said, status) in enumerate(says):
            message = await self._doubted(bench, str(number))
            await bench.hear(message, said)
            assert (await bench.message(message)).status == status
        bench.clock.advance(SETTLE * 2)
        assert await bench.lease() == []

    async def test_whoever_asks_about_a_doubt_that_ended_sends_nothing(self, bench: Bench) -> None:
        message = await self._doubted(bench)
        bench.clock.advance(SETTLE)
        asking = await bench.one()
        await bench.hear(message)
        assert not await bench.dot(asking)
        assert not await bench.settle(asking, DEFERRED)
        assert await bench.statuses() == ["delivered"]

    async def test_a_server_that_deferred_after_the_dot_and_took_it_gets_no_copy(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DEFERRED)
        await bench.hear(item.message_id)
        assert await bench.statuses() == ["delivered"]
        bench.clock.advance(100_000)
        assert await bench.lease() == []

    async def test_news_of_what_is_being_sent_waits_until_that_is_settled(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        taken = await bench.hear(item.message_id, "opened")
        assert (taken.kept, taken.moved) == (1, 0)
        assert await bench.statuses() == ["sending"]
        assert await bench.settle(item, ACCEPTED)
        assert await bench.statuses() == ["delivered"]
        assert await bench.moves(item.message_id) == [
            "queued:planned",
            "sending:leased",
            "sent:accepted",
            "delivered:opened",
        ]

    async def test_news_that_waits_survives_the_worker(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        await bench.hear(item.message_id)
        await bench.crash()
        assert await bench.statuses() == ["delivered"]
        bench.clock.advance(SETTLE)
        assert await bench.lease() == []

    async def test_news_that_waits_is_heard_before_another_copy_is_leased(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DEFERRED)
        bench.clock.advance(10_000)
        again = await bench.one()
        await bench.hear(item.message_id)
        await bench.store.outbox.hand_back("w1", [again])
        assert await bench.lease("w2") == []
        assert await bench.statuses() == ["delivered"]

    async def test_news_before_the_first_dot_waits_for_it(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        await bench.hear(message)
        assert await bench.statuses() == ["queued"]
        dead = await bench.one()
        await bench.crash()
        assert await bench.statuses() == ["queued"]
        assert not await bench.dot(dead)
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, ACCEPTED)
        assert await bench.statuses() == ["delivered"]

    async def test_a_late_250_brings_what_was_said_meanwhile(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item, "w1")
        await bench.crash()
        assert await bench.settle(item, ACCEPTED, "w1")
        await bench.hear(item.message_id)
        assert await bench.statuses() == ["delivered"]

    async def test_what_was_withdrawn_or_refused_stays_so(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        await bench.store.desk.cancel(message, "kim")
        await bench.hear(message)
        assert await bench.statuses() == ["cancelled"]
        await bench.accept(an_order("1002"))
        refused = await bench.one()
        assert await bench.settle_composed(refused, REFUSED)
        await bench.hear(refused.message_id)
        assert await bench.statuses("1002") == ["failed"]

    async def test_news_that_comes_again_does_nothing(self, bench: Bench) -> None:
        message = await bench.sent()
        for named in ("event-1", None):
            news = bench.news(message, "opened", event_id=named)
            assert (await bench.take(news)).kept == 1
            taken = await bench.take(news, news)
            assert (taken.kept, taken.known, taken.moved) == (0, 2, 0)
        assert (await bench.take(bench.news(message, "opened"), origin="ses")).kept == 1

    async def test_one_event_may_tell_of_several_recipients(self, bench: Bench) -> None:
        message = await bench.sent()
        news = bench.news(message, "bounced", event_id="event-1", bounce="soft")
        other = bench.news(message, "bounced", event_id="event-1", recipient="other@example.com")
        assert (await bench.take(news, other)).kept == 2

    async def test_a_message_is_found_by_its_message_id(self, bench: Bench) -> None:
        message = await bench.sent()
        for name in (f"{message}@shop.example.test", f"<{message}@elsewhere.test>"):
            taken = await bench.hear("", "opened", own_id=None, message_id=name)
            assert (taken.kept, taken.strange) == (1, 0), name

    async def test_a_message_is_found_by_what_the_provider_called_it(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, Accepted(Reply(250, "Ok 0102018f-aa11 queued"), ROUTE))
        called = {"own_id": None, "message_id": "0102018f-aa11"}
        other = await bench.hear("", recipient="other@example.com", **called)
        assert (other.strange, other.moved) == (1, 0)
        assert (await bench.hear("", recipient="Buyer1001@Example.com", **called)).moved == 1
        bench.clock.advance(15 * 86_400)
        assert (await bench.hear("", "bounced", **called)).strange == 1

    async def test_a_part_of_what_the_provider_called_it_finds_nothing(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        reply = "2.0.0 Ok: queued as <4bXyz12345678Qrs@mx.example.test>, id=0102018f-aa11"
        assert await bench.settle(item, Accepted(Reply(250, reply), ROUTE))
        for part in ("example.test", "queued as", "4bXyz12345678Qrs", "0102018f", "2018f-aa11"):
            taken = await bench.hear("", own_id=None, message_id=part)
            assert (taken.strange, taken.moved) == (1, 0), part
        for name in ("0102018f-aa11", "<4bXyz12345678Qrs@mx.example.test>"):
            taken = await bench.hear("", "opened", own_id=None, message_id=name)
            assert taken.strange == 0, name

    async def test_a_mail_that_only_knows_what_the_provider_said_is_not_believed(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, Accepted(Reply(250, "Ok 0102018f-aa11 queued"), ROUTE))
        for name in ("0102018f-aa11", "0102018f"):
            forged = bench.news(
                "", "bounced", bounce="hard", own_id=None, message_id=name, event_id=name
            )
            taken = await bench.take(forged, origin="inbound")
            assert (taken.strange, taken.moved, taken.suppressed) == (1, 0, 0)
        assert await bench.statuses() == ["sent"]

    async def test_a_mail_is_believed_of_its_own_recipient_or_by_its_return_path_alone(
        self, bench: Bench
    ) -> None:
        message = await bench.sent()
        names: tuple[dict[str, str | None], ...] = (
            {"own_id": message},
            {"own_id": None, "message_id": f"{message}@shop.example.test"},
            {"own_id": message, "event_id": "e1"},
        )
        for named in names:
            for recipient in ("other@example.com", ""):
                news = bench.news(
                    message, "bounced", bounce="hard", **{**named, "recipient": recipient}
                )
                taken = await bench.take(news, origin="inbound")
                assert (taken.kept, taken.strange, taken.suppressed) == (1, 1, 0)
        assert await bench.statuses() == ["sent"]
        passed_on = {"recipient": "forwarded@example.net", "event_id": f"e2.{message}"}
        signed = bench.news(message, "bounced", bounce="soft", **passed_on)
        assert (await bench.take(signed, origin="inbound")).moved == 1
        bench.clock.advance(1)
        arrived = bench.news(message, recipient="BUYER1001@example.com")
        assert (await bench.take(arrived, origin="inbound")).moved == 1

    async def test_a_short_name_finds_nothing(self, bench: Bench) -> None:
        await bench.sent()
        assert (await bench.hear("", own_id=None, message_id="4711")).strange == 1

    async def test_news_of_no_mail_of_ours_is_kept_and_counted(self, bench: Bench) -> None:
        message = await bench.sent()
        odd: tuple[FeedbackType, ...] = ("inbound", "inbound_failed", "unknown")
        for said in odd:
            taken = await bench.hear(message, said)
            assert (taken.kept, taken.strange, taken.moved) == (1, 1, 0)
        assert (await bench.hear("m_none")).strange == 1
        assert await bench.statuses() == ["sent"]

    async def test_all_news_of_a_message_is_kept_as_it_came(self, bench: Bench) -> None:
        message = await bench.sent()
        news = [
            bench.news(message, "deferred", code=451, enhanced="4.7.1", text="Grüße", at=None),
            bench.news(message, "opened", machine=True, event_id="e1", message_id="0102"),
            bench.news(message, "clicked", url="https://shop.example.test/o/1"),
            bench.news(message, "rejected", reject_reason="spam", bounce="message"),
        ]
        await bench.take(*news)
        kept: list[Feedback] = list(await bench.store.reports.of(message) or ())
        assert kept == news
        assert await bench.store.reports.of("m_none") is None

    async def test_odd_characters_do_no_harm(self, bench: Bench) -> None:
        message = await bench.sent()
        assert (await bench.hear(message, "deferred", text="\ud83d \x00 ü")).kept == 1
        (kept,) = await bench.store.reports.of(message) or ()
        # PostgreSQL keeps every character but this one, which is shown as its symbol.
        assert kept.text in ("? \x00 ü", "? \u2400 ü")

    async def test_nothing_is_dated_before_its_message_or_after_now(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="soft", at=bench.later(10**9))
        bench.clock.advance(60)
        await bench.hear(message)
        assert await bench.statuses() == ["delivered"]

    async def test_engagement_is_kept_apart_from_the_status(self, bench: Bench) -> None:
        message = await bench.sent()
        opened = bench.clock.now()
        await bench.hear(message, "opened")
        bench.clock.advance(5)
        await bench.hear(message, "opened")
        await bench.hear(message, "unsubscribed")
        found = await bench.message(message)
        assert found.engagement == {"opened": opened, "unsubscribed": bench.clock.now()}
        await bench.hear(message, "clicked", machine=True)
        assert "clicked" not in (await bench.message(message)).engagement

    async def test_of_many_looks_the_history_tells_the_first(self, bench: Bench) -> None:
        message = await bench.sent()
        for number in range(3):
            await bench.hear(message, "opened", event_id=f"{number}")
            await bench.hear(message, "clicked", event_id=f"c{number}")
        moves = await bench.moves(message)
        assert moves[-2:] == ["delivered:opened", "delivered:clicked"]

    async def test_silence_counts_what_was_sent_since_the_last_word(self, bench: Bench) -> None:
        assert (await bench.store.reports.silence()).sent == 0
        first = bench.clock.now()
        message = await bench.sent()
        bench.clock.advance(10)
        await bench.sent("1002")
        silence = await bench.store.reports.silence()
        assert (silence.sent, silence.since, silence.last) == (2, first, None)
        bench.clock.advance(10)
        await bench.hear(message)
        heard = bench.clock.now()
        silence = await bench.store.reports.silence()
        assert (silence.sent, silence.since, silence.last) == (0, None, heard)
        bench.clock.advance(10)
        await bench.sent("1003")
        silence = await bench.store.reports.silence()
        assert (silence.sent, silence.since, silence.last) == (1, bench.clock.now(), heard)

    async def _doubted(self, bench: Bench, order_id: str = "1001") -> str:
        await bench.accept(an_order(order_id))
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        return item.message_id
