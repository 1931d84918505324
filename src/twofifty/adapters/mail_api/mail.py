"""A mail on its way to a provider, as values: what is asked of a provider, and what it says."""

from collections.abc import Mapping

import msgspec

from twofifty.compose.mime import Mailbox
from twofifty.deliver.outcome import About
from twofifty.deliver.ports import Envelope

OWN_ID = "twofifty_id"
"""The name under which each provider keeps our id of a message."""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Our mail taken apart, every text decoded and on one line but for the bodies.

    `headers` are those that a provider may be asked to set, in the mail's order: not the addresses
    and the subject, which have fields of their own, and not those that say how the bytes are
    written (MIME-Version, Content-*), when (Date), or by whom (DKIM-Signature).
    """

    sender: Mailbox
    to: Mailbox
    subject: str
    reply_to: Mailbox | None = None
    text: str = ""
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class ApiMail(msgspec.Struct, frozen=True):
    """One mail to hand over: as it is, taken apart, and when (seconds since the epoch)."""

    envelope: Envelope
    parts: Parts
    at: float


class Unfit(msgspec.Struct, frozen=True):
    """The provider cannot express this mail. `reason` is one plain sentence."""

    reason: str
    about: About = "message"


class Call(msgspec.Struct, frozen=True):
    """One HTTP request. `headers` may hold the key: never shown."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Call({self.method})"


class Answer(msgspec.Struct, frozen=True):
    """An HTTP reply. Header names are in small letters; `body` may be cut off at its bound."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Said(msgspec.Struct, frozen=True):
    """What an answer says in the provider's own words.

    `id`: what it calls the mail, where it took it. `code`: its error code, where it has one; words
    behind the first make it more precise. `text`: its prose.
    """

    id: str = ""
    code: str = ""
    text: str = ""
