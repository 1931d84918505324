"""Every setting: where it comes from, what it may be, and what is said where it is wrong."""

from pathlib import Path

import msgspec
import pytest

from twofifty.errors import SettingsError
from twofifty.settings import PREFIX, Settings, load, names

SECRET = "hunter2-and-more"


def file(folder: Path, text: str) -> Path:
    (folder / "twofifty.toml").write_text(text, encoding="utf-8")
    return folder


def fault(environ: dict[str, str], folder: Path) -> str:
    with pytest.raises(SettingsError) as raised:
        load(environ, folder)
    return str(raised.value)


def test_without_any_setting_the_defaults_hold(tmp_path: Path) -> None:
    assert load({}, tmp_path) == Settings()
    assert load({"HOME": "/root", "TWOFIFTYX": "1"}, tmp_path) == Settings()


def test_the_file_is_read(tmp_path: Path) -> None:
    loaded = load({}, file(tmp_path, 'port = 2600\nfrom = "Shop <a@example.com>"\n'))
    assert (loaded.port, loaded.sender) == (2600, "Shop <a@example.com>")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    folder = file(tmp_path, 'port = 2600\nshop_name = "File"\n')
    loaded = load({"TWOFIFTY_PORT": "2700"}, folder)
    assert (loaded.port, loaded.shop_name) == (2700, "File")


def test_names_in_the_file_may_be_written_as_in_the_environment(tmp_path: Path) -> None:
    assert load({}, file(tmp_path, "PORT = 2600\n")).port == 2600


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("PORT", "0", "port", 0),
        ("WORKERS", "3", "workers", 3),
        ("CONFIRM_TEST", "true", "confirm_test", True),
        ("CONFIRM_TEST", "0", "confirm_test", False),
        ("CONFIRM_MAX_AGE_HOURS", "1.5", "confirm_max_age_hours", 1.5),
        ("FROM", "Shop <a@example.com>", "sender", "Shop <a@example.com>"),
        ("CONFIRM_WHEN", "stock", "confirm_when", "stock"),
        ("SMTP_URL", "", "smtp_url", ""),
    ],
)
def test_text_of_the_environment_becomes_what_it_means(
    tmp_path: Path, name: str, value: str, field: str, read: object
) -> None:
    assert getattr(load({PREFIX + name: value}, tmp_path), field) == read


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "65536", "must be a whole number, at most 65535"),
        ("PORT", "-1", "must be a whole number, at least 0"),
        ("PORT", "http", "must be a whole number"),
        ("WORKERS", "65", "must be a whole number, at most 64"),
        ("CONFIRM_TEST", "maybe", "must be true or false"),
        ("CONFIRM_MAX_AGE_HOURS", "0", "must be a number, more than 0.0"),
        ("CONFIRM_WHEN", "never", "must be one of payment, stock"),
        ("ACCENT_COLOR", "red", "must match '^#[0-9a-fA-F]{6}$'"),
        ("LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("DOUBT_COPIES", "11", "must be a whole number, at most 10"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, value: str, wanted: str
) -> None:
    assert fault({PREFIX + name: value}, tmp_path) == f"{name}: {wanted}"


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("PROT", "PORT"),
        ("SMTP_UR", "SMTP_URL"),
        ("DATABASE", "DATABASE_URL"),
        ("SORCES", "SOURCES"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_the_nearest(
    tmp_path: Path, key: str, near: str
) -> None:
    said = fault({PREFIX + key: "1"}, tmp_path)
    assert key in said
    assert f"did you mean {near}?" in said
    said = fault({}, file(tmp_path, f"{key.lower()} = 1\n"))
    assert f"did you mean {near}?" in said
    assert "twofifty.toml" in said


def test_a_name_like_no_other_has_no_hint(tmp_path: Path) -> None:
    said = fault({PREFIX + "XQZJ": "1"}, tmp_path)
    assert "XQZJ" in said
    assert "did you mean" not in said


@pytest.mark.parametrize(
    "text",
    [
        f'api_key = "{SECRET}',
        f"api_key = {SECRET}\n",
        f'api_key = ["{SECRET}"]\n',
        f'[api_key]\nx = "{SECRET}"\n',
        f'[sources.shop]\nkind = "shopify"\nsecret = ["{SECRET}"]\n',
        f'[sources.shop]\nkind = "shopify"\nsecrets = "{SECRET}"\n',
        f'[sources.shop]\nkind = "shopify"\nsecrets = [1, "{SECRET}"]\n',
        f'[sources.shop]\nsecret = "{SECRET}"\n',
        f'sources = "{SECRET}"\n',
        f'port = "{SECRET}"\n',
    ],
)
def test_no_message_shows_a_value(tmp_path: Path, text: str) -> None:
    said = fault({}, file(tmp_path, text))
    assert SECRET not in said
    assert "hunter2" not in said


@pytest.mark.parametrize("name", sorted(names()))
def test_no_message_shows_a_value_of_the_environment(tmp_path: Path, name: str) -> None:
    said = told({PREFIX + name: SECRET}, tmp_path)
    assert SECRET not in said
    assert not said or name in said.upper()


def told(environ: dict[str, str], folder: Path) -> str:
    """What is said of `environ`; nothing where it can be used."""
    try:
        load(environ, folder)
    except SettingsError as said:
        return str(said)
    return ""


@pytest.mark.parametrize("text", ["port = ", "port 2500", "= 1", "port = 1\nport = 2\n", "[x"])
def test_a_file_that_is_no_toml_is_said_with_its_place(tmp_path: Path, text: str) -> None:
    said = fault({}, file(tmp_path, text))
    assert "twofifty.toml" in said
    assert "TOML" in said
    assert "\n" not in said


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "twofifty.toml").write_bytes(b"\xff\xfe\x00")
    assert "TOML" in fault({}, tmp_path)


