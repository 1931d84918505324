"""Every kind of source is registered once, loads, and is under its contracts."""

from pathlib import Path

import pytest

from twofifty.adapters import registry
from twofifty.errors import SettingsError

PROOFS = Path(__file__).parent / "sources"


def proof(kind: str) -> str:
    """The tests of a kind: `test_KIND.py` and whatever it is split into."""
    files = sorted(PROOFS.glob(f"test_{kind.replace('-', '_')}*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("kind", registry.SOURCE_KINDS)
def test_every_kind_of_source_is_under_its_contracts(kind: str) -> None:
    assert registry.source(kind) is not None
    written = proof(kind)
    assert "(SourceContract)" in written
    assert f'registry.source("{kind}")' in written or f"{registry.SOURCE_KINDS[kind]}()" in written
    assert (registry.shop(kind) is not None) == ("(ShopContract)" in written)


def test_an_unknown_kind_names_the_nearest_known_one() -> None:
    with pytest.raises(SettingsError, match="did you mean woocommerce"):
        registry.source("WooComerce")
    with pytest.raises(SettingsError, match=r"known: .*shopify.*woocommerce"):
        registry.source("zzz")


def test_other_names_and_spellings_lead_to_the_same_kind() -> None:
    assert registry.kind_of("Woo") == registry.kind_of(" woocommerce ") == "woocommerce"
    assert registry.kind_of("postgresql_log") == "postgresql-log"


def test_a_change_log_has_no_webhooks_and_no_api() -> None:
    with pytest.raises(SettingsError, match="it has no webhooks"):
        registry.source("postgresql-log")
    assert registry.shop("mysql-log") is None
