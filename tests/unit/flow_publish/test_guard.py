import asyncio
from datetime import timedelta

from tests.unit.flow_publish.house import BROKEN, SUBJECT, House
from twofifty.compose.pack import builtin
from twofifty.flow.guard_templates import TemplateGuard


async def guarded(house: House) -> TemplateGuard:
    await house.watch.look()
    return TemplateGuard(house.store.shelf, house.clock)


def test_a_canary_that_fails_is_taken_back_by_itself() -> None:
    async def story() -> None:
        house = House()
        version = await house.force(BROKEN, share=100)
        guard = await guarded(house)
        for number in range(3):
            mail = await house.mailed(f"100{number}")
            assert mail.degraded.startswith(version)
        (said,) = await guard.look()
        assert (said.action, said.actor, said.version) == (
            "automatic",
            "twofifty",
            builtin().version,
        )
        assert version in said.note
        assert "3 of 3 mails fell back" in said.note
        assert (await house.publisher.standing("")).live == builtin().version
        assert await guard.look() == ()

    asyncio.run(story())


def test_a_candidate_that_fails_leaves_what_is_live() -> None:
    async def story() -> None:
        house = House()
        live = await house.force(SUBJECT)
        await house.force(BROKEN, share=99)
        guard = await guarded(house)
        for number in range(12):
            await house.mailed(f"{number}")
        assert len(await guard.look()) == 1
        now = await house.publisher.standing("")
        assert (now.live, now.candidate) == (live, None)

    asyncio.run(story())


def test_a_version_whose_mails_bounce_is_taken_back() -> None:
    async def story() -> None:
        house = House()
        await house.force(SUBJECT)
        guard = await guarded(house)
        for number in range(50):
            await house.mailed(f"{number}", refused=number < 5)
        (said,) = await guard.look()
        assert "5 of 50 mails failed" in said.note

    asyncio.run(story())


def test_what_is_well_stays() -> None:
    async def story() -> None:
        house = House()
        version = await house.force(SUBJECT)
        guard = await guarded(house)
        for number in range(60):
            await house.mailed(f"{number}")
        assert await guard.look() == ()
        assert (await house.publisher.standing("")).live == version

    asyncio.run(story())


def test_a_promotion_is_watched_in_its_first_hour_only() -> None:
    async def story() -> None:
        house = House()
        await house.force(SUBJECT)
        await house.force(BROKEN)
        guard = await guarded(house)
        house.clock.advance(timedelta(hours=1).total_seconds())
        for number in range(5):
            await house.mailed(f"{number}")
        assert await guard.look() == ()

    asyncio.run(story())


def test_nothing_published_is_nothing_to_watch() -> None:
    async def story() -> None:
        assert await (await guarded(House())).look() == ()

    asyncio.run(story())