def test_a_named_file_is_read_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("port = 2600\n")
    assert load({"TWOFIFTY_CONFIG": "other.toml"}, tmp_path).port == 2600
    absolute = str(tmp_path / "other.toml")
    assert load({"TWOFIFTY_CONFIG": absolute}, tmp_path / "elsewhere").port == 2600
    said = fault({"TWOFIFTY_CONFIG": "none.toml"}, tmp_path)
    assert "none.toml" in said
    assert "TWOFIFTY_CONFIG" in said


def test_any_setting_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "smtp-url"
    secret.write_text(f"smtp://user:{SECRET}@mail.example.com\n", encoding="utf-8")
    loaded = load({"TWOFIFTY_SMTP_URL_FILE": str(secret)}, tmp_path)
    assert loaded.smtp_url == f"smtp://user:{SECRET}@mail.example.com"


def test_a_setting_that_is_stated_twice_is_an_error(tmp_path: Path) -> None:
    environ = {"TWOFIFTY_API_KEY_FILE": str(tmp_path / "key"), "TWOFIFTY_API_KEY": SECRET}
    said = fault(environ, tmp_path)
    assert "TWOFIFTY_API_KEY_FILE and TWOFIFTY_API_KEY are both set" in said
    assert SECRET not in said


def test_a_file_of_a_setting_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = fault({"TWOFIFTY_API_KEY_FILE": str(tmp_path / "nothing")}, tmp_path)
    assert "TWOFIFTY_API_KEY_FILE" in said
    assert "No such file" in said


def test_sources_are_tables(tmp_path: Path) -> None:
    text = f"""
    [sources.shop]
    kind = "shopify"
    secrets = ["new", "old"]
    secret = "{SECRET}"
    from = "Other <other@example.com>"
    locale = "de"
    """
    source = load({}, file(tmp_path, text)).sources["shop"]
    assert (source.kind, source.sender, source.locale) == (
        "shopify",
        "Other <other@example.com>",
        "de",
    )
    assert source.live_secrets() == (SECRET, "new", "old")


def test_a_source_without_secrets_has_none(tmp_path: Path) -> None:
    text = '[sources.shop]\nkind = "shopify"\nsecrets = ["", "old"]\n'
    assert load({}, file(tmp_path, text)).sources["shop"].live_secrets() == ("old",)
    bare = load({}, file(tmp_path, '[sources.shop]\nkind = "shopify"\n'))
    assert bare.sources["shop"].live_secrets() == ()


def test_a_key_that_not_every_source_has_is_one_of_its_options(tmp_path: Path) -> None:
    text = '[sources.shop]\nkind = "stripe"\nsecret = "x"\norders_from = "invoice"\n'
    stated = load({}, file(tmp_path, text)).sources["shop"]
    assert stated.options == {"orders_from": "invoice"}
    assert stated.secret == "x"


def test_every_setting_has_a_meaning() -> None:
    assert all(names().values())
    assert {"FROM", "SMTP_URL", "DATABASE_URL", "API_KEY", "SOURCES"} <= set(names())
    assert len(names()) == len(msgspec.structs.fields(Settings))


def test_the_base_url_is_where_the_service_listens_unless_it_is_stated() -> None:
    assert Settings().base_url() == "http://127.0.0.1:2500"
    assert Settings(host="::1", port=80).base_url() == "http://[::1]:80"
    assert Settings(public_url="https://shop.example.test/").base_url() == (
        "https://shop.example.test"
    )
