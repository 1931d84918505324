"""What one mail is about: its kind, the order as it stands, and as the customer was last told."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from twofifty.compose.mime.mailbox import Mailbox
from twofifty.notice.model import Kind
from twofifty.order.model import Order, Stock


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a mail says comes from here.

    `before`: the order as the customer knows it from the last mail; None where nothing was told.
    `facts`: which part of the order a shipment, delay or delivery is about: a parcel's id, `all`
    for all of them, empty for none of them. `root_subject`: the subject of the thread's first mail,
    None where this is the first. `page_url`: the order's page of ours. `stock`: what was found at
    composing, by line id; a line that is not in it says what the order says. `layout`: the wanted
    one, empty for the theme's. `words`: what a person or a program wrote, for kind `agent`.
    """

    kind: Kind
    order: Order
    before: Order | None = None
    facts: str = ""
    root_subject: str | None = None
    page_url: str | None = None
    stock: Mapping[str, Stock] = {}
    layout: str = ""
    words: str = ""


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """What one message is, apart from its content. `id`: its public id (`m_...`); `message_id` and
    `references`: without angle brackets, the thread's root first. `headers`: further ones, name and
    value, that are of this message and not of its content."""

    id: str
    message_id: str
    sender: Mailbox
    recipient: Mailbox
    date: datetime
    reply_to: Mailbox | None = None
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
