"""The life of a message: every legal move on one screen.

    scheduled ──> sending | queued | held
    queued ──> sending ──> sent ──> delivered <──> bounced
      │  ▲        ├──> deferred ──> sending
      │  │        ├──> in_doubt ──> sending | sent | delivered | bounced
      │  └────────┤   (lease lost before the dot)
      │           └──> failed | suppressed
      ├──> held ──> queued | cancelled | superseded
      └──> superseded | cancelled | suppressed | failed (so may what is scheduled, but for failed)

From held to held: for another reason.
Odd moves seen in the world: delivered after bounced (a queue at the far end that bounced one copy
and took another), bounced after delivered (it was passed on, and came back), sent after in_doubt
(the reply came late, or the next hop could be asked); sent, delivered or bounced after queued or
deferred (the server deferred after the final dot, and had taken it all the same).
"""

from twofifty.notice.model import Status

_HEARD: tuple[Status, ...] = ("sent", "delivered", "bounced")
"""What the world may say of a message whose dot left."""

MOVES: dict[Status, frozenset[Status]] = {
    "queued": frozenset(
        {"sending", "held", "superseded", "cancelled", "suppressed", "failed", *_HEARD}
    ),
    "scheduled": frozenset({"queued", "sending", "held", "superseded", "cancelled", "suppressed"}),
    "held": frozenset({"held", "queued", "superseded", "cancelled", "failed"}),
    "sending": frozenset(
        {
            "queued",
            "sent",
            "deferred",
            "in_doubt",
            "failed",
            "suppressed",
            "superseded",
            "held",
            "cancelled",
        }
    ),
    "deferred": frozenset(
        {"sending", "queued", "superseded", "cancelled", "failed", "suppressed", "held", *_HEARD}
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

WITHDRAWN: frozenset[Status] = frozenset({"superseded", "cancelled"})
"""It will not leave, and nobody holds that against it."""

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


def is_unsent(status: Status, *, dotted: bool) -> bool:
    """Whether nothing of a message can have left; `dotted`: its final dot did."""
    return status in UNSENT or (status == "sending" and not dotted)
