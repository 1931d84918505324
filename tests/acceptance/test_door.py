"""Bad input at the real door: a clear problem document, nothing lost, nothing crashed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.engines import Engine
from twofifty.testing.law import conserved, settled
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order, shopify_webhook, sign_shopify

SECRET = "hush"
CONFIG = f'[sources.shop]\nkind = "shopify"\nsecrets = ["{SECRET}", "the old one"]\n'
MIB = 1_048_576


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("door")
    with ReceiverProcess(folder) as receiver:
        url = f"smtp://127.0.0.1:{receiver.port}?tls=none"
        told = {**engine.settings(), "TWOFIFTY_SMTP_URL": url}
        with ServiceProcess(folder, told, CONFIG) as running:
            yield running
            conserved(running)


@pytest.fixture
def client(service: ServiceProcess) -> Iterator[httpx2.Client]:
    with service.client() as client:
        yield client


def hooked(client: httpx2.Client, body: bytes, secret: str = SECRET) -> httpx2.Response:
    headers = {
        "X-Shopify-Hmac-SHA256": sign_shopify(body, secret),
        "X-Shopify-Topic": "orders/create",
    }
    return client.post("/hooks/shop", content=body, headers=headers)


def problem(answer: httpx2.Response, status: int) -> dict[str, object]:
    """The problem document of an answer (RFC 9457)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    told: dict[str, object] = answer.json()
    assert told["status"] == status
    assert {"type", "title", "detail"} <= told.keys()
    assert "Traceback" not in answer.text
    assert SECRET not in answer.text
    return told


def test_a_missing_a_wrong_and_a_foreign_signature_are_401(client: httpx2.Client) -> None:
    body = shopify_webhook(1)
    problem(client.post("/hooks/shop", content=body), 401)
    problem(hooked(client, body, "guessed"), 401)
    headers = {"X-Shopify-Hmac-SHA256": sign_shopify(body, SECRET)}
    problem(client.post("/hooks/shop", content=body + b" ", headers=headers), 401)


def test_either_live_secret_is_good(client: httpx2.Client) -> None:
    assert hooked(client, shopify_webhook(2)).status_code == 200
    assert hooked(client, shopify_webhook(3), "the old one").status_code == 200


def test_an_unknown_source_is_404_and_says_what_to_add(client: httpx2.Client) -> None:
    told = problem(client.post("/hooks/nowhere", content=b"{}"), 404)
    assert "sources.nowhere" in json.dumps(told)


def test_a_key_is_needed_and_a_wrong_one_is_no_key(service: ServiceProcess) -> None:
    body = json.dumps(sample_order(4)).encode()
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"X-API-Key": ""}):
        problem(httpx2.post(f"{service.url}/v1/orders", content=body, headers=headers), 401)
    good = httpx2.post(f"{service.url}/v1/orders", content=body, headers={"X-API-Key": KEY})
    assert good.status_code == 202


BAD_BODIES = [
    pytest.param(b"", 400, id="empty"),
    pytest.param(b"not json", 400, id="not-json"),
    pytest.param(b'{"id": "\xff"}', 400, id="not-utf-8"),
    pytest.param(b'{"id": NaN}', 400, id="nan"),
    pytest.param(b'{"id": "\\ud800"}', 400, id="lone-surrogate"),
    pytest.param(b"[" * 100_000, 400, id="brackets"),
    pytest.param(b'{"a":' * 40 + b"1" + b"}" * 40, 422, id="deep"),
    pytest.param(b'{"id": "1", "id": "2"}', 422, id="twice-the-same-key"),
    pytest.param(b'{"id": 1' + b"0" * 40 + b"}", 422, id="huge-number"),
    pytest.param(b'{"a": "' + b"x" * MIB + b'"}', 413, id="over-1-MiB"),
]


@pytest.mark.parametrize(("body", "status"), BAD_BODIES)
def test_what_is_no_json_or_outrageous_is_refused_at_both_doors(
    client: httpx2.Client, body: bytes, status: int
) -> None:
    allowed = {400, 422} if status in (400, 422) else {status}
    for answer in (client.post("/v1/orders", content=body), hooked(client, body)):
        assert answer.status_code in allowed, answer.text
        problem(answer, answer.status_code)


def test_exactly_one_mebibyte_is_read(client: httpx2.Client) -> None:
    order = json.dumps(sample_order(5))
    body = (order[:-1] + " " * (MIB - len(order.encode())) + "}").encode()
    assert len(body) == MIB
    assert client.post("/v1/orders", content=body).status_code == 202


def test_a_small_body_that_inflates_is_stopped(client: httpx2.Client) -> None:
    bomb = gzip.compress(b" " * (50 * MIB))
    answer = client.post("/v1/orders", content=bomb, headers={"Content-Encoding": "gzip"})
    problem(answer, 413)


