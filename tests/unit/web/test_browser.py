"""The console in a real browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from tests.unit.web.caring import done
from tests.unit.web.conftest import Stage
from tests.unit.web.shop import KEY, Shop
from tests.unit.web.test_hostile import EVIL
from twofifty.web.app import web_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATHS = [
    "/",
    "/console/orders",
    "/console/orders/shop/61001",
    "/console/messages",
    "/console/messages/m_0000",
    "/console/messages/m_0000?tab=raw",
    "/console/arrivals",
    "/console/mailbox",
    "/console/mailbox/1",
    "/console/tasks",
    "/console/suppressions",
    "/console/brake",
    "/docs",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, stage: Stage, shop: Shop) -> Iterator[Page]:
    """A page that is logged in."""
    stage.app = web_app(shop.services())
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=stage.address)
    made = context.new_page()
    made.goto("/")
    made.fill("#key", KEY)
    made.press("#key", "Enter")
    made.wait_for_selector("#law")
    yield made
    context.close()


def test_a_new_order_appears_by_itself(page: Page, shop: Shop) -> None:
    page.wait_for_function("document.querySelector('#live').textContent.trim() === 'Live'")
    shop.add(shop.sample(3, name="Newcomer"), "queued")
    page.wait_for_selector("#orders >> text=Newcomer")


def test_no_page_is_wider_than_a_phone_nor_breaks_its_policy(page: Page, shop: Shop) -> None:
    long = "a-very-long-address-of-somebody@" + "very-long-" * 5 + "domain.example.com"
    shop.cared.task("m_0001", long, f"b{long}")
    done(shop.cared.store.suppressions.add([shop.cared.suppression(long, text="x" * 500)]))
    done(shop.cared.store.brakes.stop("key:ci", "y" * 500))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    # The one thing that is blocked is the previewed mail's remote logo, on purpose.
    assert [text for text in said if "cdn.example.com/logo.png" not in text] == []


def test_a_message_is_resent_with_the_keyboard(page: Page, shop: Shop) -> None:
    identity = next(view.id for view, _ in shop.mails.values() if view.status == "sent")
    count = len(shop.mails)
    page.goto(f"/console/messages/{identity}")
    page.focus("#to")
    page.keyboard.type("new@example.com")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert len(shop.mails) == count + 1
    assert "new@example.com" in page.inner_text("#facts")


def test_mail_is_stopped_and_let_go_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    page.focus("text=Stop all mail")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reason")
    page.focus("#reason")
    page.keyboard.type("wrong prices")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Let mail go on")
    page.goto("/")
    assert "wrong prices" in page.inner_text("#alarms")
    page.focus("text=Let mail go on")
    page.keyboard.press("Enter")
    page.wait_for_selector("form >> text=Let mail go on")
    page.focus("form >> text=Let mail go on")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Mail leaves again")


def test_a_task_is_done_with_the_keyboard(page: Page, shop: Shop) -> None:
    identity = next(view.id for view, _ in shop.mails.values() if view.status == "bounced")
    task_id = shop.cared.task(identity, "ada@gmial.com", "ada@gmail.com")
    page.goto("/console/tasks")
    page.focus(f"#{task_id}-to")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert "ada@gmail.com" in page.inner_text("#facts")


def test_a_hostile_mail_and_order_run_nothing(page: Page, shop: Shop) -> None:
    dialogs: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismissed)
    shop.add(shop.sample(0, name=EVIL, number=EVIL, id="evil", title=EVIL), "sent")
    identity = list(shop.mails)[-1]
    for path in ("/", "/console/orders/shop/evil", f"/console/messages/{identity}"):
        page.goto(path)
        assert page.locator("h1").first.is_visible()
    page.frame_locator("iframe").locator("text=Thank you").wait_for()
    assert dialogs == []


def test_the_mail_is_shown_in_the_chosen_scheme_and_width(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    backgrounds = []
    for dark in ("0", "1"):
        page.goto(f"/console/messages/m_0000?dark={dark}&width=320")
        page.wait_for_function("document.querySelector('iframe').clientWidth === 320")
        page.frame_locator("iframe").locator("h1").wait_for()
        body = page.frames[-1].locator("body")
        backgrounds.append(body.evaluate("e => getComputedStyle(e).backgroundColor"))
    assert backgrounds == ["rgb(242, 244, 243)", "rgb(13, 19, 18)"]


def test_a_login_link_opens_the_console(chromium: Browser, stage: Stage, shop: Shop) -> None:
    stage.app = web_app(shop.services())
    context = chromium.new_context(base_url=stage.address)
    made = context.new_page()
    made.goto("/login/good-token")
    made.wait_for_selector("#law")
    context.close()
