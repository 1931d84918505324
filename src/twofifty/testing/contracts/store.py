"""The contract of a store: the ports of intake, delivery and tracking over the same truth."""

from abc import ABC, abstractmethod

from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_amend import AmendPromises, paid
from twofifty.testing.contracts.store_bench import ACCEPTED, UNPAID, Bench, Store, an_order, lawful
from twofifty.testing.contracts.store_books import BooksPromises, DutyPromises
from twofifty.testing.contracts.store_correct import CorrectPromises
from twofifty.testing.contracts.store_delivery import DeliveryPromises
from twofifty.testing.contracts.store_dispatch import DispatchPromises
from twofifty.testing.contracts.store_errands import ErrandPromises
from twofifty.testing.contracts.store_follow import FollowPromises
from twofifty.testing.contracts.store_intake import IntakePromises
from twofifty.testing.contracts.store_plan import PlanPromises
from twofifty.testing.contracts.store_recovery import RecoveryPromises
from twofifty.testing.contracts.store_shelf import ShelfPromises
from twofifty.testing.contracts.store_tracking import TrackingPromises
from twofifty.testing.contracts.suite import Suite
from twofifty.track.model import Page


class StoreContract(
    IntakePromises,
    PlanPromises,
    FollowPromises,
    CorrectPromises,
    AmendPromises,
    ErrandPromises,
    BooksPromises,
    DutyPromises,
    DeliveryPromises,
    DispatchPromises,
    RecoveryPromises,
    ShelfPromises,
    TrackingPromises,
    Suite[Bench],
    ABC,
):
    """Derive, say how a store is opened, and `keep` every promise. After each of them the
    conservation law must hold."""

    @abstractmethod
    async def open_store(self, clock: FrozenClock) -> Store:
        """The store of this suite: empty at first, the same truth when it is opened again. It plans
        with `store_bench.planner(clock)`."""

    async def keep(self, promise: str) -> None:
        """Runs one promise on a store of its own. Raises AssertionError where it is broken."""
        clock = FrozenClock()
        bench = Bench(await self.open_store(clock), clock)
        try:
            await self.promise(promise)(bench)
            await lawful(bench.store)
        finally:
            await bench.store.close()

    async def test_what_was_accepted_survives_reopening(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order())
        await self._reopen(bench)
        assert (await bench.accept(an_order())).duplicate
        (message,) = receipt.messages
        assert (await bench.send()).message_id == message

    async def test_leases_and_dots_survive_reopening(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        await self._reopen(bench)
        assert await bench.lease("w2") == []
        await bench.crash()
        assert await bench.statuses() == ["in_doubt"]
        assert await bench.settle(item, ACCEPTED)

    async def test_what_waits_survives_reopening(self, bench: Bench) -> None:
        await bench.tell(paid())
        await bench.point("1002")
        await bench.store.books.keep_position("shop", "0/17")
        await self._reopen(bench)
        assert (await bench.accept(an_order(state=UNPAID))).messages
        assert (await bench.errand()).order_id == "1002"
        assert await bench.store.books.position("shop") == "0/17"

    async def test_what_is_stopped_blocked_and_to_be_done_survives_reopening(
        self, bench: Bench
    ) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard")
        await bench.store.brakes.claim("one", "kim")
        await bench.store.brakes.stop("kim", "a wrong price")
        state = await bench.store.brakes.state()
        await self._reopen(bench)
        assert await bench.store.brakes.state() == state
        assert len((await bench.store.suppressions.listing(Page())).items) == 1
        assert len((await bench.store.tasks.open(Page())).items) == 1
        assert (await bench.hear(message, "bounced", bounce="hard")).known == 1

    async def _reopen(self, bench: Bench) -> None:
        await bench.store.close()
        bench.store = await self.open_store(bench.clock)
