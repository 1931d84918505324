"""What an installation is known by, so that a copy of its store sends nothing."""

from pathlib import Path

import msgspec
import pytest

from twofifty.app.brakes import fingerprint, is_unmistakable
from twofifty.app.doctor.house import whose
from twofifty.app.place import is_elsewhere
from twofifty.settings import Settings, load

FAR = "postgresql://user:secret@db.example.com/shop"


def of(url: str, instance: str = "") -> Settings:
    told = {"TWOFIFTY_DATABASE_URL": url, "TWOFIFTY_INSTANCE": instance}
    return load(told, Path("/nowhere"))


def test_a_name_is_all_that_counts() -> None:
    assert fingerprint(of(FAR, "shop")) == fingerprint(of("sqlite:///x.db", "shop")) == "shop"


def test_machines_that_share_a_server_are_one_installation() -> None:
    mine, theirs = of(FAR), of(FAR.replace("user:secret", "other:word"))
    assert fingerprint(mine) == fingerprint(theirs)
    assert is_unmistakable(mine)


@pytest.mark.parametrize(
    "other",
    [
        "postgresql://db.example.net/shop",
        "postgresql://db.example.com/staging",
        "postgresql://db.example.com:6432/shop",
    ],
)
def test_another_server_or_database_is_another_installation(other: str) -> None:
    assert fingerprint(of(FAR)) != fingerprint(of(other))


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [
        (FAR, True),
        ("postgresql://db.internal/shop", True),
        ("postgresql://198.51.100.7/shop", False),
        ("postgresql://10.0.0.7/shop", False),
        ("postgresql://postgres/shop", False),
        ("postgresql://127.0.0.1/shop", False),
        ("postgresql://[::1]/shop", False),
        ("postgresql://localhost/shop", False),
        ("postgresql:///shop?host=/run/postgresql", False),
        ("sqlite:///x.db", False),
    ],
)
def test_a_name_that_means_another_server_elsewhere_is_each_machines_own(
    url: str, elsewhere: bool
) -> None:
    assert is_elsewhere(url) is elsewhere


def test_a_shared_store_without_a_name_is_warned_of() -> None:
    found = whose(of(FAR))
    assert found.state == "warn"
    assert "INSTANCE" in found.message
    assert whose(msgspec.structs.replace(of(FAR), instance="shop")).state == "ok"
