"""What the world said of a message, among what happened to it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from twofifty.track.feedback import Feedback, FeedbackType
from twofifty.track.model import MessageView, Moment

_SAYS: Final[Mapping[FeedbackType, str]] = {
    "queued": "the provider has it",
    "sent": "the provider handed it to the recipient's server",
    "delivered": "the recipient's server took it",
    "deferred": "not taken yet; the provider goes on trying",
    "bounced": "it was given back",
    "rejected": "the provider would not send it",
    "failed": "the provider could not send it",
    "autoresponded": "somebody's machine answered",
    "opened": "it was opened",
    "clicked": "a link in it was followed",
    "complained": "it was called spam",
    "unsubscribed": "the recipient wants no more of them",
    "subscribed": "the recipient wants them again",
}


class Engaged(msgspec.Struct, frozen=True):
    """`what`: `opened`, `clicked`, ...; `machine`: perhaps nobody, for a machine looked."""

    what: str
    at: datetime | None
    machine: bool = False


def together(moments: Sequence[Moment], news: Sequence[Feedback]) -> tuple[Moment, ...]:
    """Everything, oldest first; news that moved the message are among its moves already. News
    without a time stand last."""
    told = {(one.cause, one.text) for one in moments}
    last = max((one.at for one in moments), default=None)
    added = [
        _moment(one, at)
        for one in news
        if (one.type, one.text or one.type) not in told and (at := one.at or last) is not None
    ]
    return tuple(sorted([*moments, *added], key=lambda one: one.at))


def _moment(news: Feedback, at: datetime) -> Moment:
    said = _SAYS.get(news.type, news.type)
    words = f"{said}, or a machine looked" if news.machine else said
    return Moment(
        at=at,
        what=f"feedback.{news.type}",
        text=f"{words}: {news.text}" if news.text else words,
        code=news.code,
        enhanced=news.enhanced,
    )


def engaged(message: MessageView, news: Sequence[Feedback]) -> tuple[Engaged, ...]:
    """What was done with a message, when first; by a machine only where no person is known."""
    people = [Engaged(what, at) for what, at in message.engagement.items()]
    machines: dict[str, Engaged] = {}
    for one in news:
        if one.machine and one.type in ("opened", "clicked") and one.type not in message.engagement:
            machines.setdefault(one.type, Engaged(one.type, one.at, machine=True))
    return (*people, *machines.values())
