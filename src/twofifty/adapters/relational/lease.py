"""Taking what is due inside a transaction: a few queries for a whole batch, further ones only for
what is unusual: a message that follows another, a thread, an address that something is known of."""

from collections.abc import Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.hearing import hear_what_waits
from twofifty.adapters.relational.history import of_all, record_all
from twofifty.adapters.relational.messages import Event
from twofifty.adapters.relational.ports import Database, Pages
from twofifty.adapters.relational.story import before
from twofifty.adapters.relational.suppress import Place, blocked, folded
from twofifty.notice.model import Kind
from twofifty.notice.owed import tells_all
from twofifty.notice.reach import MAIL

Q = sql.load("outbox")
S = sql.load("story")
HOUR = 3_600.0


class Wanted(msgspec.Struct, frozen=True):
    """Up to `limit` messages due at `now`, for `owner`, who lives until `until`."""

    owner: str
    limit: int
    now: float
    until: float


class Taken(msgspec.Struct, frozen=True):
    """A job as it was leased, beside its message's row (of the query `leased`)."""

    message: int
    attempt: int
    doubt: int
    id: str
    kind: Kind
    recipient: str
    since: float
    doubts: int
    raw: bytes | None
    rfc_id: str | None
    source: str
    order_id: str
    order: bytes
    order_row: int
    notice: int
    facts: str
    root: int | None
    channel: str
    by_hand: int
    route: str | None
    marked: int
    dot_at: float | None


class Beside(msgspec.Struct, frozen=True):
    """What else is known of a message: why it is `blocked`, how much went to its address of late
    (`recent`), the order as it was told of `before`, compressed, and its thread's root."""

    blocked: str
    recent: int
    before: bytes | None
    root: str
    root_subject: str | None


def lease(db: Pages, wanted: Wanted) -> list[tuple[Taken, Beside]]:
    """Takes what is due, the longest due first."""
    db.execute(Q["beat"], {"owner": wanted.owner, "expires_at": wanted.until})
    if db.execute(Q["stopped"]).fetchone():
        return []
    hear_what_waits(db, wanted.now)
    jobs = _suspect(db, wanted)
    due = {"owner": wanted.owner, "now": wanted.now, "limit": wanted.limit - len(jobs)}
    jobs += db.execute(Q["lease"], due).fetchall()
    return started(db, jobs, wanted.now) if jobs else []


def _suspect(db: Database, wanted: Wanted) -> list[tuple[int, int, int]]:
    """What a dying worker had: one at a time, so that a poisonous one is soon alone with it."""
    if db.execute(Q["suspects_held"], {"owner": wanted.owner}).fetchone()[0]:
        return []
    found = db.execute(Q["lease_suspect"], {"owner": wanted.owner, "now": wanted.now})
    return found.fetchall()


def started(
    db: Pages, jobs: Sequence[tuple[int, int, int]], now: float
) -> list[tuple[Taken, Beside]]:
    """Begins the attempt at what was just leased: `jobs` as message, attempt, whether a doubt."""
    found = db.execute(Q["leased"], of_all(job[0] for job in jobs))
    rows = {row[0]: row[1:] for row in found}
    taken = [Taken(*job, *rows[job[0]]) for job in jobs]
    recent = _recent(db, taken, now)
    begun = [one for one in taken if not one.doubt]
    db.execute(Q["start_attempts"], of_all(one.message for one in begun) | {"at": now})
    leased = ((one.message, now, _leased(one)) for one in begun)
    record_all(db, leased)
    return [(one, beside(db, one, recent[one.message], now)) for one in taken]


def _leased(one: Taken) -> Event:
    return Event("sending", "leased", attempt=one.attempt)


def beside(db: Database, one: Taken, recent: int, now: float) -> Beside:
    """What else is known of a message now."""
    root, subject = one.id, None
    if one.root is not None:
        root, subject = db.execute(Q["root"], {"seq": one.root}).fetchone()
    return Beside(
        blocked=_blocked(db, one, now) if one.marked else "",
        recent=recent,
        before=None if one.kind == "confirmation" else _told(db, one),
        root=root,
        root_subject=subject,
    )


def _blocked(db: Database, one: Taken, now: float) -> str:
    return blocked(db, Place(one.channel, folded(one.recipient)), one.kind, now)


def _recent(db: Database, taken: Sequence[Taken], now: float) -> dict[int, int]:
    """How much left for the address of each or is about to, what the same lease took before it
    among it. Each address is counted once, however much of the lease goes there: who is flooded
    would slow all others down."""
    to = {one.message: (one.channel, folded(one.recipient)) for one in taken}
    firsts = {place: message for message, place in reversed(to.items())}
    asked = of_all(firsts.values()) | {"since": now - HOUR}
    counts = dict(db.execute(Q["recent"], asked).fetchall())
    seen = {place: int(counts[message]) for place, message in firsts.items()}
    found = {}
    for message, place in to.items():
        found[message] = seen[place]
        seen[place] += 1
    return found


def _told(db: Database, one: Taken) -> bytes | None:
    """The order as the customer was told of it before this notice."""
    revision = before(db, _mail(db, one), tells_all(one.kind, one.facts))
    if revision is None:
        return None
    (body,) = db.execute(S["revision_body"], {"id": revision}).fetchone()
    return bytes(body)


def _mail(db: Database, one: Taken) -> tuple[int, int, str]:
    """Of what tells the same by another channel the mail that it stands beside: its order's row,
    its notice's, and its address."""
    if one.channel == MAIL:
        return one.order_row, one.notice, one.recipient
    asked = {"order_id": one.order_row, "kind": one.kind, "facts": one.facts}
    found = db.execute(S["mail_beside"], asked).fetchone()
    return (one.order_row, *(found or (one.notice, one.recipient)))
