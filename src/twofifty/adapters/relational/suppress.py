"""Suppressions inside a transaction: what blocks an address, what heals it, what a person does."""

from collections.abc import Iterable

import msgspec

from twofifty import sql
from twofifty.adapters.relational.ports import Database
from twofifty.notice.model import Kind
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

Q = sql.load("suppress")
T = sql.load("tasks")
BY_DELIVERY = "delivered"


class Place(msgspec.Struct, frozen=True):
    """An address in its channel, and the message that has news of it, where there is one."""

    channel: str
    address: str
    message: int | None = None
    order_row: int | None = None

    def where(self) -> dict[str, str]:
        """The place as queries want it."""
        return {"channel": self.channel, "address": self.address}


def folded(address: str) -> str:
    """An address as suppressions have it: letter case does not count."""
    return address.strip().lower()


def blocked(db: Database, place: Place, kind: Kind, now: float) -> str:
    """Why nothing of a kind may go there, as `scope: cause`; empty if it may."""
    if is_canary(place.address):
        return ""
    rows = db.execute(Q["blocking"], place.where()).fetchall()
    return said(((scope, cause) for scope, cause, until in rows if in_force(until, now)), kind)


def suppress(db: Database, place: Place, block: Block, now: float) -> bool:
    """Blocks an address, or widens what blocks it for the same cause; whether that is new."""
    row = db.execute(Q["standing"], place.where() | {"cause": block.cause}).fetchone()
    if row is not None:
        identity, scope, cause, at, until, text, actor = row
        if in_force(until, now):
            both = joined(Block(scope, cause, at, until, text, actor), block)
            db.execute(Q["widen"], {"id": identity, **msgspec.structs.asdict(both)})
            return False
        db.execute(Q["run_out"], {"id": identity})
    new = {**place.where(), **msgspec.structs.asdict(block), "message": place.message}
    db.execute(Q["suppress"], new)
    return True


def is_outdated(db: Database, place: Place, block: Block) -> bool:
    """Whether something newer says otherwise: a mail that arrived, a customer who subscribed again,
    a person who lifted it."""
    return block.at <= max(_lifted_at(db, place, block.cause), _healed_at(db, place, block.cause))


def _healed_at(db: Database, place: Place, cause: str) -> float:
    """When the world last said the opposite of what blocks for that cause."""
    if cause in HEALED:
        return _arrived_at(db, place)
    if cause != UNSUBSCRIBED:
        return 0.0
    (at,) = db.execute(Q["last_subscribed"], place.where()).fetchone()
    return float(at or 0.0)


def heal(db: Database, place: Place, at: float, now: float) -> int:
    """A mail arrived at `at`: ends what bounces of before had blocked, what soft ones of before and
    after it block no more together, and the tasks about it; how many blocks."""
    done = {"address": place.address, "at": at, "now": now, "how": BY_DELIVERY, "actor": ""}
    db.execute(T["finish_of_address"], done)
    if not db.execute(Q["blocking"], place.where()).fetchall():
        return 0
    freed = sum(end(db, place, cause, (at, now)) for cause in HEALED)
    if soft_block(db, place) is None:
        freed += end(db, place, SOFT, (now, now))
    return freed


def end(db: Database, place: Place, cause: str, times: tuple[float, float]) -> int:
    """Ends what was blocked for a cause up to a time; `times`: that, and now."""
    at, now = times
    row = {**place.where(), "cause": cause, "at": at, "now": now, "by": BY_DELIVERY}
    return db.execute(Q["heal"], row).rowcount


def soft_block(db: Database, place: Place) -> Block | None:
    """What the soft bounces since the address last worked block together."""
    since = max(_lifted_at(db, place, SOFT), _arrived_at(db, place))
    rows = db.execute(Q["soft"], place.where() | {"since": since}).fetchall()
    return too_soft(_first_of_each(rows))


def _first_of_each(rows: Iterable[tuple[int, float]]) -> list[float]:
    """Of several bounces of one message the first."""
    found: dict[int, float] = {}
    for message, at in rows:
        found[message] = min(at, found.get(message, at))
    return list(found.values())


def begin_task(db: Database, place: Place, at: float) -> None:
    """Mail to an address came back: a person should find the right one. Once per order."""
    if place.channel != "email" or place.message is None or is_canary(place.address):
        return
    row = {"address": place.address, "order_id": place.order_row, "at": at}
    if db.execute(T["renew"], row).rowcount == 0:
        meant = {"message": place.message, "suggestion": suggestion(place.address)}
        db.execute(T["begin"], row | meant)


def _lifted_at(db: Database, place: Place, cause: str) -> float:
    """When a person last said that the address works."""
    (at,) = db.execute(Q["last_lifted"], place.where() | {"cause": cause}).fetchone()
    return float(at or 0.0)


def _arrived_at(db: Database, place: Place) -> float:
    (at,) = db.execute(Q["last_delivered"], place.where()).fetchone()
    return float(at or 0.0)
