"""An order with the news of its parts laid over what the shop said of the whole."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from twofifty.order.events import Amendment
from twofifty.order.model import Order, Parcel, Refund, State, Totals

_Part = TypeVar("_Part", Parcel, Refund)


def amended(order: Order, amendments: Iterable[Amendment]) -> Order:
    """`order` after all `amendments`, in the order in which they happened, not in which they came.

    An amendment from before the order's own last change adds what the order does not have, and says
    nothing of the rest any more. Parcels and refunds are known by their ids, so that the same one
    twice changes nothing. Where the order says when it changed, it changed with the last of them.
    """
    in_time = sorted(amendments, key=_when)
    older = [news for news in in_time if _older(order, news)]
    refunds = _together(*(news.refunds for news in older))
    parcels = _together(*(news.parcels for news in older))
    found = msgspec.structs.replace(
        order,
        state=_filled(order.state, older),
        refunds=_together(order.refunds, _others(refunds, order.refunds)),
        parcels=_together(order.parcels, _others(parcels, order.parcels)),
    )
    for news in in_time:
        found = _amended(found, news)
    return msgspec.structs.replace(
        found, totals=_totals(found, in_time), updated_at=_changed(order.updated_at, in_time)
    )


def _filled(state: State, older: list[Amendment]) -> State:
    """The order's own state, with what older news says where it says nothing."""
    before = State()
    for news in older:
        before = _state(before, news)
    return msgspec.structs.replace(
        state,
        payment=state.payment or before.payment,
        fulfillment=state.fulfillment or before.fulfillment,
        cancelled_at=state.cancelled_at or before.cancelled_at,
    )


def _when(news: Amendment) -> datetime:
    return news.at or datetime.min.replace(tzinfo=UTC)


def _amended(order: Order, news: Amendment) -> Order:
    if _older(order, news):
        return order
    return msgspec.structs.replace(
        order,
        state=_state(order.state, news),
        refunds=_together(order.refunds, news.refunds),
        parcels=_together(order.parcels, news.parcels),
    )


def _changed(stated: datetime | None, amendments: list[Amendment]) -> datetime | None:
    if stated is None:
        return None
    return max([stated, *(news.at for news in amendments if news.at is not None)])


def _older(order: Order, news: Amendment) -> bool:
    known, said = order.updated_at, news.at
    return known is not None and said is not None and said < known


def _state(state: State, news: Amendment) -> State:
    return msgspec.structs.replace(
        state,
        payment=news.payment or state.payment,
        fulfillment=news.fulfillment or state.fulfillment,
        cancelled_at=news.cancelled_at or state.cancelled_at,
    )


def _totals(order: Order, amendments: list[Amendment]) -> Totals:
    """What went back: the most that the shop or its single refunds say, for each may lag behind."""
    single = sum((each.amount for each in order.refunds), Decimal(0)) if order.refunds else None
    said = [order.totals.refunded, single, *(news.refunded for news in amendments)]
    most = max((each for each in said if each is not None), default=None)
    return msgspec.structs.replace(order.totals, refunded=most)


def _together(*parts: tuple[_Part, ...]) -> tuple[_Part, ...]:
    """All of them, each id once, as it was said last."""
    return tuple({each.id: each for some in parts for each in some}.values())


def _others(parts: tuple[_Part, ...], known: tuple[_Part, ...]) -> tuple[_Part, ...]:
    ids = {each.id for each in known}
    return tuple(each for each in parts if each.id not in ids)
