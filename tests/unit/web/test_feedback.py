"""`POST /events/{provider}`: kept first, then 200; everything else is a problem document."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest

from tests.unit.adapters.inbound.book import SECRET, Book
from tests.unit.web.conftest import Stage
from tests.unit.web.shop import Shop
from twofifty.adapters import feeds
from twofifty.clock import SystemClock
from twofifty.errors import StoreError, StoreFull
from twofifty.flow.feeds import FeedDoor, FeedSettings
from twofifty.flow.hear import Addresses, Hearing
from twofifty.web.app import web_app

LOGIN = "postmark:let-me-in"
BASIC = {"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()}
BOUNCED = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "ID": 42,
    "MessageID": "00000000-0000-0000-0000-000000000042",
    "Email": "buyer@example.net",
    "BouncedAt": "2026-11-22T09:00:00Z",
    "Metadata": {"twofifty_id": "m_abcdefghij0123456789"},
}


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def provider(stage: Stage, shop: Shop, book: Book) -> Iterator[httpx2.Client]:
    opened = feeds.opened({"postmark": FeedSettings(secrets=(LOGIN,))})
    ear = Hearing(book, Addresses((), (SECRET,)), FeedDoor(opened, SystemClock()))
    stage.app = web_app(replace(shop.services(), feedback=ear))
    with httpx2.Client(base_url=stage.address) as client:
        yield client


def test_news_is_kept_with_the_request_as_it_came(provider: httpx2.Client, book: Book) -> None:
    body = json.dumps(BOUNCED).encode()
    answer = provider.post("/events/postmark", content=body, headers=BASIC)
    assert (answer.status_code, answer.json()) == (200, {"kept": 1, "known": 0})
    ((origin, (news,), raw),) = book.pages
    assert (origin, raw) == ("postmark", body)
    assert (news.type, news.bounce, news.own_id) == ("bounced", "hard", "m_abcdefghij0123456789")


def test_what_comes_again_is_known(provider: httpx2.Client) -> None:
    for known in (0, 1, 1):
        answer = provider.post("/events/postmark", json=BOUNCED, headers=BASIC)
        assert answer.json() == {"kept": 1 - known, "known": known}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic bm86bm8="}])
def test_who_does_not_prove_who_it_is_is_asked_for_it(
    provider: httpx2.Client, book: Book, headers: dict[str, str]
) -> None:
    answer = provider.post("/events/postmark", json=BOUNCED, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Basic realm="twofifty"'
    assert not book.pages


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("/events/nobody", b"{}", 404),
        ("/events/sendgrid", b"[]", 404),
        ("/events/postmark", b"{", 400),
        ("/events/postmark", b"[1]", 422),
        ("/events/postmark", b"x" * (1_048_576 + 1), 413),
    ],
)
def test_what_cannot_be_used_is_a_problem_document(
    provider: httpx2.Client, path: str, content: bytes, status: int
) -> None:
    accept = {"accept": "text/html"}
    answer = provider.post(path, content=content, headers={**BASIC, **accept})
    assert answer.status_code == status
    assert answer.json()["status"] == status


@pytest.mark.parametrize("fault", [StoreError(), StoreFull()])
def test_what_cannot_be_kept_is_sent_again(
    provider: httpx2.Client, book: Book, fault: StoreError
) -> None:
    book.fault = fault
    answer = provider.post("/events/postmark", json=BOUNCED, headers=BASIC)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    book.fault = None
    assert provider.post("/events/postmark", json=BOUNCED, headers=BASIC).status_code == 200


def test_looking_is_not_allowed(provider: httpx2.Client) -> None:
    assert provider.get("/events/postmark").status_code == 405


def test_a_face_that_no_provider_reports_to_has_no_such_path(visitor: httpx2.Client) -> None:
    assert visitor.post("/events/postmark", json=BOUNCED).status_code == 404
