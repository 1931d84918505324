from typing import get_args

import httpx2
import msgspec
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import Shop
from twofifty.intake import standing
from twofifty.order.wire import decode, schema
from twofifty.track.model import Conservation, EventView, Listing, MessageView, Moment, OrderView
from twofifty.web.app import web_app
from twofifty.web.routes import OPERATIONS
from twofifty.web.services import Facts


def message_in(shop: Shop, status: str) -> str:
    return next(view.id for view, _ in shop.mails.values() if view.status == status)


def test_orders_are_listed_and_paged_to_the_end(api: httpx2.Client) -> None:
    seen: list[str] = []
    cursor: int | None = None
    for _ in range(10):
        params = {"limit": "7"} | ({"before": str(cursor)} if cursor else {})
        page = msgspec.json.decode(
            api.get("/v1/orders", params=params).content, type=Listing[OrderView]
        )
        seen += [order.id for order in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 30


@pytest.mark.parametrize("text", ["#1005", "customer4@EXAMPLE.com", "61005"])
def test_an_order_is_found_by_number_mail_or_id(text: str, api: httpx2.Client) -> None:
    found = api.get("/v1/orders", params={"q": text}).json()["items"]
    assert [order["number"] for order in found] == ["#1005"]


@pytest.mark.parametrize("name", ["61001", "%231001"])
def test_an_order_is_its_view_and_its_canonical_form(name: str, api: httpx2.Client) -> None:
    answer = api.get(f"/v1/orders/shop/{name}")
    assert answer.status_code == 200
    found = answer.json()
    assert found["number"] == "#1001"
    assert found["plan"] == "owe"
    assert found["messages"][0]["kind"] == "confirmation"
    assert decode(msgspec.json.encode(found["order"])).id == "61001"


@pytest.mark.parametrize("odd", ["a/b", "50% off #1", "ü ber", "..", "?x=1", "%2F"])
def test_an_odd_id_is_itself_again(odd: str, api: httpx2.Client, shop: Shop) -> None:
    shop.add(shop.sample(1, id=odd, source="my/shop"), "sent")
    quoted = "".join(f"%{byte:02X}" for byte in odd.encode())
    answer = api.get(f"/v1/orders/my%2Fshop/{quoted}")
    assert answer.status_code == 200
    assert answer.json()["id"] == odd
    assert api.get(f"/v1/orders/my%2Fshop/{quoted}/timeline").status_code == 200


def test_a_timeline_tells_what_happened_oldest_first(api: httpx2.Client) -> None:
    answer = api.get("/v1/orders/shop/61001/timeline")
    moments = msgspec.json.decode(answer.content, type=Listing[Moment]).items
    assert moments[0].what == "event.applied"
    assert [each.at for each in moments] == sorted(each.at for each in moments)


@pytest.mark.parametrize(
    "filters", [{"status": "failed"}, {"order": "#1001"}, {"recipient": "customer0@example.com"}]
)
def test_messages_are_filtered(filters: dict[str, str], api: httpx2.Client, shop: Shop) -> None:
    answer = api.get("/v1/messages", params=filters)
    found = msgspec.json.decode(answer.content, type=Listing[MessageView]).items
    assert 0 < len(found) < len(shop.mails)


def test_a_message_its_bytes_and_its_history_can_be_read(api: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "sent")
    assert api.get(f"/v1/messages/{identity}").json()["status"] == "sent"
    raw = api.get(f"/v1/messages/{identity}/raw")
    assert raw.headers["content-type"] == "message/rfc822"
    assert raw.content == shop.mails[identity][1]
    moves = api.get(f"/v1/messages/{identity}/events").json()["items"]
    assert [move["status"] for move in moves] == ["queued", "sent"]


def test_a_message_that_is_not_composed_has_no_bytes(api: httpx2.Client, shop: Shop) -> None:
    answer = api.get(f"/v1/messages/{message_in(shop, 'held')}/raw")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_resend_makes_another_message_and_records_who_asked(
    api: httpx2.Client, shop: Shop
) -> None:
    identity = message_in(shop, "sent")
    answer = api.post(f"/v1/messages/{identity}/resend", json={"to": "new@example.com"})
    assert answer.status_code == 202
    assert answer.json()["recipient"] == "new@example.com"
    assert shop.histories[answer.json()["id"]][-1].cause == "key:ci"


def test_a_resend_without_a_body_goes_to_the_same_recipient(api: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "sent")
    answer = api.post(f"/v1/messages/{identity}/resend")
    assert answer.json()["recipient"] == shop.mails[identity][0].recipient


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"to": "no address"}', 422),
        (b'{"to": "a@example.com\\r\\nBcc: b@example.com"}', 422),
        (b'{"To": "a@example.com"}', 422),
        (b'{"to": 5}', 422),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"to": "\xff"}', 400),
    ],
)
def test_an_unusable_resend_says_what_is_wrong(
    body: bytes, status: int, api: httpx2.Client, shop: Shop
) -> None:
    count = len(shop.mails)
    answer = api.post(f"/v1/messages/{message_in(shop, 'sent')}/resend", content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(shop.mails) == count


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("cancel", "queued", "cancelled"),
        ("approve", "held", "queued"),
        ("reject", "held", "cancelled"),
    ],
)
def test_a_message_can_be_acted_upon_once(
    verb: str, before: str, after: str, api: httpx2.Client, shop: Shop
) -> None:
    path = f"/v1/messages/{message_in(shop, before)}/{verb}"
    assert api.post(path).json()["status"] == after
    if verb != "cancel":
        again = api.post(path)
        assert again.status_code == 409
        assert again.json()["type"] == "urn:twofifty:problem:conflict"


