"""The confirmation follows the order's facts, inside the transaction that changes them."""

from typing import Any

from twofifty import sql
from twofifty.adapters.relational.messages import Event, NewMessage, create, key_of, move
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.relational.state import Where
from twofifty.intake.ports import Planned
from twofifty.notice.plan import Change, Create, Move, Replace, Told, change, latest
from twofifty.order.model import Order

Q = sql.load("intake")


def confirmations(db: Database, order_row: int) -> list[Told]:
    """What the customer has been told, the oldest first."""
    rows = db.execute(Q["told"], {"order_id": order_row}).fetchall()
    return [_told(row) for row in rows]


def follow(db: Database, planned: Planned, where: Where, told: list[Told]) -> None:
    """Creates, moves or replaces the order's confirmation as `planned` decides."""
    _carry_out(db, planned, where, change(latest(told), planned.decision))


def _told(row: tuple[Any, ...]) -> Told:
    identity, status, recipient, *marks, code = row
    dotted, composed, by_hand, resent = (bool(mark) for mark in marks)
    return Told(identity, status, recipient, dotted, composed, by_hand, resent, code)


def _carry_out(db: Database, planned: Planned, where: Where, wanted: Change) -> None:
    if isinstance(wanted, Replace):
        _carry_out(db, planned, where, wanted.superseded)
        _carry_out(db, planned, where, wanted.create)
    elif isinstance(wanted, Move):
        cause = wanted.code or "planned"
        move(db, wanted.message_id, Event(wanted.status, cause, wanted.reason or ""), where.at)
    elif isinstance(wanted, Create):
        create(db, new_confirmation(planned.order, wanted, where), where.at)


def new_confirmation(order: Order, wanted: Create, where: Where) -> NewMessage:
    """An order's confirmation, to be created."""
    return NewMessage(
        key=key_of(order, "confirmation", wanted.recipient),
        recipient=wanted.recipient,
        order_row=where.order_row,
        status=wanted.status,
        cause=wanted.code or "planned",
        text=wanted.reason or "the order is confirmable",
        code=wanted.code,
        reason=wanted.reason,
        by_hand=wanted.by_hand,
        event=where.event,
    )
