"""What every mail says, whatever it is about: language, look, subject, number, links, support."""

from functools import lru_cache
from typing import Final

from twofifty.compose import clean
from twofifty.compose.brand import Brand
from twofifty.compose.dates import local_day
from twofifty.compose.letter import Letter
from twofifty.compose.look import look
from twofifty.compose.phrases import often, say
from twofifty.compose.reader import Reader
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_links import order_button, support_view
from twofifty.compose.view_subject import order_number, subject
from twofifty.order.model import Order

View = dict[str, object]

# A confirmation's headline greets already, and whoever writes a message greets as they like.
_GREETED: Final = frozenset({"confirmation", "agent"})


@lru_cache(maxsize=256)
def brand_view(brand: Brand) -> dict[str, object]:
    """A brand's values, worked out once. The dict is shared: it is only read."""
    return brand.view()


def frame_view(letter: Letter, whose: Reader) -> View:
    """The part of the view model that all kinds share."""
    order, tongue, brand = letter.order, whose.tongue, whose.brand
    rtl = tongue.direction == "rtl"
    shop = brand_view(brand)
    return {
        "lang": tongue.tag,
        "dir": tongue.direction,
        "start": "right" if rtl else "left",
        "end": "left" if rtl else "right",
        "arrow": "←" if rtl else "→",
        "t": tongue.texts.plain,
        "brand": shop,
        "look": look(brand, tongue),
        "subject": subject(letter, tongue, brand.theme.subjects),
        "hello": "" if letter.kind in _GREETED else _hello(order, tongue),
        "test": order.test,
        "number": order_number(order),
        "placed_on": _placed_on(order, whose),
        "button": order_button(letter, whose),
        "other": None,
        "support": support_view(order, brand),
        "why": often(tongue, "why_received", shop=str(shop["name"])) if shop["name"] else "",
    }


def _hello(order: Order, tongue: Tongue) -> str:
    name = clean.name(order.customer.name or "")
    texts = tongue.texts
    return say(tongue, "hello", name=name) if name else texts["hello_nameless"]


def _placed_on(order: Order, whose: Reader) -> str:
    if order.placed_at is None:
        return ""
    return whose.tongue.long_day(local_day(order.placed_at, whose.where))
