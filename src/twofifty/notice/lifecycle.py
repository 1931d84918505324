"""The life of a message: every legal move on one screen.

    scheduled ──> sending | queued | held
    queued ──> sending ──> sent ──> delivered | bounced
      │  ▲        ├──> deferred ──> sending
      │  │        ├──> in_doubt ──> sending | sent | delivered | bounced
      │  └────────┤   (lease lost before the dot)
      │           └──> failed
      ├──> held ──> queued | cancelled | superseded
      └──> superseded | cancelled | suppressed | failed (so may what is scheduled, but for failed)

From held to held: for another reason.
Odd moves seen in the world: delivered after bounced (a queue at the far end that bounced one copy
and took another), sent after in_doubt (the reply came late, or the next hop could be asked).
"""

from twofifty.notice.model import Status

MOVES: dict[Status, frozenset[Status]] = {
    "queued": frozenset({"sending", "held", "superseded", "cancelled", "suppressed", "failed"}),
    "scheduled": frozenset({"queued", "sending", "held", "superseded", "cancelled", "suppressed"}),
    "held": frozenset({"held", "queued", "superseded", "cancelled", "failed"}),
    "sending": frozenset(
        {"queued", "sent", "deferred", "in_doubt", "failed", "superseded", "held", "cancelled"}
    ),
    "deferred": frozenset(
        {"sending", "queued", "superseded", "cancelled", "failed", "suppressed", "held"}
    ),
    "in_doubt": frozenset({"sending", "sent", "delivered", "bounced", "failed"}),
    "sent": frozenset({"delivered", "bounced"}),
    "delivered": frozenset({"bounced"}),
    "bounced": frozenset({"delivered"}),
    "failed": frozenset(),
    "suppressed": frozenset(),
    "superseded": frozenset(),
    "cancelled": frozenset(),
}

UNSENT: frozenset[Status] = frozenset({"queued", "scheduled", "held", "deferred"})
"""Nothing of the message can have left: it may still be withdrawn or composed anew."""

LEFT: frozenset[Status] = frozenset({"sent", "delivered", "bounced", "in_doubt"})
"""The message left, or may have left: nothing can withdraw it and nothing may stand in for it."""

MISSED: frozenset[Status] = frozenset({"bounced", "failed", "suppressed"})
"""The message did not reach its recipient."""

RESENDABLE: frozenset[Status] = frozenset(
    {"sent", "delivered", "bounced", "failed", "in_doubt", "superseded", "cancelled", "suppressed"}
)
"""A person may ask for another copy; where one is still on its way there is nothing to repeat."""


LEFT_BY = "{}: no further copy leaves by itself"


def why_not_again(status: Status) -> str:
    """Why a message that is not RESENDABLE is not sent again now."""
    if status == "held":
        return "the message is held: approve or reject it first"
    return f"the message is {status}: it is still on its way"


def may(before: Status, after: Status) -> bool:
    """Whether a message may move so."""
    return after in MOVES[before]
