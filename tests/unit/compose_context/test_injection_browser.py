"""The same promise, judged by a browser: what a page consists of does not change."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.unit.compose_context.attacks import HOSTS, OWN, SCENES, host, strings
from twofifty.compose.mustache import HTML, SPEC, compile_template

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None
)
# A value among the styles is right or left out: how many declarations a browser keeps may differ.
PARTS = """pages => pages.map(page => {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  const parts = [];
  const walk = document.createTreeWalker(parsed, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  for (let node = walk.currentNode; node; node = walk.nextNode()) {
    if (node.nodeType === 8) { parts.push("comment"); continue; }
    if (node.nodeType !== 1) continue;
    parts.push(node.localName + ":" + [...node.attributes].map(a => a.name).join());
    for (const name of ["href", "src", "background"]) {
      if (!node.hasAttribute(name)) continue;
      let led = "https:";  // what is no URL leads nowhere
      try { led = new URL(node.getAttribute(name), "https://base.example/").protocol; } catch {}
      parts.push(["https:", "http:", "mailto:", "tel:"].includes(led) ? "fine" : led);
    }
    if (node.localName === "script") parts.push(Object.keys(JSON.parse(node.textContent)).join());
    if (node.localName === "style")
      parts.push(node.sheet ? node.sheet.cssRules.length : node.textContent.split(/[;{}]/).length);
    if (node.hasAttribute("style"))
      parts.push([...node.style].filter(n => !/^(color|margin|font|background)/.test(n)).join());
  }
  return parts.join("\\n");
})"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    made = chromium.new_page(java_script_enabled=True)
    yield made
    made.close()


@pytest.mark.parametrize("scene", SCENES)
def test_a_browser_sees_the_same_page_whatever_is_printed(scene: str, page: Page) -> None:
    template = compile_template(SCENES[scene].replace("@", "{{x}}"), dialect=HTML)
    shown = ["a", *(text.encode(errors="replace").decode() for text in strings())]
    harmless, *parts = page.evaluate(PARTS, [template.render({"x": text}) for text in shown])
    changed = [text for text, part in zip(shown[1:], parts, strict=True) if part != harmless]
    assert changed == []


LED = """urls => urls.map(url => {
  try { return new URL(url, "http://own/").hostname } catch { return "none" }
})"""


@pytest.mark.parametrize("url", HOSTS)
def test_a_browser_goes_to_the_host_that_these_tests_read(url: str, page: Page) -> None:
    template = compile_template(url.replace("@", "{{{x}}}"), dialect=SPEC)
    urls = [template.render({"x": text}) for text in OWN if text.isascii() and len(text) < 100]
    read = [host(each) for each in urls]
    led = page.evaluate(LED, urls)
    assert {u: w for u, w, r in zip(urls, led, read, strict=True) if _evil(w) != _evil(r)} == {}


def _evil(where: str) -> bool:
    return where.endswith("evil.test")
