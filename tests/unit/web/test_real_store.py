"""The face over the real intake and the real store."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import KEY, Shop
from tests.unit.web.test_console import token_in
from tests.unit.web.test_openapi import DOCUMENT, faults
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.notice.policy import Rules
from twofifty.order.wire import encode
from twofifty.testing.clock import FrozenClock
from twofifty.web.app import web_app


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db", FrozenClock())
    yield made
    asyncio.run(made.close())


@pytest.fixture
def real(store: SqliteStore, stage: Stage) -> Iterator[httpx2.Client]:
    """A client of the real thing, with the key."""
    clock = FrozenClock()
    shop = Shop(clock)
    intake = Intake({}, store.ledger, MemoryBroker(), clock, Planner(clock, Rules()))
    stage.app = web_app(
        shop.services(archive=store.archive, desk=store.desk, intake=intake, mailbox=None)
    )
    with httpx2.Client(base_url=stage.address, headers={"X-API-Key": KEY}) as client:
        yield client


def post(client: httpx2.Client, index: int, **fields: str) -> dict[str, object]:
    order = Shop(FrozenClock()).sample(index, id=str(index), source="shop", **fields)
    answer = client.post("/v1/orders", content=encode(order))
    assert answer.status_code == 202, answer.text
    schema = DOCUMENT["components"]["schemas"]["Accepted"]
    assert faults(answer.json(), schema) == []
    found: dict[str, object] = answer.json()
    return found


def test_a_posted_order_is_seen_everywhere(real: httpx2.Client) -> None:
    taken = post(real, 1, name="Ada <b>Winter")
    (identity,) = msgspec.convert(taken["messages"], list[str])
    order = real.get("/v1/orders/shop/1").json()
    assert [message["id"] for message in order["messages"]] == [identity]
    assert order["order"]["customer"]["name"] == "Ada <b>Winter"
    assert real.get("/v1/orders", params={"q": "winter"}).json()["items"][0]["id"] == "1"
    assert real.get(f"/v1/messages/{identity}").json()["status"] == "queued"
    assert real.get("/v1/orders/shop/1/timeline").json()["items"]
    assert real.get("/v1/events").json()["items"][0]["outcome"] == "applied"
    assert real.get("/v1/conservation").json()["violations"] == []


def test_the_same_order_again_is_a_duplicate(real: httpx2.Client) -> None:
    first, second = post(real, 2), post(real, 2)
    assert second["duplicate"] is True
    assert first["messages"] == second["messages"]


def test_pages_and_actions_work_on_the_real_store(real: httpx2.Client, stage: Stage) -> None:
    for index in range(3, 9):
        post(real, index)
    post(real, 9, email="broken@@")
    real.headers.update({"accept": "text/html", "origin": stage.address})
    assert real.post("/login", data={"key": KEY}).status_code == 303
    for path in ("/", "/console/orders", "/console/messages", "/console/arrivals"):
        answer = real.get(path)
        assert answer.status_code == 200
        assert "queued" in answer.text or "applied" in answer.text
    queued = real.get("/v1/messages", params={"status": "queued"}).json()["items"]
    path = f"/console/messages/{queued[0]['id']}"
    token = token_in(real.get(path).text)
    answer = real.post(f"{path}/cancel", data={"csrf": token})
    assert answer.status_code == 303
    assert "The message is withdrawn." in real.get(answer.headers["location"]).text
    assert real.post(f"{path}/cancel", data={"csrf": token}).status_code == 409


def test_paging_the_real_store_meets_every_order_once(real: httpx2.Client) -> None:
    for index in range(20, 29):
        post(real, index)
    seen: list[str] = []
    cursor: int | None = 0
    while cursor is not None:
        params = {"limit": "4"} | ({"before": str(cursor)} if cursor else {})
        page = real.get("/v1/orders", params=params).json()
        seen += [order["id"] for order in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == [str(index) for index in range(20, 29)]


def test_bad_orders_are_problem_documents(real: httpx2.Client) -> None:
    for body, status in ((b"\xff", 400), (b"{", 400), (b"[" * 5_000, 422), (b"{}", 422)):
        answer = real.post("/v1/orders", content=body)
        assert answer.status_code == status, body[:10]
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].startswith("urn:twofifty:problem:")
