"""What may be relied on when workers die: nothing lost, nothing doubled, poison parked."""

import msgspec

from twofifty.deliver.ports import Verdict
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    DEFERRED,
    DOUBTED,
    LEASE,
    SETTLE,
    Bench,
    an_order,
    frozen,
)


class RecoveryPromises:
    """`deliver.ports.Outbox`, with workers that die."""

    async def test_without_a_dot_it_is_queued_again_at_once(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        dead = await bench.one("w1")
        await bench.crash()
        assert await bench.statuses() == ["queued"]
        again = await bench.one("w2")
        assert (again.message_id, again.attempt) == (message, 2)
        assert not await bench.dot(dead, "w1")
        assert not await bench.settle(dead, ACCEPTED, "w1")
        assert await bench.dot(again, "w2")
        assert await bench.settle(again, ACCEPTED, "w2")

    async def test_a_living_worker_is_not_swept(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.one()
        bench.clock.advance(LEASE / 2)
        await bench.crash_of_nobody()

    async def test_with_a_dot_it_is_in_doubt_until_that_has_settled(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item)
        dotted_at = bench.clock.seconds()
        await bench.crash()
        assert await bench.statuses() == ["in_doubt"]
        assert await bench.store.outbox.next_due() == dotted_at + SETTLE
        assert await bench.lease("w2") == []
        bench.clock.advance(SETTLE)
        again = await bench.one("w2")
        assert (again.doubt, again.doubts) == (True, 1)
        assert again.raw is not None

    async def test_the_route_and_time_of_a_dot_outlive_its_worker(self, bench: Bench) -> None:
        await bench.accept(an_order())
        for route in ("one", "two"):
            item = await bench.one()
            mail = msgspec.structs.replace(frozen(item, "thank you"), route=route)
            assert await bench.store.outbox.dot("w1", item, mail)
            left = bench.clock.seconds()
            await bench.crash()
            assert (await bench.message(item.message_id)).route == route
            bench.clock.advance(SETTLE)
            again = await bench.one()
            assert (again.doubt, again.doubt_route, again.dot_at) == (True, route, left)
            due = bench.clock.seconds()
            unknown = Verdict("in_doubt", "unknown", "?", run_at=due, doubt=True)
            assert await bench.store.outbox.settle("w1", again, unknown, None)

    async def test_a_late_250_ends_the_doubt(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item)
        await bench.crash()
        assert await bench.settle(item, ACCEPTED, "w1")
        assert await bench.statuses() == ["sent"]
        bench.clock.advance(SETTLE)
        assert await bench.lease("w2") == []

    async def test_a_late_250_ends_a_doubt_that_another_asks_about(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item)
        await bench.crash()
        bench.clock.advance(SETTLE)
        asking = await bench.one("w2")
        assert await bench.settle(item, ACCEPTED, "w1")
        assert not await bench.dot(asking, "w2")
        assert not await bench.settle(asking, DEFERRED, "w2")
        assert await bench.statuses() == ["sent"]

    async def test_a_late_failure_proves_nothing(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item)
        await bench.crash()
        assert not await bench.settle(item, DEFERRED, "w1")
        assert await bench.statuses() == ["in_doubt"]

    async def test_a_crash_while_asking_costs_no_copy(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        bench.clock.advance(SETTLE)
        await bench.one("w1")
        await bench.crash()
        again = await bench.one("w1")
        assert (again.doubt, again.doubts) == (True, 1)
        assert await bench.statuses() == ["in_doubt"]

    async def test_the_third_crash_parks_a_message(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        for _ in range(3):
            await bench.one()
            await bench.crash()
        found = await bench.message(message)
        assert (found.status, found.code) == ("held", "poison")
        assert await bench.lease() == []
        await bench.store.desk.approve(message, "kim")
        assert (await bench.send()).message_id == message

    async def test_the_third_crash_while_asking_leaves_a_doubt(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        bench.clock.advance(SETTLE)
        for _ in range(3):
            await bench.one()
            await bench.crash()
        found = await bench.message(message)
        assert (found.status, found.code) == ("in_doubt", "poison")
        assert await bench.lease() == []

    async def test_an_attempt_that_ends_clears_the_suspicion(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        for _ in range(4):
            await bench.one()
            await bench.crash()
            assert await bench.settle_composed(await bench.one(), DEFERRED)
            bench.clock.advance(20_000)
        assert (await bench.message(message)).status == "deferred"

    async def test_suspects_are_leased_one_at_a_time(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
        assert len(await bench.lease("w1")) == 3
        await bench.crash(3)
        await bench.accept(an_order("fresh"))
        first = await bench.lease("w1")
        assert len(first) == 2
        assert await bench.lease("w1") == []
        suspect = next(item for item in first if item.attempt == 2)
        assert await bench.dot(suspect)
        assert await bench.settle(suspect, ACCEPTED)
        assert len(await bench.lease("w1")) == 1

    async def test_a_lease_never_exceeds_its_limit(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
        await bench.lease("w1", 1)
        await bench.crash()
        assert len(await bench.lease("w2", 1)) == 1
        assert len(await bench.lease("w2", 1)) == 1

    async def test_poison_does_not_take_the_others_with_it(self, bench: Bench) -> None:
        for number in range(4):
            await bench.accept(an_order(str(number)))
        for _ in range(8):
            items = await bench.lease()
            poison = [item for item in items if item.recipient == "buyer0@example.com"]
            if poison:
                await bench.crash(len(items))
                continue
            for item in items:
                assert await bench.dot(item)
                assert await bench.settle(item, ACCEPTED)
        assert await bench.statuses("0") == ["held"]
        for number in (1, 2, 3):
            assert await bench.statuses(str(number)) == ["sent"]
