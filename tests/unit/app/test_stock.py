"""What is said of a source's stock in the settings is checked before anything is opened."""

import asyncio
from pathlib import Path

import pytest

from twofifty.app.check import check
from twofifty.app.stock import stock_books, stock_checks
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError
from twofifty.settings import Settings, load

SQL = 'stock_sql = "SELECT sku, available FROM stock WHERE sku IN :skus"'


def settings(folder: Path, text: str) -> Settings:
    head = '[sources.tea]\nkind = "woocommerce"\nsecret = "a secret"\n'
    (folder / "twofifty.toml").write_text(head + text, encoding="utf-8")
    return load({}, folder)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('stock_url = "http://shop.example.com/"', r"tea\.stock_url: must begin with https"),
        ('stock_url = "https://shop.example.com/"\nstock_table = "sqlite:///x"', "take either"),
        ('stock_table = "sqlite:///x"', r"tea\.stock_table: needs a stock_sql"),
        (SQL, r"tea\.stock_sql: needs a stock_table"),
        ('stock_key = "k"', r"tea\.stock_key: needs a stock_url"),
        (f'stock_table = "oracle://x"\n{SQL}', r"tea\.stock_table: begins with one of postgresql"),
        (f'stock_table = "postgresql://"\n{SQL}', r"tea\.stock_table: write postgresql"),
        (
            f'stock_table = "sqlite:///x"\nstock_key = "k"\n{SQL}',
            r"tea\.stock_key: is of stock_url",
        ),
        ('stock_table = "sqlite:///x"\nstock_sql = "DROP TABLE x"', r"tea\.stock_sql: begins with"),
        ('stock_url = "https://a.example/"\nstock_map = { state = "x" }', r"tea\.stock_map"),
        ("stock_deadline_ms = 0", "stock_deadline_ms"),
        ("stock_deadline_ms = 1001", "stock_deadline_ms"),
        ("stock_seconds = -1", "stock_seconds"),
    ],
)
def test_a_source_whose_stock_cannot_be_asked_for_is_named(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        check(settings(tmp_path, text))


def test_a_source_that_says_nothing_of_it_is_not_asked(tmp_path: Path) -> None:
    plain = settings(tmp_path, "")
    check(plain)
    assert stock_books(plain, SystemClock()) == {}
    assert asyncio.run(stock_checks(plain, "tea")) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'stock_table = "sqlite:///none.db"\n{SQL}', "unable to open"),
        ('stock_url = "http://127.0.0.1:1/"', "cannot be reached"),
    ],
)
def test_nobody_there_is_told_by_a_check(tmp_path: Path, text: str, words: str) -> None:
    (found,) = asyncio.run(stock_checks(settings(tmp_path, text), "tea"))
    assert (found.name, found.state) == ("stock", "fail")
    assert words in found.message
