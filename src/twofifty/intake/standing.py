"""How an order that came stands against what is known of it: a pure function."""

from typing import Literal

import msgspec

from twofifty.intake.ports import Arrival, Planned

Outcome = Literal["applied", "unchanged", "stale", "conflict"]


class Known(msgspec.Struct, frozen=True):
    """What the store knows of an order: its newest stated revision, and the digest of its facts."""

    revision: int | None
    facts: bytes


class Standing(msgspec.Struct, frozen=True):
    """`applied`: news. `unchanged`: the same facts. `stale`: older. `conflict`: see `reason`."""

    outcome: Outcome
    reason: str | None = None


def standing(planned: Planned, known: Known | None, *, strict: bool) -> Standing:
    """An older revision changes nothing. An equal one with other facts is news, for shops number
    their changes coarsely; where the caller numbers them itself (`strict`) it is a conflict."""
    if known is None:
        return Standing("applied")
    revision, before = planned.order.revision, known.revision
    if _older(revision, before):
        return Standing("stale", f"revision {revision} is older than {before}")
    if planned.facts == known.facts:
        return Standing("unchanged")
    if strict and revision is not None and revision == before:
        return Standing("conflict", f"revision {revision} came before, with other facts")
    return Standing("applied")


def news_again(arrival: Arrival, kept: str, known: Known | None) -> bool:
    """Whether content that came before is news all the same, `kept` being what became of it then.

    What could not be used then may be readable now. And an order without an event id that says
    again what was true before the last change is its present truth, not a repeat.
    """
    if kept in ("rejected", "ignored"):
        return bool(arrival.planned)
    if known is None or len(arrival.planned) != 1 or not arrival.key.startswith("sha256:"):
        return False
    return standing(arrival.planned[0], known, strict=arrival.strict).outcome == "applied"


def _older(revision: int | None, before: int | None) -> bool:
    return revision is not None and before is not None and revision < before
