"""The console's page about the broker: how it is, and what is dead there."""

import asyncio

import httpx2
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import Shop
from tests.unit.web.test_console import token_in
from twofifty.adapters.memory.carrier import MemoryCarrier
from twofifty.queue.carrier import CarrierState, Ticket
from twofifty.web.app import web_app


@pytest.fixture
def carrier() -> MemoryCarrier:
    return MemoryCarrier()


@pytest.fixture
def desk(console: httpx2.Client, stage: Stage, shop: Shop, carrier: MemoryCarrier) -> httpx2.Client:
    """A logged in browser, where there is a broker."""

    def looked() -> CarrierState:
        down, dead = carrier.queues.down, len(carrier.queues.dead)
        return CarrierState(not down, dead=dead, said="the broker is down" if down else "")

    stage.app = web_app(shop.services(carrier=carrier, carried=looked))
    return console


def test_without_a_broker_there_is_no_page_of_one(console: httpx2.Client) -> None:
    assert "/console/broker" not in console.get("/").text
    assert console.get("/console/broker").status_code == 404


def test_it_says_how_many_tickets_wait(desk: httpx2.Client, carrier: MemoryCarrier) -> None:
    asyncio.run(carrier.publish([Ticket(1), Ticket(2), Ticket(3, priority=0)]))
    page = desk.get("/console/broker").text
    assert '<p class="count">3</p>' in page
    assert "2 a customer waits for" in page
    assert "No dead letter." in page
    assert 'href="/console/broker"' in desk.get("/").text
    assert "dead letters" not in desk.get("/").text


def test_a_dead_letter_leads_to_its_message(
    desk: httpx2.Client, shop: Shop, carrier: MemoryCarrier
) -> None:
    known = shop.mails["m_0001"][0]
    carrier.queues.dead += [Ticket(1), Ticket(9_999), Ticket(0, content=b"<b>what?</b>\xff")]
    page = desk.get("/console/broker").text
    assert f"/console/messages/{known.id}" in page
    assert "Job 9999" in page
    assert "&lt;b&gt;what?&lt;/b&gt;\ufffd" in page
    assert "The broker has dead letters" in desk.get("/").text


def test_dead_letters_are_deleted_by_one_button(
    desk: httpx2.Client, carrier: MemoryCarrier
) -> None:
    carrier.queues.dead.append(Ticket(1))
    token = token_in(desk.get("/console/broker").text)
    assert desk.post("/console/broker/clear", data={"csrf": "wrong"}).status_code == 403
    assert len(carrier.queues.dead) == 1
    answer = desk.post("/console/broker/clear", data={"csrf": token})
    assert answer.status_code == 303
    assert "The dead letters are deleted." in desk.get(answer.headers["location"]).text
    assert not carrier.queues.dead


def test_a_broker_that_is_away_is_said_and_nothing_breaks(
    desk: httpx2.Client, carrier: MemoryCarrier
) -> None:
    carrier.queues.down = True
    page = desk.get("/console/broker")
    assert page.status_code == 200
    assert "It cannot be reached." in page.text
    front = desk.get("/").text
    assert "The broker cannot be reached" in front
    token = token_in(page.text) if 'name="csrf"' in page.text else ""
    answer = desk.post("/console/broker/clear", data={"csrf": token})
    assert answer.status_code == 503
    assert "the broker is down" in answer.text
