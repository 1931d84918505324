import gzip
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from structlog.testing import capture_logs

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import FAULTS, KEY, Shop
from twofifty.web.body import LIMIT

ORDERS = "/v1/orders"


def chunks(total: int) -> Iterator[bytes]:
    for _ in range(total // 65_536 + 1):
        yield b" " * 65_536


@pytest.mark.parametrize("path", [ORDERS, "/v1/events"])
def test_a_posted_body_reaches_intake_untouched(path: str, api: httpx2.Client, shop: Shop) -> None:
    answer = api.post(path, content=b'{"a": 1}', headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 202
    assert answer.json()["event_id"] == "e_1"
    assert answer.headers["content-type"] == "application/json"
    assert shop.bodies == [(b'{"a": 1}', "k-1")]


@pytest.mark.parametrize("path", [ORDERS, "/v1/events"])
@pytest.mark.parametrize("headers", [{}, {"X-API-Key": KEY + "x"}, {"Authorization": "Basic eA=="}])
def test_without_the_right_key_nothing_is_read(
    path: str, headers: dict[str, str], visitor: httpx2.Client, shop: Shop
) -> None:
    answer = visitor.post(path, content=b"{}", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:twofifty:problem:unauthorized"
    assert shop.bodies == []


def test_the_key_is_taken_as_a_bearer_token_too(visitor: httpx2.Client) -> None:
    headers = {"Authorization": f"bearer {KEY}"}
    assert visitor.post(ORDERS, content=b"{}", headers=headers).status_code == 202


def test_a_hook_needs_no_key_and_carries_its_headers_in_lower_case(
    visitor: httpx2.Client, shop: Shop
) -> None:
    answer = visitor.post("/hooks/shop", content=b"\xff\x00", headers={"X-Shop-Sign": "Abc"})
    assert answer.status_code == 200
    name, hook = shop.hooks[0]
    assert (name, hook.body, hook.headers["x-shop-sign"]) == ("shop", b"\xff\x00", "Abc")


def test_a_source_is_percent_decoded_once(visitor: httpx2.Client, shop: Shop) -> None:
    answer = visitor.post("/hooks/my%2Fshop%20%25", content=b"{}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:twofifty:problem:not-found"
    assert shop.hooks[0][0] == "my/shop %"


def test_a_body_of_one_mebibyte_is_taken(api: httpx2.Client, shop: Shop) -> None:
    body = b"{" + b" " * (LIMIT - 1)
    assert api.post(ORDERS, content=body).status_code == 202
    assert len(shop.bodies[0][0]) == LIMIT


def test_one_byte_more_is_refused_before_it_is_sent(stage: Stage, api: httpx2.Client) -> None:
    parts = urlsplit(stage.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as peer:
        peer.sendall(
            f"POST {ORDERS} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n"
            f"Content-Length: {LIMIT + 1}\r\n\r\n".encode()
        )
        answer = b""
        while part := peer.recv(65_536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()
    assert b"urn:twofifty:problem:too-large" in answer


def test_a_body_without_length_is_cut_off_at_the_limit(api: httpx2.Client, shop: Shop) -> None:
    try:
        status = api.post(ORDERS, content=chunks(LIMIT + 1)).status_code
    except (httpx2.WriteError, httpx2.ReadError):
        status = 413  # the connection is closed under the writer, as it must be
    assert status == 413
    assert shop.bodies == []


def test_gzip_is_inflated(api: httpx2.Client, shop: Shop) -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = api.post(ORDERS, content=gzip.compress(b'{"z": 1}'), headers=headers)
    assert answer.status_code == 202
    assert shop.bodies[0][0] == b'{"z": 1}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(b" " * (LIMIT + 1)), 413),
        (gzip.compress(b"{}", mtime=0)[:-3], 400),
        (gzip.compress(b"{}", mtime=0) + b"more", 400),
        (b"not gzip", 400),
        (b"", 400),
    ],
)
def test_gzip_that_is_a_bomb_or_broken_is_refused(
    body: bytes, status: int, api: httpx2.Client, shop: Shop
) -> None:
    answer = api.post(ORDERS, content=body, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert shop.bodies == []


def test_another_encoding_is_refused_with_the_one_that_works(api: httpx2.Client) -> None:
    answer = api.post(ORDERS, content=b"{}", headers={"Content-Encoding": "br"})
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "gzip"


def test_bad_input_is_a_problem_document_with_its_fields(api: httpx2.Client) -> None:
    answer = api.post(ORDERS, content=b"nonsense")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:twofifty:problem:bad-json"
    assert problem["status"] == 400
    assert problem["errors"] == [{"path": "", "message": "expected an object"}]


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_an_unusable_idempotency_key_is_refused(key: str, api: httpx2.Client) -> None:
    answer = api.post(ORDERS, content=b"{}", headers={"Idempotency-Key": key})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [ORDERS, "/v1/events", "/hooks/shop"])
@pytest.mark.parametrize(
    ("fault", "slug"), [("full", "store-full"), ("broken", "store"), ("away", "unverifiable")]
)
def test_where_nothing_could_be_kept_the_caller_is_told_to_come_again(
    path: str, fault: str, slug: str, api: httpx2.Client, shop: Shop
) -> None:
    shop.fault = FAULTS[fault]
    answer = api.post(path, content=b"{}")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"] == f"urn:twofifty:problem:{slug}"


def test_a_fault_shows_an_incident_and_nothing_else(api: httpx2.Client, shop: Shop) -> None:
    shop.fault = FAULTS["bug"]
    with capture_logs() as logs:
        answer = api.post(ORDERS, content=b"{}")
    assert answer.status_code == 500
    assert len(answer.json()["incident"]) == 12
    (logged,) = logs
    assert logged["incident"] == answer.json()["incident"]
    assert logged["action"] == "http.fault"
    assert "web/hot.py" in logged["where"]
    assert "secret" not in str(logged)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/hooks/shop"])
def test_another_method_on_a_hook_is_told_which_one_works(
    path: str, visitor: httpx2.Client
) -> None:
    answer = visitor.put(path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
