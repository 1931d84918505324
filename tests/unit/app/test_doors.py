"""What is checked of the sources in the settings before anything is opened."""

from pathlib import Path

import pytest

from twofifty.app.check import check
from twofifty.app.doors import board, doors
from twofifty.app.policy import rules
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError
from twofifty.settings import Settings, load

SECRET = "hunter2-and-more"


def settings(folder: Path, text: str) -> Settings:
    (folder / "twofifty.toml").write_text(text, encoding="utf-8")
    return load({}, folder)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ('kind = "shopify"\nsecert = "{s}"', "did you mean secret"),
        ('kind = "shopfy"\nsecret = "{s}"', "did you mean shopify"),
        ('kind = "shopify"', 'needs secret = "..."'),
        ('kind = "shopify"\nsecret = "{s}"\nmap = {{ id = "{s}" }}', "has no map"),
        ('kind = "generic"\nsecret = "{s}"', "map"),
        ('kind = "generic"\nsecret = "{s}"\nmap = {{ id = "x", currency = "y" }}', "total"),
        ('kind = "stripe"\nsecret = "{s}"\norders_from = ["{s}"]', "orders_from"),
        ('kind = "paypal"\napi_key = "{s}"', 'needs webhook_id = "..."'),
    ],
)
def test_a_source_that_cannot_be_used_is_named_with_the_way_to_mend_it(
    tmp_path: Path, table: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named) as refused:
        check(settings(tmp_path, "[sources.shop]\n" + table.format(s=SECRET)))
    assert "sources.shop" in str(refused.value) or "shopfy" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_platform_that_signs_with_its_own_key_needs_no_secret(tmp_path: Path) -> None:
    text = '[sources.pay]\nkind = "paypal"\nwebhook_id = "8PT597110X687430LKGECATA"\n'
    door = doors(settings(tmp_path, text))["pay"]
    assert door.trust.options["webhook_id"] == "8PT597110X687430LKGECATA"
    assert door.trust.secrets == ()


def test_only_a_source_with_a_key_can_be_asked(tmp_path: Path) -> None:
    text = '[sources.a]\nkind = "squarespace"\nsecret = "00"\n'
    assert not doors(settings(tmp_path, text))["a"].askable
    assert doors(settings(tmp_path, text + 'api_key = "k"\n'))["a"].askable


def test_a_kind_may_be_written_as_people_write_it(tmp_path: Path) -> None:
    text = '[sources.a]\nkind = "Woo"\nsecret = "x"\n'
    states = board(settings(tmp_path, text), SystemClock()).states
    assert states["a"].kind == "woocommerce"
    assert states["a"].hook_url == "http://127.0.0.1:2500/hooks/a"


def test_customers_of_a_marketplace_are_mailed_only_where_the_settings_say_so(
    tmp_path: Path,
) -> None:
    market = '[sources.m]\nkind = "amazon-spapi"\nsecret = "x"\n'
    shop = '[sources.s]\nkind = "shopify"\nsecret = "x"\n'
    assert rules(settings(tmp_path, market + shop)).silent == {"m"}
    assert rules(settings(tmp_path, market + "confirm = true\n" + shop)).silent == frozenset()
    assert rules(settings(tmp_path, shop + "confirm = false\n")).silent == {"s"}
