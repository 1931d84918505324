"""A mail tells what is so when it leaves, shown with real processes."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest

from twofifty.testing.law import conserved, settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

SOURCE = '[sources.sample]\nkind = "woocommerce"\nsecret = "a signing secret"\n'
SQL = "SELECT sku, available, expected FROM stock WHERE sku IN :skus"


def paid(i: int, **changes: Any) -> dict[str, Any]:
    """An English order with one line of goods."""
    order = sample_order(i, lines=1, locale="en-US", state={"payment": "paid"}, **changes)
    order["lines"][0] |= {"sku": "TEA", "digital": False, "gift_card": False}
    return order


def texts(receiver: ReceiverProcess) -> list[str]:
    return [_text(mail) for mail in receiver.mails()]


def _text(mail: bytes) -> str:
    body = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def eventually(holds: Callable[[], bool], service: ServiceProcess) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, service.log.read_text()[-2000:]
        time.sleep(0.05)


class Hanging:
    """An endpoint that takes every question, and answers none."""

    def __init__(self) -> None:
        ended = self._ended = Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                ended.wait()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def end(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    one = Hanging()
    yield one
    one.end()


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    """A table with one kind of tea, which is sold out until a day to come."""
    path = tmp_path / "stock.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE stock (sku TEXT, available REAL, expected TEXT)")
        connection.execute("INSERT INTO stock VALUES ('TEA', 0, date('now', '+40 days'))")
    connection.close()
    return path


def test_a_mail_tells_the_stock_that_a_table_has(start: Start, tmp_path: Path, stock: Path) -> None:
    config = f'{SOURCE}stock_table = "sqlite:///{stock}"\nstock_sql = "{SQL}"\n'
    config += "stock_deadline_ms = 1000\n"
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, config=config)
        with service.client() as client:
            client.post("/v1/orders", json=paid(1)).raise_for_status()
            settled(service)
            metrics = client.get("/metrics").text
        (text,) = texts(receiver)
        doctor = service.cli("doctor", "--json")
        checked = service.cli("source", "check", "sample", "--json")
    assert "On back-order, expected" in text
    assert 'twofifty_stock_answers_total{outcome="answered",source="sample"} 1.0' in metrics
    found = [json.loads(line) for line in doctor.stdout.splitlines()]
    assert {one["name"]: one["state"] for one in found}["sources.sample stock"] == "ok"
    lines = [json.loads(line) for line in checked.stdout.splitlines()]
    assert {one["check"]: one["ok"] for one in lines}["stock"] is True


def test_an_endpoint_that_hangs_stops_no_mail_and_is_told(
    start: Start, tmp_path: Path, hanging: Hanging
) -> None:
    config = f'{SOURCE}stock_url = "{hanging.url}"\nstock_deadline_ms = 50\n'
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, config=config)
        with service.client() as client:
            for i in range(40):
                client.post("/v1/orders", json=paid(i)).raise_for_status()
            settled(service)

            def said() -> bool:
                items = client.get("/v1/sources").json()["items"]
                return "stock" in items[0]["faults"]

            eventually(said, service)
            metrics = client.get("/metrics").text
        assert receiver.count() == 40
        checked = service.cli("source", "check", "sample", "--json")
        assert checked.returncode == 1
        assert service.terminate() == 0
    assert 'twofifty_stock_answers_total{outcome="late",source="sample"}' in metrics
    logged = [json.loads(line) for line in service.log.read_text().splitlines()]
    told = [line for line in logged if line["action"] == "stock.unknown"]
    assert 1 <= len(told) <= 4
    assert conserved(service).messages == {"sent": 40}


def test_an_order_that_changes_before_the_dot_is_told_as_it_is_then(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, "delay:data,3", keep="bytes") as receiver:
        service = start(receiver)
        with service.client() as client:
            order = paid(3, revision=1)
            order["lines"][0]["title"] = "Tea of yesterday"
            (identity,) = client.post("/v1/orders", json=order).json()["messages"]
            _reached(client, identity, "sending")
            time.sleep(0.5)
            newer = {
                **order,
                "revision": 2,
                "lines": [{**order["lines"][0], "title": "Tea of today"}],
            }
            client.post("/v1/orders", json=newer).raise_for_status()
            _reached(client, identity, "sent")
            history = client.get(f"/v1/messages/{identity}/events").json()["items"]
        (text,) = texts(receiver)
    assert "Tea of today" in text
    assert "Tea of yesterday" not in text
    assert [one["cause"] for one in history].count("facts_changed") == 1


def _reached(client: httpx2.Client, identity: str, status: str) -> None:
    until = time.monotonic() + 30
    while client.get(f"/v1/messages/{identity}").json()["status"] != status:
        assert time.monotonic() < until
        time.sleep(0.02)
