"""The e-mail address that a customer put right: a pure function of an order's messages."""

from collections.abc import Sequence
from typing import Final, Protocol

from twofifty.notice.lifecycle import MISSED
from twofifty.notice.model import Status

CUSTOMER: Final = "customer"
"""Who acts where a customer does so on the order page."""

CORRECTED: Final = "corrected"
"""Why a copy was made that a customer asked for, as the first entry of its history says."""


class Sent(Protocol):
    """A message of an order, whatever became of it. `resent`: a person asked for just this copy;
    `corrected`: that person was the customer."""

    @property
    def status(self) -> Status:
        """How far it is."""
        ...

    @property
    def recipient(self) -> str:
        """Where it goes, as it was written."""
        ...

    @property
    def resent(self) -> bool:
        """See above."""
        ...

    @property
    def corrected(self) -> bool:
        """See above."""
        ...


def why_again(actor: str) -> str:
    """The cause of a copy that `actor` asks for."""
    return CORRECTED if actor == CUSTOMER else "resent"


def corrected(messages: Sequence[Sent], email: str) -> str | None:
    """Where mail goes instead of `email`, which the shop states; `messages`: the order's, the
    oldest first.

    It is the newest address that the customer gave, where `email` had failed before and nothing
    that was sent there by itself has arrived since; None where mail goes to `email`.
    """
    given = max((at for at, one in enumerate(messages) if one.corrected), default=None)
    if given is None or _is(messages[given], email):
        return None
    has_failed = any(_is(one, email) and one.status in MISSED for one in messages[:given])
    works = any(_is(one, email) and _arrived(one) for one in messages[given:])
    return messages[given].recipient if has_failed and not works else None


def is_told_to_another(message: Sent, email: str) -> bool:
    """Whether a message is a copy for somebody who is not the customer."""
    return message.resent and not message.corrected and not _is(message, email)


def _is(message: Sent, email: str) -> bool:
    return message.recipient.strip().lower() == email.strip().lower()


def _arrived(message: Sent) -> bool:
    return message.status in ("sent", "delivered") and not message.resent
