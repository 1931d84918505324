"""Which mails have a link to an order page, and what signs it."""

import asyncio
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.unit.compose_publish.mails import SETTING
from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.shelf import MemoryShelf
from twofifty.app.folder import kept_key, kept_page_secret
from twofifty.app.fronts import LiveFronts, fronts
from twofifty.app.pages import order_page, page_secrets, stated_secrets
from twofifty.errors import SettingsError
from twofifty.flow.publish import Publisher
from twofifty.flow.published import Wish
from twofifty.order.model import Links, Order
from twofifty.order.specimen import specimen
from twofifty.settings import Settings, SourceSettings
from twofifty.testing.clock import FrozenClock
from twofifty.track.token import Access, Expired, read

SENT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
OWN = specimen()
NONE = msgspec.structs.replace(OWN, links=Links())
SECRET = "a-secret-of-some-length"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/data/twofifty.db", page_secret=SECRET)


def told(settings: Settings, **changes: object) -> Settings:
    return msgspec.structs.replace(settings, **changes)


def linked(settings: Settings, order: Order) -> bool:
    return order_page(settings)(order, SENT) is not None


PUBLIC = "https://mail.example.com/"


@pytest.mark.parametrize(
    ("changes", "order", "ours"),
    [
        ({"public_url": PUBLIC}, OWN, True),
        ({"public_url": PUBLIC}, NONE, True),
        ({}, OWN, False),
        ({}, NONE, True),
        ({"smtp_url": "smtp://127.0.0.1:2525?tls=none"}, NONE, True),
        ({"smtp_url": "smtp://127.0.0.1:2525?tls=none"}, OWN, False),
        ({"smtp_url": "smtp://relay.example.com"}, NONE, False),
        ({"smtp_url": "smtp://127.0.0.1:1?tls=none,smtp://relay.example.com"}, NONE, False),
        ({"host": "0.0.0.0"}, NONE, False),  # noqa: S104 - where that is, nobody knows
        ({"order_page": "always", "smtp_url": "smtp://relay.example.com"}, OWN, True),
        ({"order_page": "never", "public_url": PUBLIC}, NONE, False),
    ],
)
def test_a_mail_has_a_link_that_its_reader_can_follow(
    settings: Settings, changes: dict[str, object], order: Order, ours: bool
) -> None:
    assert linked(told(settings, **changes), order) is ours


def test_a_shops_link_that_is_none_does_not_keep_ours_away(settings: Settings) -> None:
    assert linked(settings, msgspec.structs.replace(OWN, links=Links(status="javascript:x")))


def test_a_link_is_the_same_all_day_and_good_for_whole_days(settings: Settings) -> None:
    page = order_page(told(settings, public_url=PUBLIC, order_page_days=30))
    link = page(OWN, SENT)
    assert link is not None
    assert link == page(OWN, SENT + timedelta(hours=15)) != page(OWN, SENT + timedelta(hours=16))
    address, _, token = link.rpartition("/")
    assert address == "https://mail.example.com/o"
    secrets = page_secrets(settings)
    last = datetime(2026, 4, 1, 23, 59, tzinfo=UTC)
    assert read(secrets, token, last) == Access(OWN.source, OWN.id)
    assert read(secrets, token, last + timedelta(minutes=1)) == Expired(OWN.source, OWN.id)


def test_the_first_secret_signs_and_all_that_are_named_open(settings: Settings) -> None:
    both = told(settings, page_secret=f" the-newest-secret-of-all , {SECRET},", public_url=PUBLIC)
    before = order_page(told(settings, public_url=PUBLIC))(OWN, SENT) or ""
    after = order_page(both)(OWN, SENT) or ""
    assert before != after
    for link in (before, after):
        assert isinstance(read(page_secrets(both), link.rpartition("/")[2], SENT), Access)
    assert stated_secrets(both) == ("the-newest-secret-of-all", SECRET)


def test_a_short_secret_is_refused_and_not_repeated(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="PAGE_SECRET") as raised:
        page_secrets(told(settings, page_secret="hush"))
    assert "hush" not in str(raised.value)


def test_a_secret_is_made_once_and_only_its_owner_reads_it(
    settings: Settings, tmp_path: Path
) -> None:
    made = page_secrets(told(settings, page_secret=""))
    file = tmp_path / "data" / "page-secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert page_secrets(told(settings, page_secret="")) == made
    named = told(settings, page_secret=file.read_text(encoding="ascii").strip())
    assert page_secrets(named) == made, "what was made can be named"
    assert [path.name for path in file.parent.iterdir()] == ["page-secret"]


def at(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder}/twofifty.db")


def test_all_who_start_at_once_have_the_same_secret(tmp_path: Path) -> None:
    found: list[str] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(kept_page_secret(at(tmp_path)))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_an_empty_file_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "api-key").write_text("\n", encoding="ascii")
    key = kept_key(at(tmp_path))
    assert key.startswith("tf_")
    assert kept_key(at(tmp_path)) == key


def test_every_source_has_its_own_look_and_language(settings: Settings) -> None:
    german = SourceSettings(kind="generic", shop_name="Kannen", locale="de")
    made = fronts(told(settings, sources={"de": german}, shop_name="Teapots"))
    assert made["de"].brand.shop_name == "Kannen"
    assert made["de"].tongues.speak(None).tag == "de"
    assert made[""].brand.shop_name == "Teapots"
    assert made[""].tongues.speak(None).tag == "en"


def test_pages_have_the_look_of_what_is_published_and_of_what_is_taken_back(
    settings: Settings,
) -> None:
    async def story() -> None:
        clock = FrozenClock()
        shelf = MemoryShelf(Rows())
        german = SourceSettings(kind="generic", locale="de")
        live = LiveFronts(told(settings, sources={"de": german}), shelf)
        publisher = Publisher(shelf, {"": SETTING, "de": SETTING}, clock)
        red = {"theme.toml": 'logo = "https://a.example/b.png"\n[light]\naccent = "#aa0000"\n'}
        version = (await publisher.commit(red)).version
        assert not await live.look()
        await publisher.promote(version, Wish(actor="kim", scope="de"))
        assert await live.look()
        assert not await live.look()
        brand = live.shown["de"].brand
        assert (brand.own_accent(), brand.view()["logo"]) == (
            "#aa0000",
            "https://a.example/b.png",
        )
        assert live.shown[""].brand == fronts(settings)[""].brand
        await publisher.roll_back(Wish(actor="kim", scope="de"))
        assert await live.look()
        assert live.shown["de"].brand.own_accent() == fronts(settings)[""].brand.own_accent()

    asyncio.run(story())


def test_a_theme_that_is_none_leaves_a_page_as_the_settings_have_it(settings: Settings) -> None:
    async def story() -> None:
        shelf = MemoryShelf(Rows())
        publisher = Publisher(shelf, {"": SETTING}, FrozenClock())
        version = (await publisher.commit({"theme.toml": "accent = red"})).version
        await publisher.promote(version, Wish(actor="kim", force=True))
        live = LiveFronts(settings, shelf)
        assert await live.look()
        assert live.shown[""].brand == fronts(settings)[""].brand

    asyncio.run(story())
