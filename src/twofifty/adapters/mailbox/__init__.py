"""The built-in mailbox: a real SMTP server on loopback that keeps what it is sent.

It is the next hop where none is set, so that a first mail can be looked at without any set-up.
"""

from twofifty.adapters.mailbox.server import Mailbox
from twofifty.adapters.mailbox.store import Mail, MailHead

__all__ = ["Mail", "MailHead", "Mailbox"]
