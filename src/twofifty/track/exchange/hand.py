"""An address that a person puts on the list. Pure."""

import re
from datetime import datetime
from typing import Final, Literal

from twofifty.notice.recipient import unusable
from twofifty.track.model import Scope, Suppression

Way = Literal["email", "sms"]

BY_HAND: Final = "by_hand"
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
_MOST_TEXT: Final = 500


def wrong(address: str) -> str | None:
    """Why an address can be none; None where it can. A phone number is in E.164."""
    if way_of(address) == "email":
        return unusable(address)
    return None if _PHONE.fullmatch(address) else "a phone number is written as +4915112345678"


def by_hand(address: str, scope: Scope, reason: str, who: tuple[str, datetime]) -> Suppression:
    """Until somebody lifts it. What begins with `+` and has no `@` is a phone number. `who`: the
    actor, as it goes on record, and when."""
    actor, at = who
    return Suppression(
        address=address,
        scope=scope,
        cause=BY_HAND,
        at=at,
        channel=way_of(address),
        text=reason[:_MOST_TEXT],
        actor=actor,
    )


def way_of(address: str) -> Way:
    """Whether an address is one of mail or a phone number."""
    return "sms" if address.startswith("+") and "@" not in address else "email"
