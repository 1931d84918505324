import asyncio

import pytest

from tests.unit.flow_publish.house import BARE, BROKEN, SUBJECT, House
from twofifty.compose.pack import Pack, builtin, pack
from twofifty.errors import Unpublishable
from twofifty.flow.preview import Look
from twofifty.flow.replay import Replay


async def replayed(files: dict[str, str], orders: int = 3, last: int = 200) -> Replay:
    house = House()
    for number in range(orders):
        await house.mailed(f"100{number}")
    return await house.rehearsal.replay(pack(files).over(builtin()), builtin(), last)


def test_the_same_pack_differs_in_nothing() -> None:
    found = asyncio.run(replayed({}))
    assert (found.orders, found.mails, found.same, found.groups) == (3, 3, 3, ())
    assert found.objections() == ()


def test_the_same_difference_is_told_once_with_its_count_and_examples() -> None:
    found = asyncio.run(replayed({"confirmation.subject.mustache": "Good"}))
    (group,) = found.groups
    assert (group.code, group.count, len(group.examples)) == ("subject", 3, 3)
    assert found.objections() == ()
    assert found.same == 0


def test_vanished_facts_and_errors_are_objections_and_come_first() -> None:
    found = asyncio.run(replayed(BARE))
    assert {group.code for group in found.objections()} == {"fact"}
    assert found.groups[0].code == "fact"
    broken = asyncio.run(replayed(BROKEN))
    assert [group.code for group in broken.groups] == ["error"]


def test_only_the_last_orders_are_rehearsed() -> None:
    found = asyncio.run(replayed(SUBJECT, orders=5, last=2))
    assert found.orders == 2
    examples = {each for group in found.groups for each in group.examples}
    assert examples == {"confirmation of shop/1004", "confirmation of shop/1003"}


class Drawing:
    """Implements `flow.preview.Camera` with what it is given."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, bool]] = []

    async def picture(self, html: str, width: int, *, dark: bool) -> bytes:
        self.seen.append((html, width, dark))
        return b"png"


def test_pictures_show_both_side_by_side() -> None:
    async def story() -> None:
        house, camera = House(), Drawing()
        await house.mailed("1001")
        candidate = pack(BARE).over(builtin())
        taken = await house.rehearsal.pictures(candidate, builtin(), camera, most=1)
        assert [name for name, _ in taken] == ["confirmation-1"]
        one, other, both = (html for html, _, _ in camera.seen)
        assert "Merino" in one
        assert other == "<p>#1001</p>"
        assert both.count("data:image/png;base64,") == 4

    asyncio.run(story())


def test_a_preview_is_made_of_a_real_order_and_sent_to_nobody() -> None:
    async def story() -> None:
        house = House()
        await house.mailed("1001")
        before = dict(house.store.rows.messages)
        for wanted in ("1001", "#1001", "shop/1001"):
            order = await house.desktop.order(wanted)
            assert order.id == "1001"
        letter = house.desktop.letter(order, Look(kind="shipment", locale="de"))
        mail = house.desktop.composed(Pack(builtin().files, builtin().version), letter)
        assert mail.template == f"{builtin().version}/shipment.full/de"
        assert house.store.rows.messages == before
        with pytest.raises(Unpublishable, match="samples are: full"):
            await house.desktop.order("nothing")

    asyncio.run(story())
