"""Where a mail leads: the order's page, and whom to ask."""

from functools import lru_cache

from twofifty.compose import clean
from twofifty.compose.brand import Brand, support_text
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader
from twofifty.order.model import Order

View = dict[str, object]


def status_url(letter: Letter) -> str | None:
    """The order's page: ours where the letter has one, else the shop's own."""
    return clean.url(letter.page_url) or clean.url(letter.order.links.status)


def order_button(letter: Letter, whose: Reader) -> View | None:
    """The button to the order's page."""
    url = status_url(letter)
    return {"url": url, "text": whose.text("view_order")} if url else None


def tracking_buttons(url: object, letter: Letter, whose: Reader) -> View:
    """The button that leads to a parcel, and the order's page beside it; nothing where the parcel
    cannot be tracked."""
    if not url:
        return {}
    button = {"url": url, "text": whose.text("track_parcel")}
    return {"button": button, "other": order_button(letter, whose)}


def support_view(order: Order, brand: Brand) -> View | None:
    """Where questions go: the order's own place before the shop's."""
    url = clean.contact(order.links.support) or clean.contact(brand.support_url)
    if url is None:
        return None
    return _support(url)


@lru_cache(maxsize=256)
def _support(url: str) -> View:
    """Kept, for it is a shop's. The dict is shared: it is only read."""
    text = support_text(url)
    return {"url": url, "text": clean.cut(text, 80), "link": url if text not in url[:300] else ""}
