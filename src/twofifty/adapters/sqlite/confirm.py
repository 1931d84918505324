"""The confirmation follows the order's facts, inside the transaction that changes them."""

import sqlite3
from typing import Any

from twofifty import sql
from twofifty.adapters.sqlite.messages import Event, NewMessage, create, key_of, move
from twofifty.intake.ports import Planned
from twofifty.notice.plan import Change, Create, Move, Replace, Told, change, latest
from twofifty.order.model import Order

Q = sql.load("intake")


def confirmations(db: sqlite3.Connection, order_row: int) -> list[Told]:
    """What the customer has been told, the oldest first."""
    rows = db.execute(Q["told"], {"order_id": order_row}).fetchall()
    return [_told(row) for row in rows]


def follow(
    db: sqlite3.Connection, planned: Planned, where: tuple[int, float], told: list[Told]
) -> None:
    """Creates, moves or replaces the order's confirmation as `planned` decides; `where`: the
    order's row, and when."""
    order_row, at = where
    _carry_out(db, planned, order_row, (change(latest(told), planned.decision), at))


def _told(row: tuple[Any, ...]) -> Told:
    identity, status, recipient, *marks, code = row
    dotted, composed, by_hand, resent = (bool(mark) for mark in marks)
    return Told(identity, status, recipient, dotted, composed, by_hand, resent, code)


def _carry_out(
    db: sqlite3.Connection, planned: Planned, order_row: int, what: tuple[Change, float]
) -> None:
    wanted, at = what
    if isinstance(wanted, Replace):
        _carry_out(db, planned, order_row, (wanted.superseded, at))
        _carry_out(db, planned, order_row, (wanted.create, at))
    elif isinstance(wanted, Move):
        cause = wanted.code or "planned"
        move(db, wanted.message_id, Event(wanted.status, cause, wanted.reason or ""), at)
    elif isinstance(wanted, Create):
        create(db, _new_message(planned.order, wanted, order_row), at)


def _new_message(order: Order, wanted: Create, order_row: int) -> NewMessage:
    return NewMessage(
        key=key_of(order.source, order.id, "confirmation", wanted.recipient),
        recipient=wanted.recipient,
        order_row=order_row,
        status=wanted.status,
        cause=wanted.code or "planned",
        text=wanted.reason or "the order is confirmable",
        code=wanted.code,
        reason=wanted.reason,
        by_hand=wanted.by_hand,
    )
