"""What a delivery status notification (RFC 3464) says of each recipient. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from twofifty.track.bounce import codes
from twofifty.track.bounce.address import address_of
from twofifty.track.bounce.fields import every, first
from twofifty.track.bounce.narrative import Told, one_line
from twofifty.track.bounce.reason import CLASS_OF
from twofifty.track.bounce.report import TEXT_LIMIT, Class, Fields, Recipient
from twofifty.track.bounce.verdict import Said, reason_of

_TYPE: Final = re.compile(r"^\s*[\w.-]{1,40}\s*;\s*")
_ARRIVED: Final = ("delivered", "relayed", "expanded")
_ACTIONS: Final = ("failed", "delayed", *_ARRIVED)
_NAMES: Final = (
    "original-recipient",
    "final-recipient",
    "x-actual-recipient",
    "x-mailer-recipient",
)


def recipient(block: Fields, around: Sequence[Told], text: str) -> Recipient | None:
    """One recipient of a notification, or None where its fields name nobody.

    `around`: what the text for people says of each address; `text`: all of it.
    """
    address = whose(block)
    if not address:
        return None
    told = _beside(address, block, around)
    diagnostic = _diagnostic(block)
    status = first(block, "status")
    wanted = one_line(f"{diagnostic} {_comment(status)}")
    enhanced = codes.telling(diagnostic) or codes.telling(status) or codes.telling(told)
    said = Said(
        text=wanted,
        status=codes.telling(status) or enhanced,
        code=codes.reply(diagnostic) or codes.reply(told),
        around=told or text,
    )
    return found(address, said, _action(block))


def found(address: str, said: Said, action: str) -> Recipient:
    """The verdict on one address."""
    if action in _ARRIVED:
        return Recipient(address, "delivered", status=said.status, action=action)
    reason = reason_of(said)
    cls: Class = "soft" if action == "delayed" and CLASS_OF[reason] == "hard" else CLASS_OF[reason]
    status = codes.telling(said.text) or said.status
    text = said.text if len(said.text) > 3 else one_line(said.around[: 4 * TEXT_LIMIT])
    return Recipient(
        address=address,
        cls=cls,
        reason=reason,
        status=status,
        code=said.code,
        diagnostic=text[:TEXT_LIMIT],
        action=action,
    )


def whose(block: Fields) -> str:
    """The address that we wrote to, else the one that it became."""
    stated = (address_of(value) for name in _NAMES for value in every(block, name))
    return next((one for one in stated if "@" in one), "")


def remote(block: Fields) -> str | None:
    """The server that was talked to."""
    named = _TYPE.sub("", first(block, "remote-mta")).split()
    return named[0].strip("<>")[:255] if named else None


def _action(block: Fields) -> str:
    stated = re.match(r"[a-z]+", first(block, "action").strip().lower())
    word = stated[0] if stated else ""
    if word in _ACTIONS:
        return word
    kind = first(block, "status")[:1]
    return {"2": "delivered"}.get(kind, "failed")


def _diagnostic(block: Fields) -> str:
    values = (*every(block, "diagnostic-code"), *every(block, "x-supplementary-info"))
    return one_line(" ".join(_TYPE.sub("", value, count=1) for value in values))


def _comment(status: str) -> str:
    """What some write behind the code: `5.1.1 (user unknown)`."""
    inside = re.search(r"\(([^()]{3,200})\)?", status)
    return inside[1] if inside else ""


def _beside(address: str, block: Fields, around: Sequence[Told]) -> str:
    names = {
        address.lower(),
        *(address_of(value).lower() for n in _NAMES for value in every(block, n)),
    }
    return next((told.text for told in around if told.address.lower() in names), "")
