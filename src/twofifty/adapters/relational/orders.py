"""An order of an arrival inside its transaction: what the shop said of the whole, with the
amendments that are known laid over it."""

from collections.abc import Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.amendments import (
    Lying,
    keep,
    lying_over,
    note,
    orders_of,
    refer,
    settle,
)
from twofifty.adapters.relational.beside import Stands, tidy
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.confirm import confirmations, follow
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.relational.state import (
    Applied,
    Bodies,
    Entry,
    State,
    Told,
    Where,
    Written,
    insert_order,
    insert_revision,
    point,
    seconds,
    state_at,
    state_of,
    update_order,
)
from twofifty.adapters.relational.story import follow_up
from twofifty.intake.ports import Planned
from twofifty.intake.standing import (
    NO_ORDER_YET,
    Known,
    Plan,
    Standing,
    in_order,
    same,
    settled,
    stamped,
    standing,
)
from twofifty.notice.policy import Owe
from twofifty.order import wire
from twofifty.order.amend import amended
from twofifty.order.events import Amendment
from twofifty.order.model import Order
from twofifty.track.moments import instant

Q = sql.load("intake")
A = sql.load("amend")

APPLIED = Standing("applied")
UNCHANGED = Standing("unchanged")


class _Place(msgspec.Struct, frozen=True):
    """An order's row with what lies over it. `new`: just inserted, as told."""

    row: int
    lying: Sequence[Lying]
    new: bool = False


