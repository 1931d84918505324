"""How an order that came stands against what is known of it: a pure function."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

import msgspec

from twofifty.errors import StoreError
from twofifty.intake.ports import Arrival, Planned
from twofifty.order.events import Amendment
from twofifty.order.model import Order

Outcome = Literal["applied", "unchanged", "stale", "conflict", "waiting"]
Plan = Callable[[Order], Planned]
"""Encodes, digests and decides for an order that the ledger changed."""


class Known(msgspec.Struct, frozen=True):
    """What the store knows of an order: its newest stated revision, the digest of its facts, how it
    stands with the payment, and what was frozen when it was first seen."""

    revision: int | None
    facts: bytes
    payment: str | None = None
    currency: str | None = None
    locale: str | None = None
    time_zone: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """`applied`: news. `unchanged`: the same facts. `stale`: older. `conflict`: see `reason`.
    `waiting`: for the order that an amendment is of, or for what the shop answers."""

    outcome: Outcome
    reason: str | None = None


NO_ORDER_YET = Standing("waiting", "the order that this is news of has not come yet")
TO_BE_FETCHED = Standing("waiting", "the shop is to be asked for the order")

_CAME_IN = ("authorized", "paid", "partially_refunded", "refunded", "voided")


def standing(planned: Planned, known: Known | None, *, strict: bool) -> Standing:
    """An older revision changes nothing. An equal one with other facts is news, for shops number
    their changes coarsely, unless it takes a payment back: that came late. Where the caller numbers
    changes itself (`strict`) it is a conflict."""
    if known is None:
        return Standing("applied")
    revision, before = planned.order.revision, known.revision
    if known.currency not in (None, planned.order.currency):
        reason = f"the currency was {known.currency} and cannot become {planned.order.currency}"
        return Standing("conflict", reason)
    if _older(revision, before):
        return Standing("stale", f"revision {revision} is older than {before}")
    if planned.facts == known.facts and not planned.renew:
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


def settled(order: Order, known: Known | None) -> Order:
    """The order in the language and the time zone that were said first: a customer is not answered
    in another one halfway. The very same object where nothing differs."""
    if known is None:
        return order
    locale, zone = known.locale or order.locale, known.time_zone or order.time_zone
    if (locale, zone) == (order.locale, order.time_zone):
        return order
    return msgspec.structs.replace(order, locale=locale, time_zone=zone)


def references(order: Order) -> frozenset[str]:
    """The ids of its payments where they are paid, by which amendments may find it."""
    if not order.payments:
        return frozenset()
    return frozenset(part.reference for part in order.payments if part.reference)


_PROGRESS = (None, "failed", "pending", "voided", "authorized", "partially_paid", "paid")
_RETURNED = ("partially_refunded", "refunded")


def stamped(news: Amendment, received_at: datetime) -> Amendment:
    """The amendment with a time: when it came, where it does not say when it was so."""
    return news if news.at is not None else msgspec.structs.replace(news, at=received_at)


def in_order(amendments: Iterable[Amendment]) -> list[Amendment]:
    """Amendments, each with its time, in the order in which they were so, whenever they came. Of
    one moment (shops tell seconds) the payment that is further on is the later one."""
    return sorted(amendments, key=_moment)


def _moment(news: Amendment) -> tuple[datetime | None, int, bytes]:
    stages = (*_PROGRESS, *_RETURNED)
    return news.at, stages.index(news.payment), msgspec.json.encode(news)


def same(one: Order, two: Order) -> bool:
    """Whether two orders say the same, whatever their revisions and times of change."""
    return _timeless(one) == _timeless(two)


def _timeless(order: Order) -> Order:
    return msgspec.structs.replace(order, revision=None, updated_at=None)


def no_plan(order: Order) -> Planned:
    """The plan of a store that takes nothing in: there is none. Raises StoreError."""
    raise StoreError(f"order {order.id}: this store was opened without a plan")


def readable_now(arrival: Arrival, kept: str) -> bool:
    """Whether content that came before and could not be used then has an order in it now."""
    brings = arrival.planned or arrival.amendments or arrival.pointers
    return kept in ("rejected", "ignored") and bool(brings)


def _older(revision: int | None, before: int | None) -> bool:
    return revision is not None and before is not None and revision < before