def test_arrivals_can_be_listed_by_outcome_and_read_as_they_came(api: httpx2.Client) -> None:
    answer = api.get("/v1/events", params={"outcome": "rejected"})
    (rejected,) = msgspec.json.decode(answer.content, type=Listing[EventView]).items
    assert rejected.reason == "lines[0].quantity: not a number"
    raw = api.get(f"/v1/events/{rejected.id}/raw")
    assert raw.headers["content-type"] == "application/octet-stream"
    assert b"<script>" in raw.content


def test_arrivals_can_be_listed_by_every_outcome_there_is(api: httpx2.Client) -> None:
    for outcome in ("duplicate", "", *get_args(standing.Outcome), "rejected", "ignored"):
        answer = api.get("/v1/events", params={"outcome": outcome})
        assert answer.status_code == (400 if outcome == "duplicate" else 200), outcome


def test_the_conservation_law_can_be_read(api: httpx2.Client) -> None:
    law = msgspec.json.decode(api.get("/v1/conservation").content, type=Conservation)
    assert sum(law.orders.values()) == 30
    assert law.violations == ()


def test_the_orders_schema_needs_no_key(visitor: httpx2.Client) -> None:
    published = visitor.get("/v1/schema/order.json").content
    assert published == msgspec.json.encode(schema())


def test_health_says_how_things_stand(visitor: httpx2.Client, shop: Shop) -> None:
    assert visitor.get("/healthz").json() == {"status": "alive"}
    assert visitor.get("/readyz").json() == {"ready": True, "checks": {"store": "answers"}}
    shop.well = False
    assert visitor.get("/healthz").status_code == 503
    assert visitor.get("/readyz").status_code == 503


def test_metrics_are_prometheus_text(visitor: httpx2.Client) -> None:
    answer = visitor.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "twofifty_orders_total 3" in answer.text


def test_metrics_want_the_key_where_others_can_reach_them(
    stage: Stage, visitor: httpx2.Client, shop: Shop
) -> None:
    stage.app = web_app(shop.services(facts=Facts("http://shop.test", metrics_open=False)))
    assert visitor.get("/metrics").status_code == 401
    assert visitor.get("/metrics", headers={"X-API-Key": "test-key"}).status_code == 200


KEYED = [
    (each.method, each.path.format(source="shop", id="61001", version="live"))
    for each in OPERATIONS
    if each.auth == "key"
]


@pytest.mark.parametrize(("method", "path"), KEYED)
def test_every_keyed_operation_is_closed_without_the_key(
    method: str, path: str, visitor: httpx2.Client
) -> None:
    for headers in ({}, {"X-API-Key": ""}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer"}):
        answer = visitor.request(method, path, headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


MISSING = [
    (each.method, each.path.format(source="nowhere", id="nothing"))
    for each in OPERATIONS
    if "{id}" in each.path
]


@pytest.mark.parametrize(("method", "path"), MISSING)
def test_what_is_not_there_is_a_404_problem(method: str, path: str, api: httpx2.Client) -> None:
    answer = api.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:twofifty:problem:not-found"


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/nothing", "/v1/orders/", "/nix", "/hooks", "/v1//orders"]
)
def test_an_unknown_path_is_a_404_problem(path: str, api: httpx2.Client) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", sorted({each.path for each in OPERATIONS}))
def test_options_and_405_name_the_methods_of_a_path(path: str, visitor: httpx2.Client) -> None:
    real = path.format(source="shop", id="1", token="t", version="live", provider="p")
    expected = {each.method for each in OPERATIONS if each.path == path} | {"OPTIONS"}
    expected |= {"HEAD"} if "GET" in expected else set()
    assert set(visitor.options(real).headers["allow"].split(", ")) == expected
    refused = visitor.request("PATCH", real)
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == expected


@pytest.mark.parametrize("path", ["/v1/orders", "/healthz", "/v1/messages/nothing", "/"])
def test_head_is_get_without_its_body(path: str, api: httpx2.Client) -> None:
    shown, head = api.get(path), api.head(path)
    assert head.status_code == shown.status_code
    assert head.headers["content-length"] == shown.headers["content-length"]
    assert head.content == b""


def test_a_fault_while_reading_is_500_without_its_words(api: httpx2.Client, shop: Shop) -> None:
    shop.fault = RuntimeError("a customer's data")
    answer = api.get("/v1/orders")
    assert answer.status_code == 500
    assert "customer" not in answer.text


def test_a_fault_before_a_browser_is_a_page_without_secrets(
    console: httpx2.Client, shop: Shop
) -> None:
    shop.fault = RuntimeError("a customer's data")
    answer = console.get("/console/orders")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert "Incident" in answer.text
    assert "customer's data" not in answer.text