class Orders:
    """Writes orders. `plan` decides for those that the ledger itself changed."""

    def __init__(self, codec: Codec, plan: Plan) -> None:
        self._codec = codec
        self._plan = plan

    def apply(self, db: Database, entry: Entry, told: Told) -> Applied:
        """What the shop says of a whole order."""
        order = told.planned.order
        state = state_of(db, order.source, order.id)
        return self._first(db, entry, told) if state is None else self._next(db, entry, told, state)

    def amend(self, db: Database, entry: Entry, news: Amendment) -> list[Applied]:
        """What the shop says of a part of an order; of several, where they share a payment."""
        rows = orders_of(db, news)
        keep(db, self._codec, entry, stamped(news, instant(entry.at)), waits=not rows)
        if not rows:
            return [Applied(None, NO_ORDER_YET)]
        return [self._amend(db, entry, row) for row in rows]

    def _first(self, db: Database, entry: Entry, told: Told) -> Applied:
        order_row, amended_before = insert_order(db, written(told, told.planned), entry.at)
        referred = refer(db, order_row, told.planned.order)
        lying = lying_over(db, self._codec, order_row) if amended_before or referred else []
        return self._news(db, entry, told, _Place(order_row, lying, new=True))

    def _next(self, db: Database, entry: Entry, told: Told, state: State) -> Applied:
        known = self._known(db, state)
        told = self._settled(told, known)
        found = standing(told.planned, known, strict=entry.strict)
        applied = Applied(state.row, found, told.planned.order.id)
        if found.outcome == "conflict":
            return _noted(db, entry, told, applied)
        newly = refer(db, state.row, told.planned.order)
        if found.outcome == "applied":
            lying = lying_over(db, self._codec, state.row) if state.amended or newly else []
            return self._news(db, entry, told, _Place(state.row, lying))
        if found.outcome == "unchanged":
            state = _renewed(db, state, told.planned.order)
        relaid = newly or (state.amended and found.outcome == "unchanged")
        if relaid and self._lay(db, entry, state).outcome == "applied":
            return Applied(state.row, APPLIED)
        return _noted(db, entry, told, applied)

    def _news(self, db: Database, entry: Entry, told: Told, place: _Place) -> Applied:
        applied = Applied(place.row, APPLIED, told.planned.order.id)
        stands, bodies = self._over(told, place.lying) if place.lying else _as_told(told)
        revision = insert_revision(db, entry, applied, stands, bodies)
        if place.new and not place.lying:
            point(db, place.row, revision)
        else:
            changed = written(told, stands, place.lying)
            update_order(db, changed, entry.at, (place.row, revision))
        where = Where(place.row, entry.at, entry.event)
        follow(db, stands, where, [] if place.new else confirmations(db, place.row))
        if not place.new:
            follow_up(db, self._codec, stands, where)
            tidy(db, place.row, _stands(stands), entry.at)
        if place.lying:
            settle(db, entry.at, place.lying, place.row)
        return applied

    def _over(self, told: Told, lying: Sequence[Lying]) -> tuple[Planned, Bodies]:
        """What the shop says with what lies over it."""
        order = amended(told.planned.order, in_order(one.news for one in lying))
        if same(order, told.planned.order):
            return _as_told(told)
        stands = self._plan(order)
        return stands, Bodies(told.packed, self._codec.pack(stands.encoded))

    def _amend(self, db: Database, entry: Entry, order_row: int) -> Applied:
        found = self._lay(db, entry, state_at(db, order_row))
        if found.outcome == "unchanged":
            note(db, entry.event, order_row, (entry.at, "unchanged", None))
        return Applied(order_row, found)

    def _lay(self, db: Database, entry: Entry, state: State) -> Standing:
        """Lays all amendments over what the shop said last of the whole."""
        lying = lying_over(db, self._codec, state.row)
        if not lying:
            return UNCHANGED
        settle(db, entry.at, lying, state.row)
        said = self._said(db, state)
        order = amended(said, in_order(one.news for one in lying))
        (stands,) = db.execute(A["standing_body"], {"id": state.row}).fetchone()
        if same(order, self._order(stands)):
            db.execute(A["mark_amended"], {"id": state.row})
            return UNCHANGED
        planned = self._plan(order)
        bodies = Bodies(amended=self._codec.pack(planned.encoded))
        revision = insert_revision(db, entry, Applied(state.row, APPLIED), planned, bodies)
        laid = Written(planned, state.facts, state.revision, seconds(said.updated_at), True)
        update_order(db, laid, entry.at, (state.row, revision))
        where = Where(state.row, entry.at, entry.event)
        follow(db, planned, where, confirmations(db, state.row))
        follow_up(db, self._codec, planned, where)
        tidy(db, state.row, _stands(planned), entry.at)
        return APPLIED

    def _known(self, db: Database, state: State) -> Known:
        """From the row alone, as long as that says what the shop said."""
        known = Known(
            state.revision,
            state.facts,
            state.payment,
            state.currency,
            state.locale,
            state.time_zone,
        )
        if state.locale is not None and not state.amended:
            return known
        said = self._said(db, state)
        return msgspec.structs.replace(
            known, payment=said.state.payment, locale=said.locale, time_zone=said.time_zone
        )

    def _settled(self, told: Told, known: Known) -> Told:
        order = settled(told.planned.order, known)
        if order is told.planned.order:
            return told
        planned = self._plan(order)
        return Told(planned, self._codec.pack(planned.encoded))

    def _said(self, db: Database, state: State) -> Order:
        """The whole order as the shop said it last, at the revision and time that it said last."""
        (body,) = db.execute(A["said_body"], {"id": state.row}).fetchone()
        order = self._order(body)
        return msgspec.structs.replace(
            order, revision=state.revision, updated_at=state.moment() or order.updated_at
        )

    def _order(self, packed: bytes) -> Order:
        return wire.decode(self._codec.unpack(packed))


def _stands(planned: Planned) -> Stands:
    cancelled = planned.order.state.cancelled_at is not None
    return Stands(isinstance(planned.decision, Owe), cancelled)


def _as_told(told: Told) -> tuple[Planned, Bodies]:
    return told.planned, Bodies(told.packed)


def written(told: Told, stands: Planned, lying: Sequence[Lying] = ()) -> Written:
    """How an order is to be written that was told so, and `stands` so with what lies over it."""
    order = told.planned.order
    moment = seconds(order.updated_at)
    return Written(stands, told.planned.facts, order.revision, moment, bool(lying))


def _renewed(db: Database, state: State, order: Order) -> State:
    """The shop said the same again: at this revision, and at the later of both times."""
    revision = state.revision if order.revision is None else order.revision
    moments = [one for one in (state.said_at, seconds(order.updated_at)) if one is not None]
    renewed = msgspec.structs.replace(state, revision=revision, said_at=max(moments, default=None))
    if renewed != state:
        row = {"id": state.row, "revision": revision, "said_at": renewed.said_at}
        db.execute(Q["note_revision"], row)
    return renewed


def _noted(db: Database, entry: Entry, told: Told, applied: Applied) -> Applied:
    """An order that changed nothing, in the history."""
    insert_revision(db, entry, applied, told.planned, Bodies())
    return applied
