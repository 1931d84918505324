import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.unit.flow_publish.house import BARE, BROKEN, KIM, SUBJECT, House
from twofifty.compose.pack import builtin
from twofifty.errors import Unpublishable
from twofifty.flow.published import Wish

THEME = {"theme.toml": '[light]\naccent = "#aa0000"\n'}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def refusal(work: Coroutine[Any, Any, Any]) -> str:
    with pytest.raises(Unpublishable) as caught:
        await work
    return str(caught.value)


def test_a_commit_publishes_nothing() -> None:
    async def story() -> None:
        house = House()
        await house.commit(SUBJECT)
        assert await house.publisher.history() == ()
        assert not await house.watch.look()

    run(story())


def test_a_promotion_says_who_did_what_and_why() -> None:
    async def story() -> None:
        house = House()
        version = await house.commit(SUBJECT)
        await house.publisher.promote(version[:6], Wish(actor="kim", note="nicer"))
        (said,) = await house.publisher.history()
        assert (said.version, said.action, said.actor, said.note) == (
            version,
            "promote",
            "kim",
            "nicer",
        )
        assert said.at == house.clock.now()
        (shown,) = [
            each for each in await house.publisher.versions() if each.head.version == version
        ]
        assert (shown.live, shown.canary) == (("",), ())

    run(story())


def test_what_has_problems_is_refused_and_can_be_forced() -> None:
    async def story() -> None:
        house = House()
        version = await house.commit(BROKEN)
        said = await refusal(house.publisher.promote(version, KIM))
        assert "confirmation.html.mustache, line 1" in said
        assert await house.publisher.history() == ()
        await house.publisher.promote(version, Wish(actor="kim", force=True))
        assert (await house.publisher.standing("")).live == version

    run(story())


def test_what_loses_facts_of_real_orders_is_refused() -> None:
    async def story() -> None:
        house = House()
        version = await house.commit(BARE)
        await house.mailed("1001")
        said = await refusal(house.publisher.promote(version, KIM))
        assert "the total is not in the HTML any more (1 mails)" in said

    run(story())


@pytest.mark.parametrize("wanted", ["", "a", "nothing", "zzzzzzzzzzzz"])
def test_a_version_that_is_not_there_is_told(wanted: str) -> None:
    async def story() -> None:
        house = House()
        await house.commit(SUBJECT)
        assert "version" in await refusal(house.publisher.promote(wanted, KIM))

    run(story())


def test_a_source_that_is_not_there_is_told() -> None:
    async def story() -> None:
        house = House()
        version = await house.commit(SUBJECT)
        said = await refusal(house.publisher.promote(version, Wish(actor="kim", scope="nowhere")))
        assert "second" in said

    run(story())


def test_what_is_live_is_no_canary() -> None:
    async def story() -> None:
        house = House()
        version = await house.force(SUBJECT)
        wish = Wish(actor="kim", share=10)
        assert "live already" in await refusal(house.publisher.promote(version, wish))

    run(story())


def test_a_rollback_ends_the_canary_first_and_then_goes_back() -> None:
    async def story() -> None:
        house = House()
        first, second = await house.force(SUBJECT), await house.force(THEME, share=10)
        assert (await house.publisher.standing("")).candidate == second
        await house.publisher.roll_back(KIM)
        now = await house.publisher.standing("")
        assert (now.live, now.candidate) == (first, None)
        said = await house.publisher.roll_back(KIM)
        assert said.version == builtin().version
        assert "nothing" in await refusal(house.publisher.roll_back(KIM))

    run(story())


def test_nothing_can_be_rolled_back_before_anything_was_published() -> None:
    async def story() -> None:
        assert "built-in" in await refusal(House().publisher.roll_back(KIM))

    run(story())


def test_workers_use_what_is_published_without_a_restart() -> None:
    async def story() -> None:
        house = House()
        assert (await house.mailed("1001")).subject == "Your order #1001"
        version = await house.force(SUBJECT)
        assert await house.watch.look()
        assert not await house.watch.look()
        mail = await house.mailed("1002")
        assert (mail.subject, mail.template_version) == ("Good #1002", version)
        await house.publisher.roll_back(KIM)
        assert await house.watch.look()
        assert (await house.mailed("1003")).subject == "Your order #1003"

    run(story())


def test_a_version_of_another_source_is_not_used_here() -> None:
    async def story() -> None:
        house = House()
        version = await house.commit(SUBJECT)
        await house.publisher.promote(version, Wish(actor="kim", scope="second"))
        await house.watch.look()
        assert (await house.mailed("1001")).template_version == builtin().version

    run(story())


def test_what_hurts_customers_is_refused_and_can_be_forced() -> None:
    async def story() -> None:
        house = House()
        version = await house.commit(
            {"confirmation.html.mustache": "<p>{{number}}</p><script>alert(1)</script>"}
        )
        assert "[script]" in await refusal(house.publisher.promote(version, KIM))
        await house.publisher.promote(version, Wish(actor="kim", force=True))
        assert (await house.publisher.standing("")).live == version

    run(story())