def test_every_bad_field_is_named_with_how_to_mend_it(client: httpx2.Client) -> None:
    order = {**sample_order(6), "currency": "euro", "placed_at": "yesterday", "id": 7}
    order["lines"][0]["quantity"] = "many"
    order["totals"]["total"] = "NaN"
    told = problem(client.post("/v1/orders", json=order), 422)
    errors = told["errors"]
    assert isinstance(errors, list)
    paths = {error["path"] for error in errors}
    assert {"currency", "placed_at", "id", "lines[0].quantity"} <= paths
    assert all(error["message"] for error in errors)


def test_a_field_that_is_not_known_is_accepted_and_said(client: httpx2.Client) -> None:
    order = {**sample_order(7), "curency": "EUR"}
    answer = client.post("/v1/orders", json=order)
    assert answer.status_code == 202
    (warning,) = answer.json()["warnings"]
    assert warning["path"] == "curency"
    assert "currency" in warning["message"]


def test_an_understood_but_unusable_hook_is_kept_and_listed(client: httpx2.Client) -> None:
    body = json.loads(shopify_webhook(8))
    body["line_items"][0]["price"] = "a lot"
    problem(hooked(client, json.dumps(body).encode()), 422)
    listed = client.get("/v1/events", params={"outcome": "rejected"}).json()["items"]
    assert "price" in listed[0]["reason"]
    kept = client.get(f"/v1/events/{listed[0]['id']}/raw")
    assert json.loads(kept.content)["line_items"][0]["price"] == "a lot"


def test_the_same_key_with_other_content_is_a_conflict_that_is_kept(client: httpx2.Client) -> None:
    headers, order = {"Idempotency-Key": "order-9"}, sample_order(9)
    assert client.post("/v1/orders", json=order, headers=headers).status_code == 202
    again = client.post("/v1/orders", json=order, headers=headers)
    other = client.post("/v1/orders", json={**order, "note": "new"}, headers=headers)
    assert again.json()["duplicate"] is True
    problem(other, 409)
    assert client.get("/v1/events", params={"outcome": "conflict"}).json()["items"]


@pytest.mark.parametrize(
    ("customer", "plan", "status"),
    [({"name": "Nobody"}, "absent", None), ({"email": "not an address"}, "fail", "failed")],
)
def test_an_order_that_nobody_can_be_told_of_is_stored_with_the_reason(
    client: httpx2.Client, customer: dict[str, str], plan: str, status: str | None
) -> None:
    identity = f"unreachable-{plan}"
    order = {**sample_order(10), "id": identity, "customer": customer}
    answer = client.post("/v1/orders", json=order).json()
    assert answer["plan"] == plan
    assert answer["reason"]
    shown = client.get(f"/v1/orders/{answer_source(order)}/{identity}").json()
    assert [message["status"] for message in shown["messages"]] == ([status] if status else [])
    timeline = client.get(f"/v1/orders/{answer_source(order)}/{identity}/timeline").json()
    assert answer["reason"] in json.dumps(timeline)


def answer_source(order: dict[str, object]) -> str:
    return str(order["source"])


def test_money_that_does_not_add_up_is_a_labelled_line_and_is_counted(
    start: Start, tmp_path: Path
) -> None:
    order = {**sample_order(11), "locale": "en-US", "state": {"payment": "paid"}}
    order["totals"]["total"] = f"{float(order['totals']['total']) + 7:.2f}"
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver)
        with service.client() as client:
            client.post("/v1/orders", json=order).raise_for_status()
            settled(service)
            metrics = client.get("/metrics").text
        (mail,) = receiver.mails()
    assert b"Other adjustments" in mail
    assert "twofifty_orders_not_adding_up_total{" in metrics


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-00:01"])
def test_a_date_that_nobody_means_is_refused_and_the_lists_go_on(
    client: httpx2.Client, moment: str
) -> None:
    order = {**sample_order(12), "id": "odd-date", "placed_at": moment}
    told = problem(client.post("/v1/orders", json=order), 422)
    assert "placed_at" in json.dumps(told)
    assert client.get("/v1/orders").status_code == 200


def test_an_event_that_its_order_denies_is_refused(client: httpx2.Client) -> None:
    event = {"type": "order.cancelled", "order": {**sample_order(13), "id": "not-cancelled"}}
    told = problem(client.post("/v1/events", json=event), 422)
    assert "order.state.cancelled_at" in json.dumps(told)


def test_a_cart_is_never_confirmed(client: httpx2.Client) -> None:
    order = {**sample_order(14), "id": "a-cart", "state": {"payment": "paid"}}
    answer = client.post("/v1/events", json={"type": "cart.abandoned", "order": order}).json()
    assert (answer["plan"], answer["code"]) == ("hold", "draft")


def test_less_than_nothing_is_held(client: httpx2.Client) -> None:
    order = {**sample_order(15), "id": "negative", "state": {"payment": "paid"}}
    order["totals"] = {"total": "-5.00"}
    answer = client.post("/v1/orders", json=order).json()
    assert (answer["plan"], answer["code"]) == ("hold", "negative_total")
