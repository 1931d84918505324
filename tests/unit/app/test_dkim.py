"""The files that keys are kept in."""

import os
from datetime import date
from pathlib import Path

import pytest

from twofifty.app.dkim import create, keys, newest, rotate, signer_again, signers
from twofifty.compose.dkim.keys import generate, pem
from twofifty.errors import SettingsError
from twofifty.settings import Settings

TODAY = date(2026, 11, 22)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/data/twofifty.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "dkim"


def named(settings: Settings, state: str) -> set[str]:
    return {kept.key.selector for kept in keys(settings) if kept.state == state}


def test_without_keys_nobody_signs(settings: Settings) -> None:
    assert signers(settings) == {}
    assert keys(settings) == []


def test_what_is_made_signs_by_rsa_and_then_by_ed25519(settings: Settings) -> None:
    create(settings, "Example.COM.", today=TODAY)
    assert list(signers(settings)) == ["example.com"]
    signer = signers(settings)["example.com"]
    assert signer.selectors == ("tf20261122", "tf20261122-ed")
    assert [key.algorithm for key in signer.keys] == ["rsa-sha256", "ed25519-sha256"]
    assert [key.bits for key in signer.keys] == [2048, 256]


def test_only_the_owner_can_read_keys(settings: Settings, folder: Path) -> None:
    before = os.umask(0)
    try:
        create(settings, "example.com", today=TODAY)
    finally:
        os.umask(before)
    files = list((folder / "example.com").glob("*.pem"))
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (folder / "example.com").stat().st_mode & 0o777 == 0o700
    assert not any(kept.exposed for kept in keys(settings))
    files[0].chmod(0o640)
    assert [kept.file for kept in keys(settings) if kept.exposed] == [files[0]]


def test_new_keys_wait_until_they_are_published(settings: Settings) -> None:
    create(settings, "example.com", today=TODAY)
    create(settings, "example.com", today=TODAY)
    assert signers(settings)["example.com"].selectors == ("tf20261122", "tf20261122-ed")
    assert named(settings, "next") == {"tf20261122b", "tf20261122b-ed"}
    with pytest.raises(SettingsError, match="wait"):
        create(settings, "example.com", today=TODAY)


def test_rotating_retires_the_old_keys_and_keeps_them(settings: Settings) -> None:
    create(settings, "example.com", "zulu", today=TODAY)
    create(settings, "example.com", "alpha", today=TODAY)
    rotate(settings, "example.com")
    assert signers(settings)["example.com"].selectors == ("alpha", "alpha-ed")
    assert named(settings, "retired") == {"zulu", "zulu-ed"}
    assert named(settings, "next") == set()
    with pytest.raises(SettingsError, match="no keys that wait"):
        rotate(settings, "example.com")


def test_what_signed_an_old_mail_is_found_again(settings: Settings) -> None:
    create(settings, "example.com", "one", today=TODAY)
    first = signers(settings)["example.com"]
    create(settings, "example.com", "two", today=TODAY)
    rotate(settings, "example.com")
    again = signer_again(settings, "example.com", first.selectors)
    assert again is not None
    assert again.selectors == first.selectors
    assert [key.public for key in again.keys] == [key.public for key in first.keys]
    assert signer_again(settings, "example.com", ("one", "gone")) is None
    assert signer_again(settings, "example.net", first.selectors) is None
    assert signer_again(settings, "example.com", ()) is None


def test_a_selector_is_used_once(settings: Settings) -> None:
    create(settings, "example.com", "one", today=TODAY)
    for selector in ("one", "one-ed"):
        with pytest.raises(SettingsError, match="already"):
            create(settings, "example.com", selector, today=TODAY)
    create(settings, "example.net", "one", today=TODAY)
    assert sorted(signers(settings)) == ["example.com", "example.net"]


@pytest.mark.parametrize("selector", ["A", "a_b", "-a", "a.b", "../a", "a" * 61, "ü"])
def test_a_selector_that_dns_or_files_would_not_take_is_refused(
    settings: Settings, selector: str
) -> None:
    with pytest.raises(SettingsError, match="selector"):
        create(settings, "example.com", selector, today=TODAY)


@pytest.mark.parametrize("domain", ["", "a b", "../etc", "example..com", "[127.0.0.1]", "a/b"])
def test_what_is_no_domain_is_refused(settings: Settings, folder: Path, domain: str) -> None:
    with pytest.raises(SettingsError):
        create(settings, domain, today=TODAY)
    assert not folder.exists()


def test_an_internationalised_domain_is_kept_by_its_a_labels(settings: Settings) -> None:
    create(settings, "Bücher.example", today=TODAY)
    assert list(signers(settings)) == ["xn--bcher-kva.example"]


def test_keys_of_ones_own_sign_once_their_files_lie_there(settings: Settings, folder: Path) -> None:
    home = folder / "example.com"
    home.mkdir(parents=True)
    (home / "mail.rsa.pem").write_bytes(pem(generate("rsa", "x")))
    (home / "s1.brand.ed25519.pem").write_bytes(pem(generate("ed25519", "x")))
    assert signers(settings)["example.com"].selectors == ("mail", "s1.brand")


def test_of_several_of_a_kind_the_last_by_its_name_signs(settings: Settings, folder: Path) -> None:
    home = folder / "example.com"
    home.mkdir(parents=True)
    for selector in ("tf20260101", "tf20261122", "tf20250101"):
        (home / f"{selector}.ed25519.pem").write_bytes(pem(generate("ed25519", selector)))
    assert [key.selector for key in newest(keys(settings))] == ["tf20261122"]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("mail.pem", b"", "name it SELECTOR"),
        ("mail.rsa.pem", b"nothing", "no private key"),
        ("mail.rsa.pem", pem(generate("ed25519", "x")), "the key in it is ed25519"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    settings: Settings, folder: Path, name: str, data: bytes, problem: str
) -> None:
    home = folder / "example.com"
    home.mkdir(parents=True)
    (home / name).write_bytes(data)
    with pytest.raises(SettingsError, match=f"{name}: .*{problem}"):
        signers(settings)
