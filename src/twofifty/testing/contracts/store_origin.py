"""Where messages come from."""

from twofifty.deliver.ports import Frozen
from twofifty.deliver.verdict import verdict
from twofifty.order import wire
from twofifty.testing.contracts.store_bench import ACCEPTED, SETTLE, Bench, How, an_order


class OriginPromises:
    """`track.ports.Origins`."""

    async def test_a_messages_origin_is_its_arrival_and_its_order(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order(), How(topic="orders/create"))
        item = await bench.one()
        found = await bench.store.origins.origin(item.message_id)
        assert found is not None
        assert (found.source, found.order_id, found.kind) == ("shop", "1001", "confirmation")
        assert found.order == item.order
        assert found.cause is not None
        assert (found.cause.event_id, found.cause.topic) == (receipt.event_id, "orders/create")
        assert (found.cause.outcome, found.cause.plan) == ("applied", "owe")
        assert found.cause.at == bench.clock.now()
        assert (found.raw, found.inputs, found.template) == (None, None, None)

    async def test_what_a_mail_was_composed_from_is_kept_with_it(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        template = "aaaaaaaaaaaa/confirmation.full/en"
        rfc_id = f"{item.message_id}@shop.example.test"
        made = Frozen(b"Subject: x\r\n\r\nx\r\n", "x", rfc_id, template, b'{"a":1}', "why")
        times = (bench.clock.seconds(), SETTLE)
        assert await bench.store.outbox.settle(
            "w1", item, verdict(ACCEPTED, item, times, 0.5), made
        )
        found = await bench.store.origins.origin(item.message_id)
        assert found is not None
        assert (found.raw, found.inputs) == (made.raw, b'{"a":1}')
        assert (found.template, found.degraded) == (template, "why")

    async def test_a_message_keeps_the_order_that_it_told(self, bench: Bench) -> None:
        await bench.accept(an_order(note="first"))
        sent = await bench.send()
        bench.clock.advance(60)
        await bench.accept(an_order(note="second"))
        found = await bench.store.origins.origin(sent.message_id)
        assert found is not None
        assert found.order is not None
        assert wire.decode(found.order).note == "first"
        assert [wire.decode(state).note for state in found.states] == ["first", "second"]

    async def test_an_unknown_message_has_no_origin(self, bench: Bench) -> None:
        assert await bench.store.origins.origin("m_nothing") is None
