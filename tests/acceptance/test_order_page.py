"""The order page end to end: a mail is delivered, its link opens the page, and an address that was
refused is corrected there."""

import re
import shutil
import stat
import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.rows import rows
from twofifty.app.place import is_shared
from twofifty.testing.moment import PROCEED, Action, Moment, Say
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.receiver import running_receiver
from twofifty.testing.samples import sample_order

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LINK = re.compile(r"https?://[^\s\"<>]+/o/[\w-]+")
WRONG = "wrong@example.com"
SHOP = "https://mail.example.com"


def paid(i: int, **changes: object) -> dict[str, object]:
    return {**sample_order(i), "state": {"payment": "paid"}, **changes}


def post(client: httpx2.Client, order: dict[str, object]) -> str:
    """The id of the order's message."""
    answer = client.post("/v1/orders", json=order)
    assert answer.status_code == 202, answer.text
    (identity,) = answer.json()["messages"]
    return str(identity)


def reached(client: httpx2.Client, identity: str, status: str) -> dict[str, object]:
    """The message once it is so."""
    until = time.monotonic() + 30
    while True:
        message: dict[str, object] = client.get(f"/v1/messages/{identity}").json()
        if message["status"] == status:
            return message
        assert time.monotonic() < until, message
        time.sleep(0.05)


def links(mail: bytes) -> set[str]:
    """Every link to an order page in the mail, in either part."""
    message = message_from_bytes(mail, policy=policy.default)
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return {found for part in parts if part for found in LINK.findall(part.get_content())}


def the_link(client: httpx2.Client, identity: str) -> str:
    """The page's path, from the mail as it was composed."""
    (link,) = links(client.get(f"/v1/messages/{identity}/raw").content)
    return urlsplit(link).path


def customer(service: ServiceProcess) -> httpx2.Client:
    """Somebody without a key."""
    return httpx2.Client(base_url=service.url, headers={"accept": "text/html"}, timeout=30)


def test_the_link_in_a_delivered_mail_opens_the_customers_own_order(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_PUBLIC_URL=SHOP)
        orders = [paid(i) for i in range(5)]
        with service.client() as client, customer(service) as visitor:
            sent = [post(client, order) for order in orders]
            for identity in sent:
                reached(client, identity, "sent")
            seen = set()
            for mail in receiver.mails():
                (link,) = links(mail)
                assert link.startswith(SHOP + "/o/")
                page = visitor.get(urlsplit(link).path)
                assert page.status_code == 200
                seen |= {order["number"] for order in orders if str(order["number"]) in page.text}
            assert seen == {order["number"] for order in orders}


def test_without_a_public_address_a_mail_leads_to_the_shops_own_page(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver)
        order = paid(1)
        with service.client() as client:
            reached(client, post(client, order), "sent")
            reached(client, post(client, paid(2, links={})), "sent")
        own, ours = receiver.mails()
        assert not links(own)
        (link,) = links(ours)
        assert link.startswith(f"{service.url}/o/"), "both are on this machine"
        with customer(service) as visitor:
            assert visitor.get(urlsplit(link).path).status_code == 200


def test_links_outlive_a_restart_and_a_secret_as_long_as_it_is_named(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_PUBLIC_URL=SHOP)
        with service.client() as client:
            identity = post(client, paid(2))
            reached(client, identity, "sent")
            path = the_link(client, identity)
        service.terminate()
        made = the_secret(service)
        for secrets, status in (("", 200), (f"{'n' * 32}, {made}", 200), ("n" * 32, 404)):
            again = start(receiver, TWOFIFTY_PUBLIC_URL=SHOP, TWOFIFTY_PAGE_SECRET=secrets)
            with customer(again) as visitor:
                assert visitor.get(path).status_code == status
            again.terminate()


def the_secret(service: ServiceProcess) -> str:
    """What the links are signed with: beside a file, for its owner alone, or in a database."""
    if is_shared(service.environ["TWOFIFTY_DATABASE_URL"]):
        ((kept,),) = rows(service, "SELECT value FROM meta WHERE key = 'secret:page-secret'")
        return str(kept)
    file = service.folder / "data" / "page-secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text(encoding="ascii").strip()


def refuse_the_wrong_one(moment: Moment) -> Action:
    """A server that knows everybody but one."""
    if moment.phase == "rcpt" and moment.recipient == WRONG:
        return Say(550, "no such user", "5.1.1")
    return PROCEED


def test_an_address_that_was_refused_is_corrected_on_the_page(start: Start) -> None:
    with running_receiver(refuse_the_wrong_one) as receiver:
        service = start(
            TWOFIFTY_SMTP_URL=f"smtp://127.0.0.1:{receiver.port}?tls=none", TWOFIFTY_PUBLIC_URL=SHOP
        )
        order = paid(3)
        order["customer"] = {"name": "Kim", "email": WRONG}
        with service.client() as client, customer(service) as visitor:
            failed = post(client, order)
            reached(client, failed, "failed")
            path = the_link(client, failed)
            page = visitor.get(path)
            assert "w•••@example.com" in page.text
            assert WRONG not in page.text
            assert len(receiver.ledger) == 0, "looking sends nothing"

            done = visitor.post(path + "/address", data={"email": "right@example.net"})
            assert done.status_code == 303
            thanks = visitor.get(done.headers["location"].replace("..", "/o", 1))
            assert "r•••@example.net" in thanks.text
            assert "<form" not in thanks.text

            again = visitor.post(path + "/address", data={"email": "third@example.net"})
            assert again.status_code == 303, "nothing is left to correct"
            assert receiver.ledger.wait_for(1)
            copies = client.get("/v1/messages", params={"order": str(order["id"])}).json()["items"]
            assert [copy["recipient"] for copy in copies] == ["right@example.net", WRONG]
            reached(client, copies[0]["id"], "sent")
            timeline = client.get(f"/v1/orders/sample/{order['id']}/timeline").json()["items"]
            assert any("sent again by customer" in moment["text"] for moment in timeline)
            assert "Confirmed by e-mail" in visitor.get(path, params={"lang": "en"}).text
        assert [taken.recipients for taken in receiver.ledger] == [("right@example.net",)]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_the_page_of_a_delivered_order_in_a_browser(start: Start, tmp_path: Path) -> None:
    locales = ("en", "de", "ja", "ar")
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_PUBLIC_URL=SHOP)
        with service.client() as client:
            sent = [post(client, paid(i, locale=each)) for i, each in enumerate(locales)]
            for identity in sent:
                reached(client, identity, "sent")
            paths = [the_link(client, identity) for identity in sent]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for locale, path in zip(locales, paths, strict=True):
            for width in (320, 1280):
                look(browser, service.url + path, locale, width, tmp_path)
        browser.close()


def look(browser: Browser, url: str, locale: str, width: int, folder: Path) -> None:
    """The page on a screen of that width: whole, in its language, and quiet."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(lambda other: other != url, lambda route: route.abort())
    page.goto(url, wait_until="load")
    assert page.locator("html").get_attribute("lang") == locale
    assert page.locator("h1").count() == page.locator("main").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("li[aria-current=step]").count() == 1
    ours = [each for each in asked if urlsplit(each).netloc == urlsplit(url).netloc]
    assert ours == [url], "one request, and no script"
    page.screenshot(path=folder / f"page-{locale}-{width}.png", full_page=True)
    context.close()
