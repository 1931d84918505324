"""From a letter to a short message: the shop, what happened to which order, and where to look.

The words are the subjects that mails have, in all their languages. No text of the customer's goes
in; the order's number and the shop's name are made harmless as everywhere.
"""

from typing import Final

from twofifty.compose import clean
from twofifty.compose.alert.alert import Alert
from twofifty.compose.alert.segment import counted, plain
from twofifty.compose.alert.shorten import shorten
from twofifty.compose.letter import Letter
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_links import status_url
from twofifty.compose.view_subject import order_number

LONGEST_SHOP: Final = 40


def alert(identity: str, letter: Letter, tongue: Tongue, shop_name: str) -> Alert:
    """The short message; `identity` is its public id."""
    order = letter.order
    title = shorten(clean.line(shop_name, 200), LONGEST_SHOP)
    news, url = _news(letter, tongue), status_url(letter)
    text = _text(f"{title}: {news}" if title else news, url)
    took = counted(text)
    return Alert(
        id=identity,
        kind=letter.kind,
        source=order.source,
        order_id=order.id,
        number=order_number(order),
        locale=tongue.tag,
        title=title,
        news=news,
        text=text,
        url=url,
        encoding=took.encoding,
        segments=took.segments,
    )


def _news(letter: Letter, tongue: Tongue) -> str:
    news = tongue.texts.say(f"subject_{letter.kind}", number=order_number(letter.order))
    return f"{tongue.texts['test_prefix']} {news}" if letter.order.test else news


def _text(said: str, url: str | None) -> str:
    """With the whole link where it costs no further segment, else without any of it."""
    without = plain(said)
    if url is None:
        return without
    linked = plain(f"{said} {url}")
    return linked if counted(linked).segments <= counted(without).segments else without
