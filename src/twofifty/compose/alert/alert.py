"""A short message as a value: what every gateway sends, in frozen bytes."""

from typing import Final

import msgspec

from twofifty.compose.alert.segment import Encoding
from twofifty.notice.model import Kind

TEMPLATE: Final = "alert/1"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of an order, in one customer's language, without any markup.

    `id`: of the message (`m_...`). `number`: the order's, as the customer knows it. `title`: the
    shop. `news`: what happened. `text`: both in one, with `url` in it where that takes no further
    segment; `encoding` and `segments` are of it as a text message. `quiet_hours` and `time_zones`
    say when it may be shown (`21:00-08:00`, IANA names); empty: always.
    """

    id: str
    kind: Kind
    source: str
    order_id: str
    number: str
    locale: str
    title: str
    news: str
    text: str
    url: str | None
    encoding: Encoding
    segments: int
    quiet_hours: str = ""
    time_zones: tuple[str, ...] = ()


def encode(alert: Alert) -> bytes:
    """As JSON, always the same for the same alert."""
    return msgspec.json.encode(alert)


def decode(raw: bytes) -> Alert:
    """What `encode` wrote. Raises msgspec.DecodeError."""
    return msgspec.json.decode(raw, type=Alert)
