"""A mail as values."""

from datetime import datetime

import msgspec


class Mailbox(msgspec.Struct, frozen=True):
    """A display name (None or empty: none) and an address `local@domain`, which may be an IDN."""

    name: str | None
    address: str


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """All that `write` needs. Texts may hold anything; addresses, ids and header names may not.

    `date` is aware. `message_id`, `in_reply_to` and `references` are without angle brackets.
    `references` are oldest first. `headers` are further (name, value) pairs, in this order.
    """

    from_: Mailbox
    to: Mailbox
    subject: str
    text: str
    html: str
    date: datetime
    message_id: str
    reply_to: Mailbox | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
