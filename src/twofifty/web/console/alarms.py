"""What a person should know of before anything else."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import msgspec

from twofifty.deliver.ports import BrakeState
from twofifty.notice.model import Status
from twofifty.track.model import MessageQuery, MessageView, Page, Silence
from twofifty.track.moments import instant
from twofifty.web.care import Care
from twofifty.web.visit import Visit

COPIED: Final = "copied_store"
_MOST: Final = 100
_RECENT: Final = timedelta(days=7)
_LASTING: Final[frozenset[Status]] = frozenset({"failed", "in_doubt"})
"""Statuses that stay when a person has decided: what is older than `_RECENT` is no alarm."""


class _Stuck(msgspec.Struct, frozen=True):
    """Messages that nothing happens to by itself any more. `text` follows their number."""

    status: Status
    code: str
    title: str
    text: str
    tone: str = "bad"


_STUCK: Final = (
    _Stuck(
        "in_doubt", "left", "Doubts wait for a person",
        "went without a reply as often as is allowed. They may have arrived.",
    ),
    _Stuck(
        "in_doubt", "given_up", "Doubts were given up",
        "within a week, after every try within its time. They may have arrived.",
    ),
    _Stuck(
        "in_doubt", "poison", "Doubts ended workers",
        "ended three workers after a copy that may have arrived.",
    ),
    _Stuck(
        "in_doubt", "internal_error", "Doubts could not be processed",
        "could not be processed after a copy that may have arrived.",
    ),
    _Stuck(
        "in_doubt", COPIED, "Doubts of a copied store",
        "may have arrived, and are never sent again from here.",
    ),
    _Stuck(
        "in_doubt", "not_allowed", "Doubts about addresses that are not listed",
        "may have arrived, and are never sent again: ALLOW_RECIPIENTS does not list them.", "look",
    ),
    _Stuck(
        "failed", "given_up", "Mail was given up",
        "within a week, after every try within its time.",
    ),
    _Stuck("held", "poison", "Messages ended workers", "ended three workers, and are held."),
    _Stuck(
        "held", "internal_error", "Messages could not be processed",
        "could not be processed, and are held.",
    ),
    _Stuck(
        "held", "recipient_cap", "The cap of an address tripped",
        "more than RECIPIENT_PER_HOUR allows: a busy customer, or a shop that goes round.", "look",
    ),
)  # fmt: skip


class Alarm(msgspec.Struct, frozen=True):
    """`tone` as of `words.TONES`; `since` follows the text; `act` leads to `href`."""

    tone: str
    title: str
    text: str
    href: str
    act: str
    since: datetime | None = None


async def brake_of(visit: Visit) -> BrakeState | None:
    """How the brake stands; None: this face has none."""
    care = visit.services.care
    return None if care is None else await care.brakes.state()


async def alarms(visit: Visit, state: BrakeState | None) -> tuple[Alarm, ...]:
    """All there are now, the worst first."""
    care = visit.services.care
    if care is None or state is None:
        return ()
    copies, stuck, tasks, silence = await asyncio.gather(
        _found(visit, "held", COPIED),
        asyncio.gather(*(_stuck(visit, kind) for kind in _STUCK)),
        care.tasks.open(Page(_MOST)),
        care.reports.silence(),
    )
    found = (
        _stopped(state),
        _copied(care, state, copies),
        _broker(visit),
        *stuck,
        _silent(care, silence),
        _open(len(tasks.items)),
    )
    return tuple(alarm for alarm in found if alarm is not None)


async def _found(visit: Visit, status: Status, code: str) -> tuple[MessageView, ...]:
    query = MessageQuery(status=status, code=code, page=Page(_MOST))
    return (await visit.services.archive.messages(query)).items


def _stopped(state: BrakeState) -> Alarm | None:
    if not state.stopped:
        return None
    text = f"By {state.actor}{f': {state.reason}' if state.reason else ''}. Orders still come in."
    return Alarm(
        "bad", "All mail is stopped", text, "/console/brake", "Let mail go on", instant(state.at)
    )


def _copied(care: Care, state: BrakeState, held: tuple[MessageView, ...]) -> Alarm | None:
    if not care.copied(state):
        return None
    text = (
        f"It belongs to {state.instance}, which sends its mail. Here all mail is held: "
        f"{_counted(len(held), 'message')} so far."
    )
    href = f"/console/messages?status=held&code={COPIED}"
    return Alarm("bad", "This store is a copy", text, href, "What would have been sent")


async def _stuck(visit: Visit, kind: _Stuck) -> Alarm | None:
    """Of a status that lasts only what is young; what is looked at again by itself is none."""
    oldest = visit.services.clock.now() - _RECENT
    found = [
        one
        for one in await _found(visit, kind.status, kind.code)
        if one.next_attempt_at is None and (kind.status not in _LASTING or one.updated_at >= oldest)
    ]
    if not found:
        return None
    text = f"{_counted(len(found), 'message')} {kind.text}"
    href = f"/console/messages?status={kind.status}&code={kind.code}"
    return Alarm(kind.tone, kind.title, text, href, "Look at it", found[0].updated_at)


def _broker(visit: Visit) -> Alarm | None:
    state = visit.services.carried()
    if state is None or (state.connected and not state.dead):
        return None
    title, text = "The broker cannot be reached", f"{state.said}. Work is taken from the store."
    if state.connected:
        title, text = "The broker has dead letters", f"{_counted(state.dead or 0, 'ticket')}."
    return Alarm("look", title, text, "/console/broker", "Look at it")


def _silent(care: Care, silence: Silence) -> Alarm | None:
    if not care.silence_after or silence.sent < care.silence_after:
        return None
    text = f"{silence.sent:,} mails were sent since anything was heard of any. Is the way in open?"
    return Alarm(
        "look", "Nothing is heard of mail", text, "/console/messages?status=sent", "Sent mail",
        silence.last or silence.since,
    )  # fmt: skip


def _open(count: int) -> Alarm | None:
    if not count:
        return None
    text = f"{_counted(count, 'address', 'es')} did not work: perhaps you know better ones."
    return Alarm("look", "Customers wait for their mail", text, "/console/tasks", "See the tasks")


def _counted(count: int, what: str, many: str = "s") -> str:
    more = " or more" if count >= _MOST else ""
    return f"{count}{more} {what}{'' if count == 1 else many}"
