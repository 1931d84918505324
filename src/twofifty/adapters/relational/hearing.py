"""What becomes of a message by what is said of it, inside a transaction: its status, its history,
and the addresses that are blocked or healed. Why: `track.judgement` and `track.blocking`."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.messages import Event, record
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.relational.reached import reached
from twofifty.adapters.relational.suppress import (
    Place,
    begin_task,
    end,
    folded,
    heal,
    is_outdated,
    soft_block,
    suppress,
)
from twofifty.notice.model import Kind, Status
from twofifty.notice.recipient import is_canary
from twofifty.track.blocking import HARD, UNSUBSCRIBED, Block, block, in_force
from twofifty.track.feedback import Feedback
from twofifty.track.judgement import Heard, Judged, bounce_class, is_entered, judged, waits
from twofifty.track.moments import instant

Q = sql.load("reports")
M = sql.load("message")


class Of(msgspec.Struct, frozen=True):
    """A message that there is news of."""

    seq: int
    id: str
    status: Status
    kind: Kind
    channel: str
    recipient: str
    order_row: int
    created_at: float
    dots: int
    code: str | None
    reason: str | None
    reach: str | None

    def place(self) -> Place:
        """Where it goes."""
        return Place(self.channel, folded(self.recipient), self.seq, self.order_row)


class Kept(msgspec.Struct, frozen=True):
    """A piece of news as it was kept."""

    heard: Heard
    applied: bool


def of_seq(db: Database, seq: int) -> Of:
    """The message with that row."""
    return Of(*db.execute(Q["message"], {"seq": seq}).fetchone())


def kept_of(db: Database, seq: int) -> list[Kept]:
    """All news of a message, as they came."""
    rows = db.execute(Q["of_message"], {"seq": seq}).fetchall()
    return [_kept(row) for _, *row in sorted(rows)]


def _kept(row: list[Any]) -> Kept:
    kind, recipient, provider_id, said_at, reject_reason, bounce, own_id, event_id, *rest = row
    code, enhanced, text, machine, url, at, applied = rest
    news = Feedback(
        type=kind,
        recipient=recipient,
        message_id=provider_id,
        at=None if said_at is None else instant(said_at),
        reject_reason=reject_reason,
        bounce=bounce,
        own_id=own_id,
        event_id=event_id,
        code=code,
        enhanced=enhanced,
        text=text,
        machine=bool(machine),
        url=url,
    )
    return Kept(Heard(news, at), bool(applied))


def hear(db: Database, seq: int, now: float) -> Counter[str]:
    """Applies what waits of a message, unless it has to wait on. Counts what `Taken` counts."""
    message = of_seq(db, seq)
    if waits(message.status, dotted=message.dots > 0):
        return Counter()
    kept = kept_of(db, seq)
    fresh = [one.heard for one in kept if not one.applied]
    if not fresh:
        return Counter()
    found = judged(message.status, [one.heard for one in kept], dotted=message.dots > 0)
    moved = found is not None and _move(db, message, found, now)
    _enter(db, message, (kept, found if moved else None), now)
    db.execute(Q["applied"], {"seq": seq})
    counts = Counter(moved=int(moved))
    for one in fresh:
        counts += consequences(db, message.place(), message.kind, one, now)
    return counts


def hear_what_waits(db: Database, now: float) -> None:
    """Applies what waited until its message was settled, however that came about."""
    for (message,) in db.execute(Q["waiting"]).fetchall():
        hear(db, message, now)


def _move(db: Database, message: Of, found: Judged, now: float) -> bool:
    """Whether the message stands otherwise than before."""
    stood = (message.status, message.code, message.reason)
    if found.status == message.status and (
        found.status != "bounced" or stood == (found.status, found.code, found.reason)
    ):
        return False
    row = {"seq": message.seq, "status": found.status, "now": now}
    db.execute(Q["hear"], row | {"code": found.code, "reason": found.reason})
    db.execute(M["drop_job"], {"message": message.seq})
    record(db, message.seq, _event(found.status, found.heard.news), now)
    if found.status == "delivered" and (message.reach == "escalated" or message.channel != "email"):
        reached(db, message.seq, message.kind, message.channel, now)
    return True


def _enter(
    db: Database, message: Of, what: tuple[Sequence[Kept], Judged | None], now: float
) -> None:
    """Enters what moved nothing; `what`: all news, and what moved the message."""
    kept, found = what
    status = message.status if found is None else found.status
    before: list[Feedback] = [one.heard.news for one in kept if one.applied]
    for one in kept:
        if one.applied:
            continue
        news = one.heard.news
        if (found is None or one.heard != found.heard) and is_entered(news, before):
            record(db, message.seq, _event(status, news), now)
        before.append(news)


def _event(status: Status, news: Feedback) -> Event:
    return Event(status, news.type, news.text, news.code, news.enhanced)


def consequences(
    db: Database, place: Place, kind: Kind | None, heard: Heard, now: float
) -> Counter[str]:
    """What a piece of news says of the address itself. Counts `suppressed` and `freed`."""
    news, at = heard.news, heard.at
    if not place.address or is_canary(place.address):
        return Counter()
    if news.type == "delivered":
        return Counter(freed=heal(db, place, at, now))
    if news.type == "subscribed":
        return Counter(freed=end(db, place, UNSUBSCRIBED, (at, now)))
    if bounce_class(news) == "soft":
        softly = soft_block(db, place)
        return Counter() if softly is None else _block(db, place, softly, now)
    found = block(news, kind, at)
    return Counter() if found is None else _block(db, place, found, now)


def _block(db: Database, place: Place, found: Block, now: float) -> Counter[str]:
    if not in_force(found.until, now) or is_outdated(db, place, found):
        return Counter()
    if found.cause == HARD:
        begin_task(db, place, found.at)
    return Counter(suppressed=int(suppress(db, place, found, now)))


def refused(db: Database, seq: int, found: Block, now: float) -> None:
    """The next hop itself said that there is no such address."""
    place = of_seq(db, seq).place()
    if not is_canary(place.address):
        _block(db, place, found, now)


def missed(db: Database, seq: int, now: float) -> None:
    """A message was not sent because its address came back before: somebody should look."""
    begin_task(db, of_seq(db, seq).place(), now)
