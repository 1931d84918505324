"""What the world says of messages: kept for ever, found its message, applied."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.hearing import Of, consequences, hear, kept_of, of_seq
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.adapters.relational.suppress import Place, folded
from twofifty.clock import Clock
from twofifty.track.feedback import Feedback
from twofifty.track.judgement import (
    INBOUND,
    LEAST_ID,
    LOOKS,
    STRANGE,
    Heard,
    is_believed,
    is_named,
    key_of,
    own_id_of,
    sound,
    when,
)
from twofifty.track.model import Silence, Taken
from twofifty.track.moments import instant

Q = sql.load("reports")

REMEMBERED = 14 * 86_400.0
"""How long a message is found by what the next hop called it."""


class _Batch(msgspec.Struct, frozen=True):
    """What came together. `raw` is packed."""

    origin: str
    raw: bytes
    now: float


class SqlReports:
    """`track.ports.Reports` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, codec: Codec, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._codec = codec
        self._clock = clock

    async def take(self, origin: str, news: Sequence[Feedback], raw: bytes) -> Taken:
        """See `track.ports.Reports`."""
        batch = _Batch(origin, self._codec.pack(raw), self._clock.seconds())
        said = [sound(one) for one in news]
        return await self._writer.run(lambda db: _take(db, batch, said))

    async def of(self, message_id: str) -> Sequence[Feedback] | None:
        """See `track.ports.Reports`."""
        return await self._reader.run(lambda db: _of(db, message_id))

    async def silence(self) -> Silence:
        """See `track.ports.Reports`."""
        return await self._reader.run(_silence)


def _take(db: Database, batch: _Batch, news: Sequence[Feedback]) -> Taken:
    fresh = {key_of(one): one for one in reversed(news)}
    fresh = {key: one for key, one in reversed(fresh.items()) if not _known(db, batch, key)}
    counts = Counter(known=len(news) - len(fresh))
    body = _keep_body(db, batch) if fresh else 0
    for key, one in fresh.items():
        counts += _heard(db, (batch, body), key, one)
    return Taken(**counts)


def _known(db: Database, batch: _Batch, key: str) -> bool:
    return db.execute(Q["is_known"], {"origin": batch.origin, "key": key}).fetchone() is not None


def _keep_body(db: Database, batch: _Batch) -> int:
    row = {"origin": batch.origin, "received_at": batch.now, "body": batch.raw}
    return int(db.execute(Q["keep_body"], row).fetchone()[0])


def _heard(db: Database, came: tuple[_Batch, int], key: str, news: Feedback) -> Counter[str]:
    batch, _ = came
    message = _message_of(db, batch, news)
    at = when(news, message.created_at if message else 0.0, batch.now)
    said = message is None or _says_nothing_new(db, message, news)
    _keep(db, came, (key, message), Heard(news, at), said)
    if message is not None:
        return Counter(kept=1) + (Counter() if said else hear(db, message.seq, batch.now))
    counts = Counter(kept=1, strange=1)
    if batch.origin != INBOUND and news.type in ("complained", "unsubscribed", "subscribed"):
        place = Place("email", folded(news.recipient))
        counts += consequences(db, place, None, Heard(news, at), batch.now)
    return counts


def _says_nothing_new(db: Database, message: Of, news: Feedback) -> bool:
    """A mail may be looked at for ever: what is the tenth look at it is not weighed again."""
    if news.type not in LOOKS:
        return False
    if news.machine:
        return True
    row = {"seq": message.seq, "type": news.type}
    return message.status == "delivered" and db.execute(Q["looked"], row).fetchone() is not None


def _keep(
    db: Database,
    came: tuple[_Batch, int],
    of: tuple[str, Of | None],
    heard: Heard,
    applied: bool,
) -> None:
    (batch, body), (key, message), news = came, of, heard.news
    row = msgspec.structs.asdict(news) | {
        "body": body,
        "origin": batch.origin,
        "key": key,
        "received_at": batch.now,
        "at": heard.at,
        "said_at": None if news.at is None else news.at.timestamp(),
        "provider_id": news.message_id,
        "message": message.seq if message else None,
        "channel": message.channel if message else "email",
        "address": folded(message.recipient if message else news.recipient),
        "applied": applied,
    }
    db.execute(Q["keep"], row)


def _message_of(db: Database, batch: _Batch, news: Feedback) -> Of | None:
    """The message that it is about: by our id, by its Message-ID, else by what the next hop said
    when it took it; that is no secret, so that no mail that comes in is believed by it."""
    if news.type in STRANGE:
        return None
    seq = _one(db, "seq_of_id", {"id": own_id_of(news)})
    seq = seq or _one(db, "seq_of_rfc_id", {"rfc_id": (news.message_id or "").strip("<>")})
    if seq is None and batch.origin != INBOUND:
        seq = _by_reply(db, news, batch.now)
    message = None if seq is None else of_seq(db, seq)
    if message is None or not is_believed(batch.origin, news, message.recipient):
        return None
    return message


def _by_reply(db: Database, news: Feedback, now: float) -> int | None:
    called = (news.message_id or "").strip("<>")
    if len(called) < LEAST_ID:
        return None
    asked: dict[str, str | float | None] = {"recipient": news.recipient.strip()}
    asked |= {"since": now - REMEMBERED, "provider_id": called}
    found = db.execute(Q["seq_of_reply"], asked)
    return next((int(seq) for seq, reply in found if is_named(reply, called)), None)


def _one(db: Database, query: str, row: dict[str, str | float | None]) -> int | None:
    found = db.execute(Q[query], row).fetchone()
    return None if found is None else int(found[0])


def _of(db: Database, message_id: str) -> Sequence[Feedback] | None:
    seq = _one(db, "seq_of_id", {"id": message_id})
    return None if seq is None else [kept.heard.news for kept in kept_of(db, seq)]


def _silence(db: Database) -> Silence:
    received_at, moves = db.execute(Q["last_heard"]).fetchone() or (None, 0)
    sent, since = db.execute(Q["sent_since"], {"moves": moves}).fetchone()
    return Silence(
        sent=sent,
        since=None if since is None else instant(since),
        last=None if received_at is None else instant(received_at),
    )
