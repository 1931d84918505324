"""What the world says of messages, in memory."""

from collections import Counter
from collections.abc import Sequence

from twofifty.adapters.memory.heard import FeedbackRow, Place, folded
from twofifty.adapters.memory.hearing import consequences, hear
from twofifty.adapters.memory.rows import MessageRow, Rows
from twofifty.clock import Clock
from twofifty.notice.reach import MAIL
from twofifty.notice.recipient import is_canary
from twofifty.track.feedback import Feedback
from twofifty.track.judgement import (
    INBOUND,
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

REMEMBERED = 14 * 86_400.0


class MemoryReports:
    """`track.ports.Reports` in memory."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def take(self, origin: str, news: Sequence[Feedback], raw: bytes) -> Taken:
        """See `track.ports.Reports`."""
        now, kept = self._clock.seconds(), self._rows.feedback
        fresh: list[Feedback] = []
        for one in map(sound, news):
            key = (origin, key_of(one))
            if key not in kept.keys:
                kept.keys.add(key)
                fresh.append(one)
        if fresh:
            kept.bodies.append((origin, now, raw))
        counts = Counter(known=len(news) - len(fresh))
        for one in fresh:
            counts += self._heard(origin, one, now)
        return Taken(**counts)

    async def of(self, message_id: str) -> Sequence[Feedback] | None:
        """See `track.ports.Reports`."""
        message = self._rows.messages.get(message_id)
        if message is None:
            return None
        return [row.heard.news for row in self._rows.feedback.of(message.seq)]

    async def silence(self) -> Silence:
        """See `track.ports.Reports`."""
        bodies = self._rows.feedback.bodies
        last = bodies[-1][1] if bodies else None
        sent = sorted(
            moved.at
            for one in self._rows.messages.values()
            for moved in one.history
            if one.channel == MAIL
            and not is_canary(one.recipient)
            and moved.status == "sent"
            and moved.cause in ("accepted", "found")
            and (last is None or moved.at > last)
        )
        return Silence(
            sent=len(sent),
            since=instant(sent[0]) if sent else None,
            last=None if last is None else instant(last),
        )

    def _heard(self, origin: str, news: Feedback, now: float) -> Counter[str]:
        message = self._message_of(origin, news, now)
        at = when(news, message.created_at if message else 0.0, now)
        heard = Heard(news, at)
        if message is not None:
            place = message.place()
            row = FeedbackRow(heard, message.seq, place.channel, place.address, origin)
            self._rows.feedback.rows.append(row)
            return Counter(kept=1) + hear(self._rows, message, now)
        place = Place(MAIL, folded(news.recipient))
        row = FeedbackRow(heard, None, place.channel, place.address, origin, applied=True)
        self._rows.feedback.rows.append(row)
        counts = Counter(kept=1, strange=1)
        if origin != INBOUND and news.type in ("complained", "unsubscribed", "subscribed"):
            counts += consequences(self._rows, place, heard, now)
        return counts

    def _message_of(self, origin: str, news: Feedback, now: float) -> MessageRow | None:
        if news.type in STRANGE:
            return None
        found = self._rows.messages.get(own_id_of(news) or "") or self._named(news)
        if found is None and origin != INBOUND:
            found = self._by_reply(news, now)
        return found if found and is_believed(origin, news, found.recipient) else None

    def _named(self, news: Feedback) -> MessageRow | None:
        name = (news.message_id or "").strip("<>")
        rows = (row for row in self._rows.messages.values() if row.frozen)
        return next((row for row in rows if row.frozen and name == row.frozen.rfc_id), None)

    def _by_reply(self, news: Feedback, now: float) -> MessageRow | None:
        called, to = news.message_id or "", folded(news.recipient)
        found = (
            row
            for row in reversed(self._rows.messages.values())
            if folded(row.recipient) == to
            and (row.dot_at or 0.0) > now - REMEMBERED
            and row.channel == MAIL
            and is_named(row.taken_as, called)
        )
        return next(found, None)
