"""What the world says of a message, weighed: the same in whatever order it comes. Pure.

said                                            the message is
delivered                                       delivered
opened or clicked by a person, complained       delivered: nobody reads what did not arrive
bounced, rejected, failed                       bounced
sent, queued (by the provider)                  sent, where that was in doubt
anything else                                   as it was

Of what arrived and what was lost the later counts: a queue at the far end may bounce one copy and
take another. Of both at one moment it arrived.

A message that is being sent, or whose dot never left, hears nothing yet; one that is withdrawn,
held or refused stays so, whatever is said of it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from twofifty.notice.lifecycle import LEFT
from twofifty.notice.model import Status
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason

Says = Literal["arrived", "lost", "taken"]

_SAYS: Final[Mapping[FeedbackType, Says]] = {
    "delivered": "arrived",
    "opened": "arrived",
    "clicked": "arrived",
    "complained": "arrived",
    "bounced": "lost",
    "rejected": "lost",
    "failed": "lost",
    "sent": "taken",
    "queued": "taken",
}
_STATUS: Final[Mapping[Says, Status]] = {
    "arrived": "delivered",
    "lost": "bounced",
    "taken": "sent",
}
_UNTAKEN: Final[frozenset[Status]] = frozenset({"queued", "deferred", "in_doubt"})
_EARLY: Final[frozenset[Status]] = frozenset({"queued", "scheduled", "deferred", "held"})

INBOUND: Final = "inbound"
"""Who says what came by mail, where anybody may say anything of an address."""
LEAST_ID: Final = 8
"""Shorter ids are in too many replies."""
_BETWEEN: Final = re.compile(r'[\s<>;:=,"]+')

STRANGE: Final[frozenset[FeedbackType]] = frozenset({"inbound", "inbound_failed", "unknown"})
"""News about no mail that we sent, whatever ids it carries."""

ENGAGEMENT: Final[frozenset[FeedbackType]] = frozenset(
    {"opened", "clicked", "complained", "unsubscribed"}
)
LOOKS: Final[frozenset[FeedbackType]] = frozenset({"opened", "clicked"})
"""News that may come for ever."""
_ENTERED: Final[frozenset[FeedbackType]] = ENGAGEMENT | {
    "delivered",
    "deferred",
    "bounced",
    "rejected",
    "failed",
    "autoresponded",
}

_WITHOUT_WORDS: Final[Mapping[str, str]] = {
    "hard": "the address does not work",
    "soft": "the address did not take it",
    "message": "the mail was not wanted there",
}


class Heard(msgspec.Struct, frozen=True):
    """A piece of news and when it was so, in seconds since the epoch."""

    news: Feedback
    at: float


class Judged(msgspec.Struct, frozen=True):
    """Where a message belongs, and the piece of news that says so. `code` and `reason`: why it is
    bounced, in one word and in a clause."""

    status: Status
    heard: Heard
    code: str | None = None
    reason: str | None = None


def when(news: Feedback, created_at: float, now: float) -> float:
    """When it was so, in seconds: as it says, but neither before there was the message nor after
    now."""
    said = now if news.at is None else news.at.timestamp()
    return min(max(said, created_at), now)


def waits(status: Status, *, dotted: bool) -> bool:
    """Whether news of a message has to wait. `dotted`: a final dot of it left before."""
    return status == "sending" or (status in _EARLY and not dotted)


def judged(status: Status, heard: Sequence[Heard], *, dotted: bool) -> Judged | None:
    """Where a message belongs after all that was heard of it; None: nothing says so."""
    if status not in LEFT and not (dotted and status in _UNTAKEN):
        return None
    decisive = [one for one in heard if _says(one.news) in ("arrived", "lost")]
    if decisive:
        return _as(max(decisive, key=_weight))
    taken = [one for one in heard if _says(one.news) == "taken"]
    return _as(max(taken, key=_weight)) if taken and status in _UNTAKEN else None


def _as(heard: Heard) -> Judged:
    says = _says(heard.news)
    if says == "lost":
        return Judged("bounced", heard, *_why(heard.news))
    return Judged(_STATUS[says or "taken"], heard)


def _says(news: Feedback) -> Says | None:
    """A machine that looks at mail may do so before anybody can have it."""
    return None if news.machine and news.type in LOOKS else _SAYS.get(news.type)


def _weight(heard: Heard) -> tuple[float, bool, str, str, str]:
    """Of equals the last by the alphabet, so that no order of coming counts."""
    news = heard.news
    code, reason = _why(news)
    return heard.at, _says(news) == "arrived", code, reason, news.type


def bounce_class(news: Feedback) -> BounceClass | None:
    """What a loss says of the address; None: nothing, or it is none. A bounce of no class may be
    over soon; a provider that knows better does not even try."""
    if news.bounce is not None or _SAYS.get(news.type) != "lost":
        return news.bounce
    if news.type == "bounced":
        return "hard" if news.reject_reason == "invalid" else "soft"
    return "hard" if news.reject_reason in ("invalid", "bounced") else None


def _why(news: Feedback) -> tuple[str, str]:
    known = bounce_class(news)
    if known is not None:
        return known, news.text or _WITHOUT_WORDS[known]
    reason: RejectReason = news.reject_reason or "other"
    return f"rejected_{reason}", news.text or f"the provider would not send it: {reason}"


def is_entered(news: Feedback, before: Iterable[Feedback]) -> bool:
    """Whether a piece of news that moves nothing is entered in the message's history; `before`: all
    other news of it. Of looks at it only a person's first one is, for a reader looks often."""
    if news.type not in _ENTERED or news.machine:
        return False
    looked = news.type in LOOKS
    return not (looked and any(one.type == news.type and not one.machine for one in before))


