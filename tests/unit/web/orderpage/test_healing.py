"""Where a mistyped address is likely a slip of the keys, one click mends it."""

import httpx2
import msgspec
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.orderpage.case import SECRET, add, full, pages
from tests.unit.web.orderpage.reading import Sheet
from tests.unit.web.shop import Shop
from twofifty.order.model import Order
from twofifty.web.app import web_app


@pytest.fixture
def customer(stage: Stage, shop: Shop, visitor: httpx2.Client) -> httpx2.Client:
    stage.app = web_app(shop.services(pages=pages(shop, SECRET)))
    visitor.headers["accept"] = "text/html"
    return visitor


def order_of(email: str, locale: str = "en") -> Order:
    order = full(locale)
    customer = msgspec.structs.replace(order.customer, email=email)
    return msgspec.structs.replace(order, customer=customer)


def test_the_likely_address_is_offered_masked_and_takes_one_click(
    customer: httpx2.Client, shop: Shop
) -> None:
    path = add(shop, order_of("alex@gmial.com"), "bounced")
    answer = customer.get(path)
    page = Sheet(answer.text)
    assert page.faults == []
    assert "Send it to this address: a•••@gmail.com" in page.shown()
    assert "alex@" not in answer.text
    done = customer.post(path + "/address", data={"guess": "1"})
    assert done.status_code == 303
    assert list(shop.mails.values())[-1][0].recipient == "alex@gmail.com"


@pytest.mark.parametrize("locale", ["de", "ar", "ja"])
def test_the_offer_speaks_the_customers_language(
    locale: str, customer: httpx2.Client, shop: Shop
) -> None:
    text = customer.get(add(shop, order_of("alex@gmial.com", locale), "bounced")).text
    assert "a•••@gmail.com" in text
    assert "Send it to this address" not in text


def test_another_address_may_be_typed_all_the_same(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, order_of("alex@gmial.com"), "bounced")
    page = Sheet(customer.get(path).text)
    typed = next(field for field in page.all("input") if field.get("type") == "email")
    assert not typed["value"]
    customer.post(path + "/address", data={"email": "alex@example.net"})
    assert list(shop.mails.values())[-1][0].recipient == "alex@example.net"


def test_where_nothing_is_likely_nothing_is_offered_or_guessed(
    customer: httpx2.Client, shop: Shop
) -> None:
    path = add(shop, full(), "bounced")
    before = dict(shop.mails)
    assert "guess" not in customer.get(path).text
    assert customer.post(path + "/address", data={"guess": "1"}).status_code == 422
    assert shop.mails == before


def test_where_the_confirmation_arrived_a_guess_does_nothing(
    customer: httpx2.Client, shop: Shop
) -> None:
    path = add(shop, order_of("alex@gmial.com"), "sent")
    before = dict(shop.mails)
    answer = customer.post(path + "/address", data={"guess": "1"})
    assert answer.status_code == 303
    assert "sent=1" not in answer.headers["location"]
    assert shop.mails == before


def test_guesses_count_among_the_five_of_an_hour(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, order_of("alex@gmial.com"), "bounced") + "/address"
    said = [customer.post(path, data={"guess": "1"}).status_code for _ in range(6)]
    assert said == [303] * 5 + [429]
