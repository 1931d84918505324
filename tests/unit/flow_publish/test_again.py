import asyncio

import msgspec
import pytest

from tests.unit.flow_publish.house import BROKEN, KIM, SUBJECT, House
from twofifty.compose import inputs, mime
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.pack import KINDS, builtin
from twofifty.compose.publish.occasions import letter_for, samples
from twofifty.flow.again import Archivist
from twofifty.flow.reprint import Again
from twofifty.flow.why import Historian
from twofifty.notice.model import Kind
from twofifty.order import wire
from twofifty.order.model import Stock
from twofifty.track.origin import Origin


class Past:
    """Implements `track.ports.Origins` over one message."""

    def __init__(self, origin: Origin) -> None:
        self.only = origin

    async def origin(self, message_id: str) -> Origin | None:
        return self.only if message_id == self.only.message_id else None


def sent(house: House, letter: Letter) -> Origin:
    """A mail as the store has it once it was sent."""
    seed = msgspec.structs.replace(_seed(house), references=("m_root@example.com",))
    mail = house.composer.compose(letter, seed)
    made = house.composer.inputs(letter, seed, mail)
    before = [] if letter.before is None else [wire.encode(letter.before)]
    order = wire.encode(letter.order)
    return Origin(
        message_id=seed.id, kind=letter.kind, recipient=seed.recipient.address,
        created_at=seed.date, source="shop", order_id=letter.order.id, notice="n",
        facts=letter.facts, states=(*before, b"{}", order), order=order, template=mail.template,
        degraded=mail.degraded, raw=mail.mime, inputs=inputs.encode(made),
    )  # fmt: skip


def _seed(house: House) -> Seed:
    return Seed(
        id="m_one",
        message_id="m_one@example.com",
        sender=mime.Mailbox("Shop", "shop@example.com"),
        recipient=mime.Mailbox(None, "alex@example.com"),
        date=house.clock.now(),
    )


def again(house: House, origin: Origin) -> Again:
    found = asyncio.run(Archivist(Past(origin), house.store.shelf).again(origin.message_id))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["en", "de-AT", "ar", "ja"])
def test_every_kind_of_mail_comes_out_identically(kind: Kind, locale: str) -> None:
    house = House()
    order = msgspec.structs.replace(samples()["full"], locale=locale)
    letter = msgspec.structs.replace(
        letter_for(kind, order),
        root_subject=None if kind == "confirmation" else "Your order #1001",
        page_url="https://mail.example.com/o/abc",
        stock={"1": Stock(status="backorder", expected="2026-03-01")},
    )
    found = again(house, sent(house, letter))
    assert found.identical, found
    assert found.template.startswith(f"{builtin().version}/{kind}.full/")


def test_a_mail_of_a_version_that_was_taken_back_comes_out_identically() -> None:
    house = House()

    async def story() -> None:
        await house.force(SUBJECT)
        await house.watch.look()
        await house.mailed("1001")
        await house.publisher.roll_back(KIM)
        await house.watch.look()
        (message,) = house.store.rows.messages
        archivist = Archivist(house.store.origins, house.store.shelf)
        found = await archivist.again(message)
        assert found is not None
        assert found.identical, found

    asyncio.run(story())


def test_a_plain_receipt_comes_out_identically() -> None:
    house = House()
    odd = Letter(kind="reengagement", order=samples()["small"])
    origin = sent(house, odd)
    assert (origin.template or "").startswith("plain/")
    assert again(house, origin).identical


def test_a_mail_that_fell_back_comes_out_identically() -> None:
    house = House()

    async def story() -> None:
        await house.force(BROKEN)
        await house.watch.look()

    asyncio.run(story())
    origin = sent(house, Letter(kind="confirmation", order=samples()["small"]))
    assert origin.degraded
    assert again(house, origin).identical


def test_another_setting_now_changes_nothing_then() -> None:
    house = House()
    origin = sent(house, Letter(kind="confirmation", order=samples()["small"]))
    house.composer = Composer(msgspec.structs.replace(house.composer.setting.brand, shop_name="X"))
    assert again(house, origin).identical


def test_a_difference_is_shown() -> None:
    house = House()
    origin = sent(house, Letter(kind="confirmation", order=samples()["small"]))
    forged = msgspec.structs.replace(origin, raw=(origin.raw or b"").replace(b"Merino", b"Marino"))
    found = again(house, forged)
    assert not found.identical
    assert "differently" in found.reason
    assert any(line.startswith("+") and "Merino" in line for line in found.difference)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"raw": None}, "not composed yet"),
        ({"inputs": None}, "before what a mail is made of was kept"),
        ({"order": None}, "before what a mail is made of was kept"),
        ({"states": ()}, "told before is not kept"),
    ],
)
def test_what_cannot_be_composed_again_says_why(change: dict[str, object], reason: str) -> None:
    house = House()
    letter = letter_for("update", samples()["small"])
    found = again(house, msgspec.structs.replace(sent(house, letter), **change))
    assert not found.identical
    assert reason in found.reason


def test_a_version_that_is_not_kept_is_said() -> None:
    house = House()
    origin = sent(house, Letter(kind="confirmation", order=samples()["small"]))
    made = inputs.decode(origin.inputs or b"")
    other = inputs.encode(msgspec.structs.replace(made, pack="zzzzzzzzzzzz"))
    assert "zzzzzzzzzzzz" in again(house, msgspec.structs.replace(origin, inputs=other)).reason


def test_a_message_is_explained_from_its_arrival_to_its_attempts() -> None:
    house = House()

    async def story() -> None:
        version = await house.force(SUBJECT)
        await house.watch.look()
        await house.mailed("1001")
        (message,) = house.store.rows.messages
        store = house.store
        found = await Historian(store.archive, store.origins, store.shelf).why(message)
        assert found is not None
        whats = [link.what for link in found]
        assert whats[:2] == ["arrival", "order"]
        assert whats.index("decision") < whats.index("notice") < whats.index("template")
        assert whats[-1] == "attempt"
        template = found[whats.index("template")]
        assert template.id == version
        assert "by kim" in template.text
        assert "250" in found[-1].text
        assert await Historian(store.archive, store.origins, store.shelf).why("m_no") is None

    asyncio.run(story())
