"""What a confirmation says beside what every mail does."""

from twofifty.compose import clean
from twofifty.compose.jsonld import order_markup
from twofifty.compose.letter import Letter
from twofifty.compose.phrases import say
from twofifty.compose.reader import Reader
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_boxes import boxes_view
from twofifty.compose.view_facts import first_window
from twofifty.compose.view_payment import unpaid
from twofifty.compose.view_subject import joined
from twofifty.compose.view_whole import said_lines, whole_view
from twofifty.order.model import Order

View = dict[str, object]


def confirmation_view(letter: Letter, whose: Reader, limit: int) -> View:
    """The whole order, the parcels that already left, and how to pay where that is still to do."""
    order = letter.order
    said = said_lines(order.lines, whose, limit, letter.stock)
    asked = bool(order.payments) and unpaid(order)
    return {
        "headline": _greeting(order, whose.tongue),
        "intro": whose.text("intro_unpaid" if asked else "intro"),
        "preheader": _preheader(order, whose, asked=asked),
        "parcels": boxes_view(order, whose),
        **whole_view(letter, said, whose),
        "jsonld": order_markup(letter, whose, said),
    }


def _greeting(order: Order, tongue: Tongue) -> str:
    name = clean.name(order.customer.name or "")
    texts = tongue.texts
    return say(tongue, "greeting", name=name) if name else texts["greeting_nameless"]


def _preheader(order: Order, whose: Reader, *, asked: bool) -> str:
    count = whose.tongue.texts.count("preheader", len(order.lines), str(len(order.lines)))
    news = "" if asked else whose.text("preheader_confirmation")
    return joined((news, count, whose.money(order.totals.total), first_window(order, whose)))