def engagement(heard: Iterable[Heard]) -> dict[str, float]:
    """When a person first opened, clicked, complained, unsubscribed; in seconds."""
    found: dict[str, float] = {}
    for one in heard:
        if one.news.type in ENGAGEMENT and not one.news.machine:
            found[one.news.type] = min(one.at, found.get(one.news.type, one.at))
    return found


def own_id_of(news: Feedback) -> str | None:
    """Our id of the message, where the news carries it: itself, or as a Message-ID's first part."""
    if news.own_id:
        return news.own_id
    local = (news.message_id or "").strip("<>").partition("@")[0]
    return local if local.startswith("m_") else None


def is_named(reply: str, called: str) -> bool:
    """Whether a next hop that said `reply` as it took a message gave it the name `called`: one
    whole word of the reply, for a part of one is soon guessed."""
    name = called.strip("<>")
    return len(name) >= LEAST_ID and name in _BETWEEN.split(reply)


def is_believed(origin: str, news: Feedback, recipient: str) -> bool:
    """Whether a piece of news may be of a message to `recipient` that it names. By mail anybody may
    name one: there either the signed return path did (whoever takes such a mail in ends the event's
    id by the message's), or the news is of that very recipient."""
    if origin != INBOUND:
        return True
    if news.own_id and (news.event_id or "").endswith(f".{news.own_id}"):
        return True
    return news.recipient.strip().lower() == recipient.strip().lower()


def key_of(news: Feedback) -> str:
    """What makes a piece of news the same when it comes again: its event's id, of which a provider
    may tell several recipients, else all that it says."""
    named = (news.event_id, news.type, news.recipient.lower())
    return hashlib.sha256(msgspec.json.encode(named if news.event_id else news)).hexdigest()


def sound(news: Feedback) -> Feedback:
    """The same in characters that can be kept: what came may have halves of some (surrogates)."""
    given = msgspec.structs.asdict(news)
    odd = {name: value for name, value in given.items() if isinstance(value, str)}
    mended = {
        name: value.encode("utf-8", "replace").decode()
        for name, value in odd.items()
        if not value.isascii()
    }
    return msgspec.structs.replace(news, **mended) if mended else news
