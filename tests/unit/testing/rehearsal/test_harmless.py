"""A rehearsal uses the user's settings and reaches nobody."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.app.check import check
from twofifty.app.routes import stated, stays_here
from twofifty.errors import SettingsError
from twofifty.settings import Settings, SourceSettings, load
from twofifty.testing.rehearsal.harmless import (
    ensure_harmless,
    harmless,
    left_out,
    next_hops,
    speaking,
    way,
)
from twofifty.testing.rehearsal.toml import toml_of

LOOKUP = "http://127.0.0.1:4000/accepted?message_id={message_id}"
LIVE = """
smtp_url = "postmark+api://:live-token@default?connections=8,\
smtp://user:pass-word@relay.example.com:587?rate=5/s&domain_connections=2&warmup=2026-11-22:50"
from = "Example Shop <orders@shop.example.com>"
inbound_url = "imaps://user:pass-word@mail.example.com/INBOX"
sms_url = "twilio://SID:live-token@default?from=+15125550100"
alert_url = "https://alert.example.com/"
alert_secret = "live-token"
allow_recipients = "*@example.com"
workers = 3
rate = "100/s"
accent_color = "#123456"
[sources.main]
kind = "shopify"
secret = "live-token"
from = "Main <main@shop.example.com>"
rate = "9/s"
api_url = "https://shop.example.com"
api_key = "live-token"
stock_url = "https://stock.example.com/"
locale = "de-DE"
[sources.market]
kind = "ebay"
secret = "live-token"
confirm = false
[providers.postmark]
secret = "live-token"
[reach.confirmation]
channels = ["sms"]
"""


@pytest.fixture
def live(tmp_path: Path) -> Settings:
    (tmp_path / "twofifty.toml").write_text(LIVE, encoding="utf-8")
    return load({}, tmp_path)


def rehearsed(settings: Settings) -> Settings:
    ways = [way(route, 4001 + i, LOOKUP) for i, route in enumerate(next_hops(settings) or (None,))]
    return harmless(settings, ",".join(ways))


def test_no_secret_and_no_host_of_the_user_comes_along(live: Settings) -> None:
    text = toml_of(rehearsed(live))
    for secret in ("live-token", "pass-word", "relay.", "stock.", "alert.", "imaps"):
        assert secret not in text


def test_every_route_is_replaced_by_this_machine(live: Settings) -> None:
    made = rehearsed(live)
    assert len(stated(made.smtp_url)) == len(next_hops(live)) == 2
    assert stays_here(made.smtp_url)
    check(made)


def test_what_decides_how_mail_is_made_and_how_fast_it_leaves_stays(live: Settings) -> None:
    made = rehearsed(live)
    kept = ("sender", "workers", "rate", "accent_color", "recipient_per_hour", "doubt_copies")
    assert [getattr(made, name) for name in kept] == [getattr(live, name) for name in kept]
    main = made.sources["main"]
    assert (main.sender, main.rate, main.locale) == (
        "Main <main@shop.example.com>",
        "9/s",
        "de-DE",
    )
    second = stated(made.smtp_url)[1]
    assert second.options["rate"] == "5/s"
    assert second.options["domain_connections"] == "2"


def test_a_route_that_can_be_asked_can_be_asked_in_the_rehearsal_and_no_other(
    live: Settings,
) -> None:
    api, relay = stated(rehearsed(live).smtp_url)
    assert "lookup=" in way(None, 1, LOOKUP)  # the built-in mailbox
    assert "lookup=" in way(next_hops(live)[0], 1, LOOKUP)
    assert "lookup=" not in way(next_hops(live)[1], 1, LOOKUP)
    assert api != relay


def test_orders_come_from_sources_whose_customers_are_mailed(live: Settings) -> None:
    assert speaking(live) == ["main"]
    assert speaking(Settings()) == ["rehearsal"]


def test_whatever_is_done_otherwise_is_told(live: Settings) -> None:
    told = " ".join(left_out(live))
    for word in ("API", "warm-up", "allowed recipients", "SMS", "Stock"):
        assert word in told
    assert "No route" in " ".join(left_out(Settings()))


@pytest.mark.parametrize(
    "change",
    [
        {"smtp_url": "smtp://relay.example.com"},
        {"smtp_url": "smtp://127.0.0.1:25?tls=none,smtp://relay.example.com"},
        {"smtp_url": ""},
        {"sms_url": "twilio://SID:TOKEN@default"},
        {"inbound_url": "imaps://user@mail.example.com/INBOX"},
        {"alert_url": "https://alert.example.com"},
        {"sources": {"a": SourceSettings(kind="woocommerce", stock_url="https://a.example.com")}},
        {"sources": {"a": SourceSettings(kind="woocommerce", api_key="k")}},
        {"sources": {"a": SourceSettings(kind="woocommerce", canary_minutes=5)}},
    ],
)
def test_settings_that_would_reach_outside_are_refused(change: dict[str, object]) -> None:
    here = harmless(Settings(), "smtp://127.0.0.1:25?tls=none")
    ensure_harmless(here)
    with pytest.raises(SettingsError):
        ensure_harmless(msgspec.structs.replace(here, **change))


@given(
    name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}", fullmatch=True),
    shop=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40),
    workers=st.integers(0, 64),
    confirm=st.sampled_from([None, True, False]),
)
def test_settings_written_as_toml_read_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    shop: str,
    workers: int,
    confirm: bool | None,
) -> None:
    source = SourceSettings(kind="generic", shop_name=shop, confirm=confirm, secrets=("a", shop))
    before = Settings(shop_name=shop, workers=workers, sources={name: source})
    folder = tmp_path_factory.mktemp("written")
    (folder / "twofifty.toml").write_text(toml_of(before), encoding="utf-8")
    assert load({}, folder) == before
