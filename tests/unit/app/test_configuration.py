"""A program changes the file, and every line that a person wrote stays."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twofifty.app.configuration import Configuration
from twofifty.errors import SettingsError, StartError

TEXT = """\
# The tea shop.
from = "Tea Shop <orders@example.com>"

[sources.tea]   # the first
kind = "woocommerce"
secret = "old"  # from the safe
secrets = [
  "older",  # until June
]

# Below: the second shop.
[sources."the other"]
kind = "generic"
secret = "s"

[sources."the other".map]
id = "x"
"""
TABLE = {"kind": "shopify", "secret": 'quote " and \\ and ü'}
NAMES = st.text(min_size=1, max_size=12).filter(str.isprintable)
VALUES = st.one_of(
    st.text(max_size=20).filter(str.isprintable),
    st.booleans(),
    st.integers(min_value=0, max_value=9_999),
    st.lists(st.text(max_size=5).filter(str.isprintable), max_size=3),
)


def opened(folder: Path, text: str | None = TEXT) -> Configuration:
    if text is not None:
        (folder / "twofifty.toml").write_text(text, encoding="utf-8")
    return Configuration({}, folder)


def read(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(name=NAMES, table=st.dictionaries(NAMES, VALUES, max_size=4))
def test_whatever_is_written_is_read_again_and_the_rest_stays(
    tmp_path: Path, name: str, table: dict[str, Any]
) -> None:
    configuration = opened(tmp_path)
    text = configuration.with_source(name, table)
    before, after = read(TEXT), read(text)
    assert after["sources"][name] == table
    others = {key: value for key, value in before["sources"].items() if key != name}
    assert {key: value for key, value in after["sources"].items() if key != name} == others
    assert text.startswith("# The tea shop.\nfrom =")


def test_a_table_is_appended_to_what_stood_there_word_for_word(tmp_path: Path) -> None:
    assert opened(tmp_path).with_source("new", TABLE).startswith(TEXT)


def test_a_replaced_table_goes_with_the_tables_in_it_and_no_comment_of_the_next(
    tmp_path: Path,
) -> None:
    text = opened(tmp_path).with_source("the other", TABLE)
    assert read(text)["sources"]["the other"] == TABLE
    assert text.startswith(TEXT.partition('[sources."the other"]')[0].rstrip("\n"))
    first = opened(tmp_path).with_source("tea", TABLE)
    assert "# Below: the second shop." in first
    assert read(first)["sources"]["tea"] == TABLE


def test_single_keys_are_changed_over_several_lines_or_added(tmp_path: Path) -> None:
    text = opened(tmp_path).with_keys("tea", {"secrets": ("old", "older"), "locale": "de"})
    changed = read(text)["sources"]["tea"]
    assert changed == {
        "kind": "woocommerce",
        "secret": "old",
        "secrets": ["old", "older"],
        "locale": "de",
    }
    assert "# from the safe" in text
    assert "# Below: the second shop." in text
    assert read(text)["sources"]["the other"] == read(TEXT)["sources"]["the other"]


@pytest.mark.parametrize(
    "text",
    [
        'sources = {tea = {kind = "shopify", secret = "s"}}\n',
        '[sources]\ntea.kind = "shopify"\ntea.secret = "s"\n',
        'note = """\n[sources.tea]\n"""\n[sources.tea]\nkind = "shopify"\nsecret = "s"\n',
    ],
)
def test_what_cannot_be_changed_safely_is_left_to_a_person(tmp_path: Path, text: str) -> None:
    configuration = opened(tmp_path, text)
    with pytest.raises(SettingsError, match="by hand"):
        configuration.with_source("tea", TABLE)
    with pytest.raises(SettingsError, match="by hand"):
        configuration.with_keys("tea", {"locale": "de"})


def test_what_the_service_would_not_start_with_is_not_written(tmp_path: Path) -> None:
    configuration = opened(tmp_path, None)
    with pytest.raises(SettingsError, match="no kind of source"):
        configuration.write('[sources.tea]\nkind = "shopfy"\nsecret = "s"\n')
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    configuration = opened(tmp_path, "# mine\n")
    text = configuration.with_source("tea", TABLE)
    (tmp_path / "twofifty.toml").write_text("# theirs\n")
    with pytest.raises(StartError, match="meanwhile"):
        configuration.write(text)
    assert (tmp_path / "twofifty.toml").read_text() == "# theirs\n"


def test_a_new_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    configuration = opened(tmp_path, None)
    configuration.write(configuration.with_source("tea", TABLE))
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert read(file.read_text())["sources"]["tea"] == TABLE


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400, 0o664])
def test_a_file_is_read_by_the_same_as_before(tmp_path: Path, mode: int) -> None:
    configuration = opened(tmp_path, "# mine\n")
    configuration.path.chmod(mode)
    configuration.write(configuration.with_source("tea", TABLE))
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == mode
    assert read(file.read_text())["sources"]["tea"] == TABLE


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_does_not_take_the_file_from_the_service(tmp_path: Path) -> None:
    configuration = opened(tmp_path, "# mine\n")
    os.chown(configuration.path, 12_345, 23_456)
    configuration.path.chmod(0o640)
    configuration.write(configuration.with_source("tea", TABLE))
    found = configuration.path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12_345, 23_456, 0o640)


@pytest.mark.parametrize("value", ["a\nb", "a\x7fb", "a\udcffb", "a\u202eb"])
def test_a_value_that_nobody_could_see_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError):
        opened(tmp_path).with_source("tea", {"kind": "shopify", "secret": value})
