"""What `/o/{token}` answers, and to whom."""

from datetime import date

import httpx2
import msgspec
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.orderpage.case import SECRET, add, full, link, pages
from tests.unit.web.orderpage.reading import Sheet
from tests.unit.web.shop import Shop
from twofifty.errors import StoreError
from twofifty.notice.model import Status
from twofifty.web.app import web_app
from twofifty.web.orderpage.pages import closed

OVER = date(2026, 3, 1)
EARLIER = b"an earlier secret, still good ..."


@pytest.fixture
def customer(stage: Stage, shop: Shop, visitor: httpx2.Client) -> httpx2.Client:
    stage.app = web_app(shop.services(pages=pages(shop, SECRET, EARLIER)))
    visitor.headers["accept"] = "text/html"
    return visitor


def policy(answer: httpx2.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: values for name, *values in parts}


def test_a_link_opens_the_order(customer: httpx2.Client, shop: Shop) -> None:
    answer = customer.get(add(shop, full()))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Your order #1001" in Sheet(answer.text).shown()


def test_no_page_is_kept_listed_framed_or_told_of_elsewhere(
    customer: httpx2.Client, shop: Shop
) -> None:
    for path in (add(shop, full()), "/o/unknown", link(full(), OVER)):
        headers = customer.get(path).headers
        assert headers["cache-control"] == "private, no-store"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers


def test_nothing_can_run_and_only_the_orders_own_pictures_load(
    customer: httpx2.Client, shop: Shop
) -> None:
    answer = customer.get(add(shop, full()))
    allowed = policy(answer)
    assert allowed["default-src"] == ["'none'"]
    assert "script-src" not in allowed
    assert allowed["img-src"] == ["data:", "https://cdn.example.test"]
    assert allowed["form-action"] == ["'self'"]
    assert allowed["frame-ancestors"] == ["'none'"]
    assert allowed["style-src"][0].startswith("'sha256-")
    assert "<script" not in answer.text
    assert ' style="' not in answer.text


def test_head_says_the_same_without_a_body(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, full())
    head, got = customer.head(path), customer.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_words_that_trackers_add_to_a_link_do_no_harm(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, full())
    assert customer.get(path, params={"utm_source": "mail", "fbclid": "x"}).status_code == 200


def test_an_expired_link_says_so_in_the_orders_language(
    customer: httpx2.Client, shop: Shop
) -> None:
    add(shop, full("de"))
    answer = customer.get(link(full("de"), OVER))
    page = Sheet(answer.text)
    assert answer.status_code == 410
    assert page.all("html")[0]["lang"] == "de"
    assert page.faults == []
    assert "help@example.com" in page.shown(), "the way to a person"
    assert "Merino" not in answer.text


@pytest.mark.parametrize("order_id", ["61001", "99999"])
def test_a_forged_link_never_tells_whether_there_is_an_order(
    customer: httpx2.Client, shop: Shop, order_id: str
) -> None:
    order = msgspec.structs.replace(full(), source="shop", id=order_id)
    forged = customer.get(link(order, secret=b"guessed"))
    assert forged.status_code == 404
    assert forged.content == customer.get("/o/nonsense").content
    assert "This link does not work" in Sheet(forged.text).shown()


def test_an_order_that_is_gone_looks_like_a_forged_link(customer: httpx2.Client) -> None:
    assert customer.get(link(full())).content == customer.get("/o/nonsense").content


def test_a_link_to_an_id_never_opens_the_order_with_that_number(
    customer: httpx2.Client, shop: Shop
) -> None:
    add(shop, full(id="other", number="1001"))
    assert customer.get(link(full(id="1001"))).status_code == 404


def test_both_secrets_open_while_they_rotate(customer: httpx2.Client, shop: Shop) -> None:
    add(shop, full())
    assert customer.get(link(full(), secret=EARLIER)).status_code == 200


def test_a_service_without_order_pages_knows_no_link(
    customer: httpx2.Client, stage: Stage, shop: Shop
) -> None:
    stage.app = web_app(shop.services(pages=closed()))
    assert customer.get(add(shop, full())).status_code == 404


