"""The service itself reads a real PostgreSQL's log: from an insert to a mail."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from tests.acceptance.rows_shop import SCHEMA, put
from tests.acceptance.test_reconcile import settled
from twofifty.testing.process import KEY, ReceiverProcess, Start

CONFIG = """
[sources.db]
kind = "postgresql-log"
api_url = "{url}"
reconcile_minutes = 0

[sources.db.tables]
money = "minor"
time_zone = "Europe/Berlin"
[sources.db.tables.order]
table = "orders"
id = "id"
number = "number"
status = "status"
currency = "'EUR'"
total = "total_cents"
customer_id = "customer_id"
[sources.db.tables.status]
completed = ["paid", "shipped"]
[sources.db.tables.line]
table = "order_items"
order = "order_id"
id = "id"
product_id = "product_id"
quantity = "quantity"
unit_price = "price_cents"
[sources.db.tables.product]
table = "products"
by = "product_id"
title = "title"
[sources.db.tables.customer]
table = "customers"
by = "customer_id"
name = "name"
email = "email"
"""


@pytest.fixture
def url() -> Iterator[str]:
    server = PostgresqlServer()
    try:
        yield server.database("shop")
    finally:
        server.remove()


def test_an_order_that_is_inserted_is_mailed_and_every_verb_sees_it(
    url: str, start: Start, tmp_path: Path
) -> None:
    with psycopg.connect(url, autocommit=True) as shop, ReceiverProcess(tmp_path) as receiver:
        shop.execute(SCHEMA)
        service = start(receiver, config=CONFIG.format(url=url))
        printed = service.cli("source", "sql", "db").stdout
        assert 'CREATE PUBLICATION "twofifty_db"' in printed
        assert service.cli("doctor").returncode == 1
        shop.execute("CREATE PUBLICATION twofifty_db FOR TABLE orders, order_items")
        shop.execute("SELECT pg_create_logical_replication_slot('twofifty_db', 'pgoutput')")
        for number in range(1, 6):
            with shop.transaction():
                put(shop, number, status="paid")
        with shop.transaction():
            put(shop, 6, status="pending")
        settled(service, 5)
        assert receiver.count() == 5
        healthy = service.cli("doctor")
        assert "fail" not in healthy.stdout, healthy.stdout
        report = msgspec.json.decode(service.cli("reconcile", "db", "--json").stdout)
        assert report["counts"] == {"agrees": 5}
        shop.execute("UPDATE orders SET status = 'paid' WHERE id = 6")
        settled(service, 6)
        state = httpx2.get(f"{service.url}/v1/sources", headers={"X-API-Key": KEY}).json()
        assert state["items"][0]["outcomes"]["applied"] == 6
        hook = httpx2.post(f"{service.url}/hooks/db", content=b"{}")
        assert hook.status_code == 401


def test_a_row_that_cannot_be_used_is_listed_and_read_again_once_the_table_is_mended(
    url: str, start: Start, tmp_path: Path
) -> None:
    with psycopg.connect(url, autocommit=True) as shop, ReceiverProcess(tmp_path) as receiver:
        shop.execute(SCHEMA)
        shop.execute("CREATE PUBLICATION twofifty_db FOR TABLE orders, order_items")
        shop.execute("SELECT pg_create_logical_replication_slot('twofifty_db', 'pgoutput')")
        broken = CONFIG.replace("currency = \"'EUR'\"", "currency = \"'EURO'\"")
        service = start(receiver, config=broken.format(url=url))
        with shop.transaction():
            put(shop, 1, status="paid")
        until = time.monotonic() + 60
        while "e_1" not in service.cli("events", "list").stdout and time.monotonic() < until:
            time.sleep(0.2)
        assert service.cli("events", "retry").returncode == 1
        service.kill()
        mended = CONFIG.format(url=url)
        (tmp_path / "twofifty.toml").write_text(mended, encoding="utf-8")
        service.start()
        service.wait_ready()
        retried = service.cli("events", "retry", "--rejected")
        assert retried.returncode == 0, retried.stderr
        assert msgspec.json.decode(retried.stdout) == {"used": 1, "still_rejected": 0}
        settled(service, 1)
