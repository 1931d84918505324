"""An order with everything on it, and the links to pages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from tests.unit.web.shop import Shop
from twofifty.compose.brand import Brand
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_page import Front
from twofifty.notice.model import Kind, Status
from twofifty.order.model import Order, Parcel, ParcelLine, Refund, State, Window
from twofifty.order.specimen import specimen
from twofifty.testing.clock import NOON
from twofifty.track.model import MessageView, OrderView
from twofifty.track.token import issue
from twofifty.web.orderpage.offer import Case
from twofifty.web.orderpage.pages import OrderPages
from twofifty.web.orderpage.sheet import Around, sheet

SECRET = b"a secret of thirty-two bytes ...."
BRAND = Brand(
    shop_name="Teapots & Söhne",
    shop_url="https://shop.example.com/",
    support_url="mailto:help@example.com",
    legal_footer="Teapots Ltd, 1 Harbour Road",
    time_zone="Europe/Berlin",
)
LATER = date(2030, 1, 1)


def pages(shop: Shop, *secrets: bytes, brand: Brand = BRAND, locale: str = "en") -> OrderPages:
    front = Front(brand, Tongues(locale))
    return OrderPages(secrets or (SECRET,), {"": front}, shop.clock)


def full(locale: str = "en", **changes: object) -> Order:
    """An order with two parcels, one of them delivered."""
    order = specimen()
    window = Window(earliest="2026-01-12", latest="2026-01-14")
    lines = order.lines
    parcels = (
        Parcel(
            id="p1", carrier="DHL", tracking_number="00340434161094015902", status="delivered",
            tracking_url="https://track.example.com/1",
            lines=(ParcelLine(line_id=lines[0].id, quantity=Decimal(1)),),
        ),
        Parcel(
            id="p2", carrier="UPS", tracking_number="1Z999AA10123456784", status="in transit",
            tracking_url="https://track.example.com/2", estimate=window,
            lines=(ParcelLine(line_id=lines[1].id, quantity=Decimal(1)),),
        ),
    )  # fmt: skip
    refund = Refund(id="r1", amount=Decimal("5.00"), at=datetime(2026, 1, 9, 15, 30, tzinfo=UTC))
    told = {
        "locale": locale, "parcels": parcels, "refunds": (refund,),
        "totals": msgspec.structs.replace(order.totals, refunded=Decimal("5.00")),
        "state": State(payment="partially_refunded", fulfillment="partial"),
    }  # fmt: skip
    return msgspec.structs.replace(order, **(told | changes))


def link(order: Order, expires: date = LATER, secret: bytes = SECRET) -> str:
    return f"/o/{issue(secret, order.source, order.id, expires)}"


def add(shop: Shop, order: Order, status: Status = "sent") -> str:
    """The order with a confirmation in `status`; the path of its page."""
    shop.add(order, status, minutes=90)
    return link(order)


def tell(shop: Shop, order: Order, kind: Kind, hours: float) -> None:
    """One more mail that left."""
    view, canonical = shop.kept[order.source, order.id]
    at = shop.clock.now() + timedelta(hours=hours)
    mail = MessageView(
        id=f"m_{kind}", kind=kind, status="sent", channel="email", recipient="a@example.com",
        source=order.source, order_id=order.id, created_at=at, updated_at=at, sent_at=at,
    )  # fmt: skip
    shop.mails[mail.id] = (mail, b"")
    messages = (*view.messages, mail)
    shop.kept[order.source, order.id] = (
        msgspec.structs.replace(view, messages=messages),
        canonical,
    )


def drawn(order: Order, lang: str = "en", brand: Brand = BRAND) -> str:
    """The markup of an order's page."""
    tongues = Tongues("en")
    mail = MessageView(
        id="m_1", kind="confirmation", status="sent", channel="email", recipient="a@example.com",
        source="shop", order_id="1", created_at=NOON, updated_at=NOON, sent_at=NOON,
    )  # fmt: skip
    view = OrderView(
        source="shop", id="1", currency="EUR", total="1", received_at=NOON, updated_at=NOON,
        plan="owe", messages=(mail,), placed_at=order.placed_at,
    )  # fmt: skip
    case = Case(order, view, tongues.speak(lang))
    body = sheet(case, Front(brand, tongues), Around(here="x", others=(tongues.default,))).body
    return bytes(body).decode()