@pytest.mark.parametrize(
    ("asked", "browser", "shown"),
    [
        ("ar", "en", "ar"),
        ("pt-BR", "", "pt-BR"),
        ("tlh", "fr", "de"),
        ("", "fr", "de"),
        ("<script>", "fr", "de"),
        ("x" * 500, "fr", "de"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_orders(
    customer: httpx2.Client, shop: Shop, asked: str, browser: str, shown: str
) -> None:
    path = add(shop, full("de"))
    answer = customer.get(path, params={"lang": asked}, headers={"accept-language": browser})
    assert Sheet(answer.text).all("html")[0]["lang"] == shown


def test_the_browsers_language_is_offered(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, full("de"))
    page = Sheet(customer.get(path, headers={"accept-language": "fr-CA,fr;q=0.9,xx"}).text)
    offered = {link["hreflang"]: link["href"] for link in page.all("a") if "hreflang" in link}
    assert set(offered) == {"fr-CA", "en"}
    assert offered["en"] == path.removeprefix("/o/") + "?lang=en"
    assert "Français" in page.shown()


def test_who_comes_too_often_waits_for_as_long_as_is_said(
    customer: httpx2.Client, shop: Shop
) -> None:
    path = add(shop, full())
    answers = [customer.get(path) for _ in range(41)]
    assert [answer.status_code for answer in answers] == [200] * 40 + [429]
    shop.clock.advance(int(answers[-1].headers["retry-after"]))
    assert customer.get(path).status_code == 200


def test_a_store_that_does_not_answer_is_said_to_customers_too(
    customer: httpx2.Client, shop: Shop
) -> None:
    path = add(shop, full())
    shop.fault = StoreError("locked")
    answer = customer.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert Sheet(answer.text).faults == []
    assert "console" not in answer.text


def test_looking_never_acts(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, full(), "bounced")
    before = dict(shop.mails)
    assert customer.get(path).status_code == 200
    assert customer.get(path, params={"sent": "1", "email": "new@example.com"}).status_code == 200
    assert customer.get(path + "/address").status_code == 405
    assert shop.mails == before


def test_the_form_is_there_only_where_the_confirmation_did_not_arrive(
    customer: httpx2.Client, shop: Shop
) -> None:
    said: dict[Status, int] = {"bounced": 1, "failed": 1, "suppressed": 1, "sent": 0, "queued": 0}
    for status, there in said.items():
        page = Sheet(customer.get(add(shop, full(id=status), status)).text)
        assert len(page.all("form")) == there, status
        assert page.faults == []


def test_the_old_address_is_never_shown_whole(customer: httpx2.Client, shop: Shop) -> None:
    text = Sheet(customer.get(add(shop, full(), "bounced")).text).shown()
    assert "a•••@example.com" in text
    assert "alex@example.com" not in text


@pytest.mark.parametrize(
    "given", ["", "nobody", "a@", "a b@example.com", "x@canary.invalid", "<b>"]
)
def test_what_can_be_no_address_is_said_beside_the_field(
    customer: httpx2.Client, shop: Shop, given: str
) -> None:
    answer = customer.post(add(shop, full("de"), "bounced") + "/address", data={"email": given})
    page = Sheet(answer.text)
    assert answer.status_code == 422
    assert page.faults == []
    (field,) = page.all("input")
    assert field["aria-invalid"] == "true"
    assert field["value"] == given
    assert page.all("html")[0]["lang"] == "de"
    (form,) = page.all("form")
    assert (form["action"] or "").startswith("../"), "the form still leads to its order"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "null"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example.com"},
    ],
)
def test_a_form_from_another_site_is_refused(
    customer: httpx2.Client, shop: Shop, headers: dict[str, str]
) -> None:
    path = add(shop, full(), "bounced") + "/address"
    before = dict(shop.mails)
    assert customer.post(path, data={"email": "b@example.com"}, headers=headers).status_code == 403
    assert shop.mails == before


def test_a_forged_link_corrects_nothing(customer: httpx2.Client, shop: Shop) -> None:
    order = full()
    add(shop, order, "bounced")
    before = dict(shop.mails)
    path = link(order, secret=b"guessed") + "/address"
    assert customer.post(path, data={"email": "b@example.com"}).status_code == 404
    expired = link(order, OVER) + "/address"
    assert customer.post(expired, data={"email": "b@example.com"}).status_code == 410
    assert shop.mails == before


def test_a_body_that_is_no_form_is_refused(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, full(), "bounced") + "/address"
    assert customer.post(path, json={"email": "b@example.com"}).status_code == 422


def test_the_confirmation_goes_to_the_address_that_is_given_and_goes_once(
    customer: httpx2.Client, shop: Shop
) -> None:
    order = full()
    path = add(shop, order, "bounced")
    done = customer.post(path + "/address?lang=de", data={"email": "new@example.net"})
    assert done.status_code == 303
    token = path.removeprefix("/o/")
    assert done.headers["location"] == f"../{token}?sent=1&lang=de"
    copy = list(shop.mails.values())[-1][0]
    assert (copy.recipient, copy.kind, copy.status) == ("new@example.net", "confirmation", "queued")
    assert shop.histories[copy.id][-1].cause == "customer"


def test_five_addresses_an_hour_are_enough(customer: httpx2.Client, shop: Shop) -> None:
    path = add(shop, full(), "bounced") + "/address"
    said = [customer.post(path, data={"email": f"{n}@example.net"}) for n in range(6)]
    assert [answer.status_code for answer in said] == [303] * 5 + [429]
    assert int(said[-1].headers["retry-after"]) <= 720
