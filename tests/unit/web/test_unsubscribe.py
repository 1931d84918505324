"""`/u/{token}`: looking never acts, a click always does, and receipts still come."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import httpx2
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import Shop
from twofifty.adapters.memory.store import MemoryStore
from twofifty.errors import StoreError
from twofifty.notice.purpose import PURPOSES, Purpose
from twofifty.track.model import Page, Suppression
from twofifty.track.unsubscribe import Leaving as Left
from twofifty.track.unsubscribe import issue
from twofifty.web.app import web_app
from twofifty.web.unsubscribe.leaving import Leaving

SECRETS = (b"n" * 32, b"o" * 32)
WHO = "buyer@example.net"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Wishes:
    """`track.ports.Suppressions` in memory, which may be out of order."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store.suppressions
        self.fault: StoreError | None = None
        self.listing = self.store.listing
        self.lift = self.store.lift

    async def add(self, suppressions: Sequence[Suppression]) -> int:
        if self.fault:
            raise self.fault
        return await self.store.add(suppressions)

    def all(self) -> list[tuple[str, str, str]]:
        found = asyncio.run(self.store.listing(Page(50)))
        return [(one.address, one.scope, one.cause) for one in found.items]


@pytest.fixture
def wishes(shop: Shop) -> Wishes:
    return Wishes(MemoryStore(shop.clock))


@pytest.fixture
def customer(stage: Stage, shop: Shop, wishes: Wishes) -> Iterator[httpx2.Client]:
    leaving = Leaving(SECRETS, wishes, shop.clock)
    stage.app = web_app(replace(shop.services(), leaving=leaving))
    with httpx2.Client(base_url=stage.address, headers={"accept": "text/html"}) as client:
        yield client


def path(purpose: Purpose = "service", secret: bytes = SECRETS[0], message: str = "m_1") -> str:
    return f"/u/{issue(secret, Left(WHO, purpose, message))}"


def test_looking_asks_and_does_nothing(customer: httpx2.Client, wishes: Wishes) -> None:
    for answer in (customer.get(path()), customer.head(path())):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
    page = customer.get(path()).text
    assert 'method="post"' in page
    assert WHO not in page
    assert "b•••@example.net" in page
    assert "still comes" in page
    assert wishes.all() == []


@pytest.mark.parametrize(
    ("purpose", "scope"),
    [("service", "service"), ("marketing", "marketing"), ("receipt", "service")],
)
def test_a_click_ends_mails_for_that_purpose_and_never_receipts(
    customer: httpx2.Client, wishes: Wishes, purpose: Purpose, scope: str
) -> None:
    answer = customer.post(path(purpose), data=ONE_CLICK)
    assert answer.status_code == 200
    assert not answer.history
    assert "Done" in answer.text
    assert "still comes" in answer.text
    assert "<form" not in answer.text
    assert wishes.all() == [(WHO, scope, "unsubscribed")]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"data": {}},
        {"content": b""},
    ],
)
def test_the_button_and_every_mail_programs_click_are_the_same(
    customer: httpx2.Client, wishes: Wishes, sent: dict[str, object]
) -> None:
    assert customer.post(path(), **sent).status_code == 200  # type: ignore[arg-type]
    assert len(wishes.all()) == 1


def test_clicking_again_changes_nothing(customer: httpx2.Client, wishes: Wishes) -> None:
    for _ in range(3):
        assert customer.post(path(), data=ONE_CLICK).status_code == 200
    assert len(wishes.all()) == 1


def test_a_wish_that_was_lifted_can_be_wished_again_by_the_same_link(
    customer: httpx2.Client, wishes: Wishes
) -> None:
    customer.post(path())
    asyncio.run(wishes.lift(WHO, "key:test"))
    assert wishes.all() == []
    customer.post(path())
    assert len(wishes.all()) == 1


def test_a_link_that_was_signed_with_an_old_secret_still_lets_go(
    customer: httpx2.Client, wishes: Wishes
) -> None:
    assert customer.post(path(secret=SECRETS[1])).status_code == 200
    assert len(wishes.all()) == 1


@pytest.mark.parametrize(
    "token", ["nonsense", "%00", "a" * 3_000, issue(b"x" * 32, Left(WHO, "service", "m_1"))]
)
def test_a_link_that_is_not_ours_opens_nothing(
    customer: httpx2.Client, wishes: Wishes, token: str
) -> None:
    for answer in (customer.get(f"/u/{token}"), customer.post(f"/u/{token}", data=ONE_CLICK)):
        assert answer.status_code == 404
        assert "example.net" not in answer.text
    assert wishes.all() == []


def test_one_link_is_not_clicked_for_ever_and_others_are_not_hindered_by_that(
    customer: httpx2.Client, wishes: Wishes
) -> None:
    said = [customer.post(path()).status_code for _ in range(8)]
    assert said.count(429) == 3
    busy = customer.post(path())
    assert int(busy.headers["retry-after"]) > 0
    many = {customer.post(path(message=f"m_{number}")).status_code for number in range(2, 60)}
    assert many == {200}


def test_guessing_is_slowed_down(customer: httpx2.Client) -> None:
    said = [customer.get("/u/nonsense").status_code for _ in range(60)]
    assert set(said) == {404, 429}
    assert customer.post("/u/nonsense").status_code == 429
    assert customer.post(path()).status_code == 200


def test_a_store_that_refuses_is_said_and_nothing_is_promised(
    customer: httpx2.Client, wishes: Wishes
) -> None:
    wishes.fault = StoreError()
    answer = customer.post(path())
    assert answer.status_code == 503
    assert "Done" not in answer.text
    wishes.fault = None
    assert customer.post(path()).status_code == 200


def test_the_page_runs_nothing_and_loads_nothing(customer: httpx2.Client) -> None:
    answer = customer.get(path())
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]


def test_a_face_without_it_knows_no_link(stage: Stage, shop: Shop, visitor: httpx2.Client) -> None:
    stage.app = web_app(replace(shop.services(), leaving=None))
    assert visitor.get(path()).status_code == 404
    assert visitor.post(path()).status_code == 404


def test_every_purpose_has_words(customer: httpx2.Client) -> None:
    assert {customer.get(path(purpose)).status_code for purpose in PURPOSES} == {200}
