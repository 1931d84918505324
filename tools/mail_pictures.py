"""Pictures of every mail to look at: occasions, languages, widths, light and dark, on one page.

    python -m tools.mail_pictures FOLDER [--locale de --locale ar] [--kind update]

Writes FOLDER/*.png and FOLDER/index.html, and says which mails do not fit their width, or show
texts over one another. Needs Chromium.
"""

import argparse
import asyncio
import html
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from playwright.async_api import Browser, async_playwright

from tests.unit.compose.family import letters
from tests.unit.compose.orders import BRAND, SEED, german
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter

LOCALES: Final = ("en", "de", "ar", "ja", "hi", "pl")
WIDTHS: Final = (320, 640)
SCHEMES: Final = ("light", "dark")
CHROMIUM: Final = "/usr/bin/chromium"

# What stands beside the page's edges, and texts of which one covers more than a sliver of another.
JUDGE: Final = """() => {
  const width = document.documentElement.clientWidth, found = [];
  const over = document.documentElement.scrollWidth;
  if (over > width) found.push(`the page is ${over} wide`);
  const texts = [];
  for (const each of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    const unseen = style.display === 'none' || each.closest('[style*="display:none"]');
    if (unseen || !box.width || !box.height) continue;
    if (box.right > width + 1 || box.left < -1)
      found.push(`<${each.tagName.toLowerCase()}> reaches from ${box.left|0} to ${box.right|0}`);
    for (const node of each.childNodes) {
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const row of range.getClientRects())
        if (row.width > 1) texts.push([row, node.data.trim().slice(0, 30)]);
    }
  }
  for (let i = 0; i < texts.length; i++)
    for (let j = i + 1; j < texts.length; j++) {
      const [a, one] = texts[i], [b, other] = texts[j];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 0.4 * Math.min(a.height, b.height))
        found.push(`${one} over ${other}`);
    }
  return [...new Set(found)].slice(0, 8);
}"""


class Shot(NamedTuple):
    """One picture: which mail, in which language, how wide, in which light."""

    name: str
    locale: str
    width: int
    scheme: str

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"{self.locale}-{self.name}-{self.width}-{self.scheme}.png"


def mails(locale: str) -> dict[str, Letter]:
    """A mail of each occasion, and the confirmation of a German shop with much in it."""
    much = msgspec.structs.replace(german(), locale=locale)
    return {**letters(locale), "much": Letter(kind="confirmation", order=much)}


def shots(locales: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Shot]:
    """All pictures that are wanted."""
    names = [name for name in mails("en") if not kinds or name in kinds]
    for locale, name, width, scheme in itertools.product(locales, names, WIDTHS, SCHEMES):
        yield Shot(name, locale, width, scheme)


async def taken(browser: Browser, shot: Shot, folder: Path) -> list[str]:
    """Takes one picture: what is wrong with it."""
    mail = Composer(BRAND).compose(mails(shot.locale)[shot.name], SEED)
    page = await browser.new_page(
        viewport={"width": shot.width, "height": 800},
        color_scheme="dark" if shot.scheme == "dark" else "light",
    )
    # Pictures of products are not there: nothing is loaded.
    await page.route("**/*", lambda route: route.abort())
    await page.set_content(mail.html, wait_until="domcontentloaded")
    found = [str(each) for each in await page.evaluate(JUDGE)]
    await page.screenshot(path=folder / shot.file, full_page=True)
    await page.close()
    return found + ([mail.degraded] if mail.degraded else [])


async def all_taken(folder: Path, wanted: list[Shot]) -> dict[Shot, list[str]]:
    """Takes them all: what is wrong with each."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = {shot: await taken(browser, shot, folder) for shot in wanted}
        await browser.close()
    return found


def index(found: dict[Shot, list[str]]) -> str:
    """The page that shows them all, a row for each mail of a language."""
    rows = []
    for (locale, name), group in itertools.groupby(found, lambda shot: (shot.locale, shot.name)):
        cells = "".join(
            f'<figure><img src="{shot.file}" width="{shot.width // 2}" loading="lazy" alt="">'
            f"<figcaption>{shot.width} {shot.scheme} {html.escape('; '.join(found[shot]))}"
            "</figcaption></figure>"
            for shot in group
        )
        rows.append(f"<h2>{locale} {name}</h2><section>{cells}</section>")
    style = "section{display:flex;gap:16px;align-items:start}body{font:14px sans-serif}"
    return f"<!doctype html><title>Mails</title><style>{style}</style>{''.join(rows)}\n"


def main() -> int:
    """Takes the pictures; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="Pictures of every mail to look at.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--locale", action="append", default=[])
    parser.add_argument("--kind", action="append", default=[])
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(shots(tuple(given.locale) or LOCALES, tuple(given.kind)))
    found = asyncio.run(all_taken(folder, wanted))
    (folder / "index.html").write_text(index(found), encoding="utf-8")
    wrong = {shot: said for shot, said in found.items() if said}
    for shot, said in wrong.items():
        sys.stdout.write(f"{shot.file}: {'; '.join(said)}\n")
    sys.stdout.write(f"{len(found)} pictures, {len(wrong)} with something wrong: {folder}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
