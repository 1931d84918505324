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
GIVEN_UP: Final = "given_up"
_MOST: Final = 100
_RECENT: Final = timedelta(days=7)


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
    copies, given_up, tasks, silence = await asyncio.gather(
        _found(visit, "held", COPIED),
        _found(visit, "failed", GIVEN_UP),
        care.tasks.open(Page(_MOST)),
        care.reports.silence(),
    )
    oldest = visit.services.clock.now() - _RECENT
    found = (
        _stopped(state),
        _copied(care, state, copies),
        _given_up([one for one in given_up if one.updated_at >= oldest]),
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


def _given_up(failed: list[MessageView]) -> Alarm | None:
    if not failed:
        return None
    text = f"{_counted(len(failed), 'message')} within a week, after every try within its time."
    href = f"/console/messages?status=failed&code={GIVEN_UP}"
    return Alarm("bad", "Mail was given up", text, href, "Look at it", failed[0].updated_at)


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
