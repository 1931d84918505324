"""Whom a mail is from or to."""

import msgspec


class Mailbox(msgspec.Struct, frozen=True):
    """A display name (None or empty: none) and an address `local@domain`, which may be an IDN."""

    name: str | None
    address: str
