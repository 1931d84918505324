"""Words and colours for people. Pure; every function is a filter of the templates."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from twofifty.notice.model import Status
from twofifty.track.model import MessageView, Moment, OrderView

TONES: Final[dict[str, str]] = {
    "queued": "busy",
    "scheduled": "busy",
    "sending": "busy",
    "sent": "good",
    "delivered": "good",
    "held": "look",
    "deferred": "look",
    "in_doubt": "look",
    "bounced": "bad",
    "failed": "bad",
    "suppressed": "bad",
    "superseded": "calm",
    "cancelled": "calm",
    "owe": "good",
    "wait": "busy",
    "hold": "look",
    "fail": "bad",
    "absent": "calm",
    "applied": "good",
    "stale": "calm",
    "unchanged": "calm",
    "duplicate": "calm",
    "ignored": "calm",
    "conflict": "look",
    "rejected": "bad",
    "waiting": "busy",
    "agrees": "good",
    "missing": "bad",
    "different": "bad",
    "behind": "look",
    "unconfirmed": "bad",
    "unusable": "bad",
    "too_old": "calm",
}
"""A state's word -> how it should feel."""

_LABELS: Final[dict[str, str]] = {
    "in_doubt": "in doubt",
    "owe": "confirmable",
    "hold": "held",
    "fail": "cannot be sent",
    "wait": "waiting",
    "absent": "nobody to write to",
    "stale": "older than known",
    "missing": "never came",
    "different": "another total",
    "behind": "news that never came",
    "unconfirmed": "owed, without a message",
    "unusable": "cannot be used",
    "too_old": "never came, too old to confirm",
}

GROUPS: Final[tuple[tuple[str, str, tuple[Status, ...]], ...]] = (
    ("Accepted by a server", "good", ("sent", "delivered")),
    ("On the way", "busy", ("queued", "scheduled", "sending", "deferred")),
    ("Needs a look", "look", ("held", "in_doubt")),
    ("Could not be sent", "bad", ("failed", "bounced", "suppressed")),
    ("Set aside", "calm", ("superseded", "cancelled")),
)
"""The tiles of the overview: every status is in exactly one."""

_TICKED = re.compile(r"`([^`]*)`")
_STEPS = ((60.0, "s", 1.0), (3_600.0, "min", 60.0), (86_400.0, "h", 3_600.0))


def ago(moment: datetime, now: datetime) -> str:
    """`3 min ago`, `in 2 h`, `just now`."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 5:
        return "just now"
    amount = _amount(size)
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def _amount(seconds: float) -> str:
    for limit, unit, divisor in _STEPS:
        if seconds < limit:
            return f"{int(seconds / divisor)} {unit}"
    days = int(seconds / 86_400)
    return f"{days} day{'s' if days > 1 else ''}"


def exact(moment: datetime) -> str:
    """`2 Mar 2026, 12:00:05 UTC`."""
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def by_rank(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Words and their counts, what is well first, as `TONES` has them."""
    ranks = list(TONES)
    return sorted(counts.items(), key=lambda pair: ranks.index(pair[0]) if pair[0] in TONES else 99)


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as an aware moment."""
    return datetime.fromtimestamp(seconds, UTC)


def iso(moment: datetime) -> str:
    """RFC 3339, for machines."""
    return moment.isoformat().replace("+00:00", "Z")


def sentence(text: str) -> str:
    """A clause as a sentence: first letter up, a full stop. What is inside stays as it is."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def tone(word: str) -> str:
    """How a state should feel: `good`, `busy`, `look`, `bad`, `calm`."""
    return TONES.get(word, "calm")


def label(word: str) -> str:
    """A state's word for people."""
    return _LABELS.get(word, word.replace("_", " "))


def standing(order: OrderView) -> str:
    """The word that says how an order's confirmation stands: its newest one's status, else why
    there is none."""
    confirmations = [each for each in order.messages if each.kind == "confirmation"]
    newest = max(confirmations, key=lambda each: each.created_at, default=None)
    return newest.status if newest else order.plan


def untitled(message: MessageView) -> str:
    """What to call a message that has no subject yet."""
    return f"{label(message.kind).capitalize()} for {message.order_number or message.order_id}"


def moment_tone(moment: Moment) -> str:
    """How a moment should feel."""
    return tone(moment.status or moment.what.rpartition(".")[2])


def size(count: int) -> str:
    """`512 B`, `18 KB`."""
    return f"{count} B" if count < 1_024 else f"{count / 1_024:.0f} KB"


def ticked(text: str) -> Markup:
    """Text whose `ticked` parts are code; everything is escaped first."""
    return Markup(_TICKED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def segment(text: str) -> str:
    """One segment of a path, percent-encoded whole."""
    return quote(text, safe="")


FILTERS: Final[dict[str, Callable[..., object]]] = {
    "ago": ago,
    "exact": exact,
    "by_rank": by_rank,
    "moment": moment,
    "ticked": ticked,
    "iso": iso,
    "sentence": sentence,
    "tone": tone,
    "label": label,
    "standing": standing,
    "untitled": untitled,
    "moment_tone": moment_tone,
    "size": size,
    "segment": segment,
}
