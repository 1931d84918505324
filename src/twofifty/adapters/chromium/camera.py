"""A browser as a camera: HTML in, PNG out, and nothing of it reaches the network.

Needs Playwright's Python package and a Chromium. Neither comes with the product: who takes no
pictures needs none.
"""

import shutil
from typing import Final

from playwright.async_api import Browser, Error, Playwright, Route, async_playwright

from twofifty.errors import Unpublishable

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_SHORTEST: Final = 50
_TALLEST: Final = 12_000


class Chromium:
    """Implements `flow.preview.Camera`, with one browser for all pictures until `close`. Without a
    sandbox where the process is root's, for Chromium has none then."""

    def __init__(self, *, sandboxed: bool = True) -> None:
        self._arguments = [*_ARGUMENTS, *(() if sandboxed else ("--no-sandbox",))]
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def picture(self, html: str, width: int, *, dark: bool) -> bytes:
        """See `flow.preview.Camera`."""
        try:
            browser = self._browser or await self._started()
            context = await browser.new_context(
                viewport={"width": width, "height": _SHORTEST},
                color_scheme="dark" if dark else "light",
                java_script_enabled=False,
                offline=True,
            )
            page = await context.new_page()
            await page.route("**/*", _refused)
            await page.set_content(html, wait_until="load", timeout=10_000)
            height = await page.locator("html").bounding_box()
            tall = min(int(height["height"]) + 1, _TALLEST) if height else _TALLEST
            await page.set_viewport_size({"width": width, "height": max(tall, _SHORTEST)})
            taken = await page.screenshot(full_page=tall < _TALLEST)
            await context.close()
        except Error as fault:
            said = fault.message.splitlines()[0]
            raise Unpublishable(f"no picture could be taken: {said}") from None
        return taken

    async def close(self) -> None:
        """Ends the browser."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None

    async def _started(self) -> Browser:
        path = next(filter(None, map(shutil.which, _NAMES)), None)
        self._playwright = self._playwright or await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=path, args=self._arguments
        )
        return self._browser


async def _refused(route: Route) -> None:
    await route.abort()
