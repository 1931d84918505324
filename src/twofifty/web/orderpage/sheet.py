"""The page of one order, drawn."""

import msgspec
from starlette.responses import Response

from twofifty.compose.tongue import Tongue
from twofifty.compose.view_history import Told
from twofifty.compose.view_page import Front, Story, page_view, support
from twofifty.track.model import OrderView
from twofifty.web.orderpage.drawn import drawn, own_name
from twofifty.web.orderpage.offer import Case, Offer

_LEFT = frozenset({"sent", "delivered"})


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the order. `here`: the page's address, relative to the request's;
    `asked`: its query, for forms; `others`: languages to choose from."""

    here: str
    asked: str = ""
    offers: tuple[Offer, ...] = ()
    thanks: str = ""
    others: tuple[Tongue, ...] = ()
    status: int = 200


def sheet(case: Case, front: Front, around: Around) -> Response:
    """The whole page."""
    return drawn(
        "order.html",
        around.status,
        front,
        case.tongue,
        page=page_view(case.order, story(case.view), front.brand, case.tongue),
        support=support(case.order, front.brand),
        offers=around.offers,
        thanks=around.thanks,
        here=around.here,
        asked=around.asked,
        others=[(tongue.tag, own_name(tongue.tag)) for tongue in around.others],
    )


def story(view: OrderView) -> Story:
    """What the store knows that a customer may: when the order came, and which mails left."""
    told = [
        Told(mail.kind, mail.sent_at)
        for mail in view.messages
        if mail.sent_at is not None and mail.status in _LEFT
    ]
    return Story(view.placed_at or view.received_at, tuple(sorted(told, key=lambda one: one.at)))
