"""What blocks an address and what heals it, and the tasks about it, in memory."""

from twofifty.adapters.memory.heard import Place, SuppressionRow, TaskRow, folded
from twofifty.adapters.memory.rows import MessageRow, Rows
from twofifty.notice.recipient import is_canary
from twofifty.notice.typo import suggestion
from twofifty.track.blocking import (
    HEALED,
    SOFT,
    UNSUBSCRIBED,
    Block,
    in_force,
    joined,
    said,
    too_soft,
)
from twofifty.track.judgement import INBOUND, bounce_class

BY_DELIVERY = "delivered"
BY_TIME = "time"


def blocked(rows: Rows, message: MessageRow, now: float) -> str:
    """Why nothing of its kind may go there, as `scope: cause`; empty if it may."""
    if is_canary(message.recipient):
        return ""
    found = [row.block for row in _of(rows, message.place()) if in_force(row.block.until, now)]
    return said(((one.scope, one.cause) for one in found), message.kind)


def suppress(rows: Rows, place: Place, block: Block, now: float) -> bool:
    """Blocks an address, or widens what blocks it for the same cause; whether that is new."""
    kept = rows.feedback.suppressions
    for row in _of(rows, place):
        if row.block.cause != block.cause:
            continue
        if in_force(row.block.until, now):
            row.block = joined(row.block, block)
            return False
        row.lifted_at, row.ended = row.block.until, BY_TIME
    kept.append(SuppressionRow(len(kept) + 1, place.channel, place.address, block))
    return True


def is_outdated(rows: Rows, place: Place, block: Block) -> bool:
    """Whether something newer says otherwise: a mail that arrived, a customer who subscribed again,
    a person who lifted it."""
    healed = 0.0
    if block.cause in HEALED:
        healed = _arrived_at(rows, place)
    elif block.cause == UNSUBSCRIBED:
        healed = _subscribed_at(rows, place)
    return block.at <= max(_lifted_at(rows, place, block.cause), healed)


def heal(rows: Rows, place: Place, at: float, now: float) -> int:
    """A mail arrived at `at`: ends what bounces of before had blocked, and the tasks about it."""
    for task in rows.feedback.tasks:
        if task.done_at is None and task.address == place.address and task.at <= at:
            task.done_at, task.how = now, BY_DELIVERY
    return sum(end(rows, place, cause, (at, now)) for cause in HEALED)


def end(rows: Rows, place: Place, cause: str, times: tuple[float, float]) -> int:
    """Ends what was blocked for a cause up to a time; `times`: that, and now."""
    at, now = times
    ended = [row for row in _of(rows, place) if row.block.cause == cause and row.block.at <= at]
    for row in ended:
        row.lifted_at, row.ended = now, BY_DELIVERY
    return len(ended)


def soft_block(rows: Rows, place: Place) -> Block | None:
    """What the soft bounces since the address last worked block together."""
    since = max(_lifted_at(rows, place, SOFT), _arrived_at(rows, place))
    first: dict[int | None, float] = {}
    for row in rows.feedback.rows:
        soft = row.heard.news.type == "bounced" and bounce_class(row.heard.news) == "soft"
        if row.message is None:
            continue
        if soft and (row.channel, row.address) == _at(place) and row.heard.at > since:
            first[row.message] = min(row.heard.at, first.get(row.message, row.heard.at))
    return too_soft(first.values())


def begin_task(rows: Rows, message: MessageRow, at: float) -> None:
    """Mail to an address came back: a person should find the right one. Once per order."""
    place, order = message.place(), message.order.planned.order
    if place.channel != "email" or is_canary(place.address):
        return
    mine = (place.address, order.source, order.id)
    for task in rows.feedback.tasks:
        if task.done_at is None and (task.address, task.source, task.order_id) == mine:
            task.at = max(task.at, at)
            return
    number = len(rows.feedback.tasks) + 1
    named = (order.source, order.id, order.number, message.id, place.address)
    rows.feedback.tasks.append(TaskRow(number, at, *named, suggestion(place.address)))


def finish_of_order(rows: Rows, message: MessageRow, what: tuple[str, str], now: float) -> None:
    """Whoever sends it to another address has found the right one."""
    (to, actor), order = what, message.order.planned.order
    mine = (folded(message.recipient), order.source, order.id)
    for task in rows.feedback.tasks:
        if task.done_at is None and (task.address, task.source, task.order_id) == mine:
            task.done_at, task.how, task.actor = now, f"sent to {to}", actor


def _at(place: Place) -> tuple[str, str]:
    return place.channel, place.address


def _of(rows: Rows, place: Place) -> list[SuppressionRow]:
    return [
        row
        for row in rows.feedback.suppressions
        if row.lifted_at is None and (row.channel, row.address) == _at(place)
    ]


def _lifted_at(rows: Rows, place: Place, cause: str) -> float:
    """When a person last said that the address works."""
    return max(
        (
            row.lifted_at or 0.0
            for row in rows.feedback.suppressions
            if (row.channel, row.address) == _at(place)
            and row.block.cause == cause
            and row.lifted_at is not None
            and row.ended is None
        ),
        default=0.0,
    )


def _arrived_at(rows: Rows, place: Place) -> float:
    return max(
        (
            row.heard.at
            for row in rows.feedback.rows
            if (row.channel, row.address) == _at(place)
            and row.heard.news.type == "delivered"
            and row.message is not None
        ),
        default=0.0,
    )


def _subscribed_at(rows: Rows, place: Place) -> float:
    return max(
        (
            row.heard.at
            for row in rows.feedback.rows
            if (row.channel, row.address) == _at(place)
            and row.heard.news.type == "subscribed"
            and (row.message is not None or row.origin != INBOUND)
        ),
        default=0.0,
    )
