"""What becomes of a message by what is said of it, in memory."""

from collections import Counter

from twofifty.adapters.memory.heard import FeedbackRow, Place
from twofifty.adapters.memory.reached import reached
from twofifty.adapters.memory.rows import MessageRow, Rows, record
from twofifty.adapters.memory.suppress import (
    begin_task,
    end,
    heal,
    is_outdated,
    soft_block,
    suppress,
)
from twofifty.notice.model import Status
from twofifty.notice.reach import MAIL
from twofifty.notice.recipient import is_canary
from twofifty.track.blocking import HARD, SOFT, UNSUBSCRIBED, Block, block, in_force
from twofifty.track.feedback import Feedback
from twofifty.track.judgement import Heard, Judged, bounce_class, is_entered, judged, waits
from twofifty.track.moments import Moved


def hear(rows: Rows, message: MessageRow, now: float) -> Counter[str]:
    """Applies what waits of a message, unless it has to wait on. Counts what `Taken` counts."""
    kept, dotted = rows.feedback.of(message.seq), message.dots > 0
    fresh = [row for row in kept if not row.applied]
    if not fresh or waits(message.status, dotted=dotted):
        return Counter()
    found = judged(message.status, [row.heard for row in kept], dotted=dotted)
    moved = found is not None and _move(rows, message, found, now)
    _enter(message, kept, found if moved else None, now)
    counts = Counter(moved=int(moved))
    for row in fresh:
        row.applied = True
        counts += consequences(rows, message.place(), row.heard, now)
    return counts


def hear_what_waits(rows: Rows, now: float) -> None:
    """Applies what waited until its message was settled, however that came about."""
    waiting = {row.message for row in rows.feedback.rows if not row.applied}
    for message in [one for one in rows.messages.values() if one.seq in waiting]:
        hear(rows, message, now)


def _move(rows: Rows, message: MessageRow, found: Judged, now: float) -> bool:
    stands = (found.status, found.code, found.reason)
    is_so = (message.status, message.code, message.reason) == stands
    if is_so or (found.status == message.status != "bounced"):
        return False
    message.status, message.code, message.reason = stands
    message.updated_at = now
    message.sent_at = message.sent_at or message.dot_at or now
    rows.jobs.pop(message.seq, None)
    _record(message, found.status, found.heard.news, now)
    if found.status == "delivered" and (message.reach == "escalated" or message.channel != MAIL):
        reached(rows, message, message.channel, now)
    return True


def _enter(message: MessageRow, kept: list[FeedbackRow], found: Judged | None, now: float) -> None:
    """Enters what moved nothing."""
    before = [row.heard.news for row in kept if row.applied]
    for row in kept:
        if row.applied:
            continue
        news = row.heard.news
        if (found is None or row.heard != found.heard) and is_entered(news, before):
            _record(message, message.status, news, now)
        before.append(news)


def _record(message: MessageRow, status: Status, news: Feedback, now: float) -> None:
    said = (news.type, news.text, news.code, news.enhanced, None)
    record(message, Moved(now, status, *said, message.id))


def consequences(rows: Rows, place: Place, heard: Heard, now: float) -> Counter[str]:
    """What a piece of news says of the address itself. Counts `suppressed` and `freed`."""
    news, at = heard.news, heard.at
    if not place.address or is_canary(place.address):
        return Counter()
    if news.type == "delivered":
        return _healed(rows, place, at, now)
    if news.type == "subscribed":
        return Counter(freed=end(rows, place, UNSUBSCRIBED, (at, now)))
    softly = bounce_class(news) == "soft"
    found = soft_block(rows, place) if softly else block(news, place.kind, at)
    return Counter() if found is None else apply_block(rows, place, found, now)


def _healed(rows: Rows, place: Place, at: float, now: float) -> Counter[str]:
    freed = heal(rows, place, at, now)
    if soft_block(rows, place) is None:
        freed += end(rows, place, SOFT, (now, now))
    return Counter(freed=freed)


def apply_block(rows: Rows, place: Place, found: Block, now: float) -> Counter[str]:
    """Blocks an address unless it is known to work since."""
    if is_canary(place.address) or not in_force(found.until, now):
        return Counter()
    if is_outdated(rows, place, found):
        return Counter()
    if found.cause == HARD and place.message_id is not None:
        begin_task(rows, rows.messages[place.message_id], found.at)
    return Counter(suppressed=int(suppress(rows, place, found, now)))
