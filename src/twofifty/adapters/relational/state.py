"""What the store knows of an order, beside how it is written: its row and its revisions."""

from datetime import datetime
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database
from twofifty.intake.ports import Planned
from twofifty.intake.standing import Standing
from twofifty.notice.policy import said
from twofifty.track.moments import instant

Q = sql.load("intake")


class Entry(msgspec.Struct, frozen=True):
    """The arrival that is being written: its event's row, and when it came."""

    event: int
    at: float
    strict: bool = False


class Applied(msgspec.Struct, frozen=True):
    """What one piece of news of an arrival came to. `order_row` None: no order has it yet.
    `order_id` where that is at hand."""

    order_row: int | None
    standing: Standing
    order_id: str | None = None


class Told(msgspec.Struct, frozen=True):
    """An order of an arrival as the shop says it, beside its packed bytes."""

    planned: Planned
    packed: bytes


class Where(msgspec.Struct, frozen=True):
    """The order whose messages follow its facts, when, and the event that brought them."""

    order_row: int
    at: float
    event: int


class Bodies(msgspec.Struct, frozen=True):
    """The packed bodies of a revision: as the shop said it, and as amended where that differs."""

    said: bytes | None = None
    amended: bytes | None = None


class State(msgspec.Struct, frozen=True):
    """An order's row: `revision`, `facts` and `said_at` (seconds) are of what the shop said of the
    whole; `payment` is how it stands, `amended` (0, 1) whether amendments lie over
    it. `locale` None: written before schema 2."""

    row: int
    revision: int | None
    facts: bytes
    payment: str | None
    currency: str
    locale: str | None
    time_zone: str | None
    said_at: float | None
    amended: int

    def moment(self) -> datetime | None:
        """`said_at` as the order's `updated_at`."""
        return None if self.said_at is None else instant(self.said_at)


class Written(msgspec.Struct, frozen=True):
    """An order to be written as `planned`; the rest is of what the shop said of the whole."""

    planned: Planned
    facts: bytes
    revision: int | None
    said_at: float | None
    amended: bool = False


def state_of(db: Database, source: str, order_id: str) -> State | None:
    """The order by what its shop calls it."""
    row = db.execute(Q["order_state"], {"source": source, "source_order_id": order_id}).fetchone()
    return None if row is None else State(*row)


def state_at(db: Database, order_row: int) -> State:
    """The order by its row."""
    return State(*db.execute(Q["state_by_id"], {"id": order_row}).fetchone())


def seconds(moment: datetime | None) -> float | None:
    """A time as rows have it."""
    return None if moment is None else moment.timestamp()


def insert_order(db: Database, written: Written, at: float) -> tuple[int, bool]:
    """A new order's row, and whether amendments came before it."""
    row, amended = db.execute(Q["insert_order"], order_row(written, at)).fetchone()
    return row, bool(amended)


def update_order(db: Database, written: Written, at: float, ids: tuple[int, int]) -> None:
    """A known order's row; `ids`: which, and the row of the revision that it stands at."""
    identity, revision_id = ids
    where = {"id": identity, "revision_id": revision_id}
    db.execute(Q["update_order"], order_row(written, at) | where)


def insert_revision(
    db: Database, entry: Entry, applied: Applied, planned: Planned, bodies: Bodies
) -> int:
    """What an arrival did to an order."""
    row = revision_row(entry, applied, planned, bodies)
    return int(db.execute(Q["insert_revision"], row).fetchone()[0])


def revision_row(
    entry: Entry, applied: Applied, planned: Planned, bodies: Bodies
) -> dict[str, Any]:
    """A row of `revisions`, all but its id."""
    row = {
        "order_id": applied.order_row,
        "event_id": entry.event,
        "at": entry.at,
        "revision": planned.order.revision,
        "outcome": applied.standing.outcome,
        "body": bodies.said,
        "amended": bodies.amended,
        **_plan_row(planned),
    }
    if applied.standing.reason:
        row["reason"] = applied.standing.reason
    return row


def point(db: Database, order_row: int, revision_id: int) -> None:
    """A new order stands as that revision says."""
    db.execute(Q["point_order"], {"id": order_row, "revision_id": revision_id})


def order_row(written: Written, at: float) -> dict[str, Any]:
    """A row of `orders`, all but its id and where it points to."""
    order, planned = written.planned.order, written.planned
    return {
        "source": order.source,
        "source_order_id": order.id,
        "number": order.number,
        "email": order.customer.email,
        "customer": order.customer.name,
        "currency": order.currency,
        "total": str(order.totals.total),
        "payment": order.state.payment,
        "placed_at": seconds(order.placed_at),
        "received_at": at,
        "updated_at": at,
        "revision": written.revision,
        "facts": written.facts,
        "difference": None if planned.difference == "0" else planned.difference,
        "said_at": written.said_at,
        "amended": written.amended,
        "locale": order.locale or "",
        "time_zone": order.time_zone or "",
        **_plan_row(planned),
    }


def _plan_row(planned: Planned) -> dict[str, str | None]:
    plan, code, reason = said(planned.decision)
    return {"plan": plan, "code": code, "reason": reason}
