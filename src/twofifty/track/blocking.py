"""Which addresses are not written to any more, and what heals them. Pure.

said                                  blocks       until
a hard bounce                         all          30 days later: then it is tried again
five soft ones within 30 days         service      7 days later
a complaint                           service      somebody lifts it
an unsubscription                     service, or marketing if the mail was that; the same
about the message                     nothing
delivered                             ends what bounces of before had blocked

`all` blocks every mail, `service` all but receipts, `marketing` only what wants something new (see
`notice.purpose`). A 250 of the next hop proves nothing here: the bounce comes after it.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from twofifty.notice.model import Kind
from twofifty.notice.purpose import Purpose, purpose_of
from twofifty.track.feedback import Feedback
from twofifty.track.judgement import bounce_class
from twofifty.track.model import Scope

DAY: Final = 86_400.0
HARD_FOR: Final = 30 * DAY
SOFT_FOR: Final = 7 * DAY
SOFT_WITHIN: Final = 30 * DAY
SOFT_MANY: Final = 5

HARD: Final = "hard_bounce"
SOFT: Final = "soft_bounces"
COMPLAINT: Final = "complaint"
UNSUBSCRIBED: Final = "unsubscribed"
HEALED: Final = (HARD, SOFT)
"""Causes that end where a mail arrives."""
UNWANTED: Final = (COMPLAINT, UNSUBSCRIBED)
"""Causes that are a person's wish, which no other channel passes by."""

_WIDTH: Final[dict[Scope, int]] = {"marketing": 1, "service": 2, "all": 3}
_NEEDED: Final[dict[Purpose, int]] = {"marketing": 1, "service": 2, "receipt": 3}


class Block(msgspec.Struct, frozen=True):
    """What a piece of news blocks; times in seconds. `until` None: until somebody lifts it."""

    scope: Scope
    cause: str
    at: float
    until: float | None = None
    text: str = ""
    actor: str = ""


def left_for_good(at: float, text: str) -> Block:
    """The owner of a number said `STOP`: nothing more goes there, and nothing but their own word or
    a person's ends that."""
    return Block("all", UNSUBSCRIBED, at, text=text)


def blocks(scope: Scope, kind: Kind) -> bool:
    """Whether messages of a kind are blocked."""
    return _WIDTH[scope] >= _NEEDED[purpose_of(kind)]


def wider(one: Scope, other: Scope) -> Scope:
    """The scope that blocks more."""
    return max(one, other, key=_WIDTH.__getitem__)


def longer(one: float | None, other: float | None) -> float | None:
    """The later of two ends; None is never."""
    return None if one is None or other is None else max(one, other)


def joined(one: Block, other: Block) -> Block:
    """Two blocks of one address for one cause: neither gets narrower by the other."""
    newer = max(one, other, key=lambda block: (block.at, block.text))
    return msgspec.structs.replace(
        newer, scope=wider(one.scope, other.scope), until=longer(one.until, other.until)
    )


def in_force(until: float | None, now: float) -> bool:
    """Whether a block that nobody lifted counts now."""
    return until is None or until > now


def hard(at: float, text: str) -> Block:
    """The address does not work."""
    return Block("all", HARD, at, at + HARD_FOR, text)


def block(news: Feedback, kind: Kind | None, at: float) -> Block | None:
    """What a piece of news blocks by itself; `kind`: of the message that it is about, None where
    that is not known."""
    if news.type == "complained":
        return Block("service", COMPLAINT, at, text=news.text)
    if news.type == "unsubscribed":
        marketing = kind is not None and purpose_of(kind) == "marketing"
        return Block("marketing" if marketing else "service", UNSUBSCRIBED, at, text=news.text)
    return hard(at, news.text) if bounce_class(news) == "hard" else None


def too_soft(bounced_at: Iterable[float]) -> Block | None:
    """What soft bounces block together, if they do; `bounced_at`: when, one of each message, none
    from before the address last worked."""
    known = sorted(bounced_at)
    if not known:
        return None
    last = known[-1]
    recent = [at for at in known if at > last - SOFT_WITHIN]
    if len(recent) < SOFT_MANY:
        return None
    text = f"{len(recent)} mails came back within 30 days"
    return Block("service", SOFT, last, last + SOFT_FOR, text)


def said(blocking: Iterable[tuple[Scope, str]], kind: Kind) -> str:
    """What blocks a message of a kind, as `scope: cause`, the widest; empty for nothing."""
    found = [one for one in blocking if blocks(one[0], kind)]
    if not found:
        return ""
    scope, cause = max(found, key=lambda one: _WIDTH[one[0]])
    return f"{scope}: {cause}"
