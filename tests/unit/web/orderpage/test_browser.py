"""The page in a real browser: readable, operable and quiet, on any screen."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.unit.web.conftest import Stage
from tests.unit.web.orderpage.case import add, full, pages, tell
from tests.unit.web.shop import Shop
from twofifty.web.app import web_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'

# Texts below WCAG AA: 4.5 to 1, and 3 to 1 where they are large (1.4.3).
FAINT = """() => {
  const parts = (said) => (said.match(/[\\d.]+/g) || []).map(Number);
  const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parts(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.data.trim();
    const style = getComputedStyle(node.parentElement);
    if (!text || node.parentElement.closest(".skip")) continue;
    const [one, two] = [light(parts(style.color)), light(ground(node.parentElement))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    if (ratio < (size >= 24 || (bold && size >= 18.66) ? 3 : 4.5)) faint.push(`${text}: ${ratio}`);
  }
  return faint;
}"""
# Links and buttons that a finger misses (WCAG 2.2, 2.5.8), those within a sentence aside.
SMALL = """() => [...document.querySelectorAll("button, input, .button, .languages a, footer a")]
  .filter((e) => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24; })
  .map((e) => e.textContent)"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def paths(stage: Stage, shop: Shop) -> dict[str, str]:
    """A page for each language, and one with the form."""
    stage.app = web_app(shop.services(pages=pages(shop)))
    found = {}
    for language in ("en", "de", "ja", "ar"):
        order = full(language, id=language)
        found[language] = add(shop, order)
        tell(shop, order, "shipment", 3)
    found["form"] = add(shop, full("de", id="form"), "bounced")
    return found


def opened(chromium: Browser, stage: Stage, path: str, **how: Any) -> Page:
    """The page, whose pictures are all there; whatever it complains of or asks for is kept."""
    context = chromium.new_context(base_url=stage.address, **how)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.route(
        lambda url: url.startswith("https:"),
        lambda route: route.fulfill(body=PICTURE, content_type="image/svg+xml"),
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.goto(path, wait_until="load")
    assert said == []
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_readable_on_any_screen(
    chromium: Browser, stage: Stage, paths: dict[str, str], width: int, scheme: Any
) -> None:
    for language, path in paths.items():
        size: Any = {"width": width, "height": 800}
        page = opened(chromium, stage, path, viewport=size, color_scheme=scheme)
        assert page.evaluate(WIDE) == 0, language
        assert page.evaluate(FAINT) == [], language
        assert page.evaluate(SMALL) == [], language
        page.context.close()


def test_the_check_of_contrast_finds_what_is_faint(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<p style='color:#888;background:#999'>faint</p><p>plain</p>")
    assert [text.partition(":")[0] for text in page.evaluate(FAINT)] == ["faint"]
    page.close()


def test_text_of_twice_the_size_still_fits(
    chromium: Browser, stage: Stage, paths: dict[str, str]
) -> None:
    for path in paths.values():
        page = opened(chromium, stage, path, viewport={"width": 640, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(WIDE) == 0
        page.context.close()


def test_the_keyboard_reaches_everything_and_first_the_way_past_the_head(
    chromium: Browser, stage: Stage, paths: dict[str, str]
) -> None:
    page = opened(chromium, stage, paths["form"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 50
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "email", "past the head"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    reached = set()
    for _ in range(40):
        reached.add(page.evaluate("document.activeElement.outerHTML"))
        page.keyboard.press("Tab")
    wanted = page.evaluate("[...document.querySelectorAll('main a, button')].map(e => e.outerHTML)")
    assert set(wanted) <= reached
    page.context.close()


def test_nothing_moves_for_who_wants_no_motion(
    chromium: Browser, stage: Stage, paths: dict[str, str]
) -> None:
    page = opened(chromium, stage, paths["en"], reduced_motion="reduce")
    times = "[...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration)"
    assert set(page.evaluate(times)) == {"0s"}
    page.context.close()


def test_forced_colours_still_show_which_step_is_the_current_one(
    chromium: Browser, stage: Stage, paths: dict[str, str]
) -> None:
    page = opened(chromium, stage, paths["en"], forced_colors="active")
    widths = page.evaluate(
        "[...document.querySelectorAll('.progress li')].map("
        "e => [e.className, getComputedStyle(e, '::before').borderTopWidth])"
    )
    assert {width for name, width in widths if name == "now"} == {"6px"}
    assert {width for name, width in widths if name != "now"} == {"2px"}
    page.context.close()


def test_it_works_without_scripts_and_a_wrong_address_can_be_mended(
    chromium: Browser, stage: Stage, shop: Shop, paths: dict[str, str]
) -> None:
    page = opened(chromium, stage, paths["form"] + "?lang=en", java_script_enabled=False)
    page.get_by_label("Your correct e-mail address").fill("nobody@")
    page.get_by_role("button").click()
    page.get_by_text("This does not look like an e-mail address").wait_for()
    assert page.locator("html").get_attribute("lang") == "en", "the language stays"
    page.get_by_label("Your correct e-mail address").fill("new@example.net")
    page.get_by_role("button").click()
    page.wait_for_url("**/o/*?sent=1&lang=en")
    assert list(shop.mails.values())[-1][0].recipient == "new@example.net"
    page.context.close()
