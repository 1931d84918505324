"""What may be relied on about work that one process does for all."""

from twofifty.testing.contracts.store_bench import Bench


class DutyPromises:
    """`queue.duty.Duties`."""

    async def test_a_free_duty_is_whose_asks_first(self, bench: Bench) -> None:
        duties = bench.store.duties
        assert await duties.hold("care", "one", (0.0, 20.0)) == "one"
        assert await duties.hold("care", "two", (5.0, 25.0)) == "one"
        assert await duties.hold("other", "two", (5.0, 25.0)) == "two"

    async def test_whoever_holds_it_keeps_it_as_long_as_he_says_so(self, bench: Bench) -> None:
        duties = bench.store.duties
        await duties.hold("care", "one", (0.0, 20.0))
        assert await duties.hold("care", "one", (15.0, 35.0)) == "one"
        assert await duties.hold("care", "two", (30.0, 50.0)) == "one"
        assert await duties.hold("care", "two", (35.0, 55.0)) == "two"
        assert await duties.hold("care", "one", (36.0, 56.0)) == "two"

    async def test_what_is_left_is_free_at_once(self, bench: Bench) -> None:
        duties = bench.store.duties
        await duties.hold("care", "one", (0.0, 20.0))
        await duties.leave("care", "two")
        assert await duties.hold("care", "two", (1.0, 21.0)) == "one"
        await duties.leave("care", "one")
        assert await duties.hold("care", "two", (2.0, 22.0)) == "two"
