"""A mail as values."""

from datetime import datetime

import msgspec

from twofifty.compose.mime.body import Body
from twofifty.compose.mime.mailbox import Mailbox


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """All that `write` needs. Texts may hold anything; addresses, ids and header names may not.
    `text` and `html` may be encoded already.

    `date` is aware. `message_id`, `in_reply_to` and `references` are without angle brackets.
    `references` are oldest first. `headers` are further (name, value) pairs, in this order.
    """

    from_: Mailbox
    to: Mailbox
    subject: str
    text: str | Body
    html: str | Body
    date: datetime
    message_id: str
    reply_to: Mailbox | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
