"""What a URL of a database says, and what is wrong with it."""

import pytest

from twofifty.adapters.postgresql.url import target
from twofifty.errors import SettingsError


def test_a_password_is_never_shown() -> None:
    found = target("postgresql://kim:s3cret@db.example.com/shop?sslmode=require&pool=8")
    assert found.named == "postgresql://kim@db.example.com:5432/shop"
    assert "s3cret" not in found.identity
    assert found.pool == 8
    assert found.dsn == "postgresql://kim:s3cret@db.example.com/shop?sslmode=require"


def test_a_copy_elsewhere_is_another_store() -> None:
    here, there = target("postgres://a@one.test/shop"), target("postgres://b@two.test/shop")
    assert here.identity != there.identity
    assert here.identity == target("postgresql://c:d@one.test:5432/shop?pool=2").identity


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql://host.test",
        "postgresql://host.test:port/shop",
        "postgresql://host.test/shop?pool=0",
        "postgresql://host.test/shop?pool=many",
        "postgresql://host.test/shop?prepare=perhaps",
        "mysql://host.test/shop",
    ],
)
def test_a_wrong_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        target(url)
