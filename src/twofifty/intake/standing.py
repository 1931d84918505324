"""How an order that came stands against what is known of it: a pure function."""

from typing import Literal

import msgspec

from twofifty.intake.ports import Arrival, Planned

Outcome = Literal["applied", "unchanged", "stale", "conflict"]


class Known(msgspec.Struct, frozen=True):
    """What the store knows of an order: its newest stated revision, the digest of its facts, and
    how it stands with the payment."""

    revision: int | None
    facts: bytes
    payment: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """`applied`: news. `unchanged`: the same facts. `stale`: older. `conflict`: see `reason`."""

    outcome: Outcome
    reason: str | None = None


_CAME_IN = ("authorized", "paid", "partially_refunded", "refunded", "voided")


def standing(planned: Planned, known: Known | None, *, strict: bool) -> Standing:
    """An older revision changes nothing. An equal one with other facts is news, for shops number
    their changes coarsely, unless it takes a payment back: that came late. Where the caller numbers
    changes itself (`strict`) it is a conflict."""
    if known is None:
        return Standing("applied")
    revision, before = planned.order.revision, known.revision
    if _older(revision, before):
        return Standing("stale", f"revision {revision} is older than {before}")
    if planned.facts == known.facts:
        return Standing("unchanged")
    if revision is not None and revision == before:
        return _of_one_revision(planned, known, strict=strict)
    return Standing("applied")


def _of_one_revision(planned: Planned, known: Known, *, strict: bool) -> Standing:
    revision = planned.order.revision
    if strict:
        return Standing("conflict", f"revision {revision} came before, with other facts")
    if known.payment in _CAME_IN and planned.order.state.payment not in _CAME_IN:
        return Standing("stale", f"of revision {revision}, and from before the payment")
    return Standing("applied")


def readable_now(arrival: Arrival, kept: str) -> bool:
    """Whether content that came before and could not be used then has an order in it now."""
    return kept in ("rejected", "ignored") and bool(arrival.planned)


def _older(revision: int | None, before: int | None) -> bool:
    return revision is not None and before is not None and revision < before
