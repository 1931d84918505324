"""Why did this customer get this? A chain of causes, in plain words, the first one first."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from twofifty.compose import inputs
from twofifty.compose.composed import PLAIN
from twofifty.compose.pack import builtin
from twofifty.compose.ports import Bookshelf, Publication
from twofifty.notice.owed import parcel_of
from twofifty.order import wire
from twofifty.order.difference import difference
from twofifty.order.model import Order
from twofifty.track.model import Moment
from twofifty.track.moments import PLANS
from twofifty.track.origin import Origin
from twofifty.track.ports import Archive, Origins

_FACTS = {"all": "all parcels of the order"}


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cause. `what`: `arrival`, `order`, `change`, `decision`, `notice`, `message`, `template`,
    `attempt`; `id` is what it is known by: an event's, notice's or message's id, a version."""

    what: str
    text: str
    at: datetime | None = None
    id: str = ""


class Historian:
    """Explains messages."""

    def __init__(self, archive: Archive, origins: Origins, shelf: Bookshelf) -> None:
        self._archive = archive
        self._origins = origins
        self._shelf = shelf

    async def why(self, message_id: str) -> tuple[Link, ...] | None:
        """A message's causes; None: there is no such message."""
        origin = await self._origins.origin(message_id)
        if origin is None:
            return None
        moments = await self._archive.message_events(message_id) or ()
        publications = await self._shelf.publications()
        return (
            *_arrival(origin),
            *_order(origin),
            *_decision(origin, moments),
            *_notice(origin),
            *_template(origin, publications),
            *_attempts(moments),
        )


def _arrival(origin: Origin) -> Iterator[Link]:
    cause = origin.cause
    if cause is not None:
        said = f"{origin.source} sent {cause.topic or 'an order'}: {cause.outcome}"
        yield Link("arrival", said, cause.at, cause.event_id)


def _order(origin: Origin) -> Iterator[Link]:
    if origin.order is None:
        return
    number = origin.states.index(origin.order) + 1 if origin.order in origin.states else 0
    of = f", state {number} of {len(origin.states)}" if number else ""
    yield Link("order", f"the mail tells order {origin.order_id} as it then stood{of}")
    before = _told_before(origin)
    if before is not None:
        yield Link("change", _changes(before, wire.decode(origin.order)))


def _told_before(origin: Origin) -> Order | None:
    made = inputs.decode(origin.inputs) if origin.inputs else None
    if made is None or not made.before:
        return None
    states = (state for state in origin.states if inputs.digest(state) == made.before)
    found = next(states, None)
    return None if found is None else wire.decode(found)


def _changes(before: Order, after: Order) -> str:
    """What the customer did not know yet."""
    change = difference(before, after)
    lines = len(change.lines)
    said = [f"{lines} line{'s' if lines != 1 else ''}"] if lines else []
    said += [each.name.replace("_", " ") for each in change.fields]
    return f"new since the customer was told: {', '.join(said)}" if said else "nothing had changed"


def _decision(origin: Origin, moments: tuple[Moment, ...]) -> Iterator[Link]:
    cause = origin.cause
    if cause is not None and cause.plan and origin.kind == "confirmation":
        said = PLANS.get(cause.plan, cause.plan) + (f" ({cause.code})" if cause.code else "")
        yield Link("decision", f"{said}: {cause.reason}" if cause.reason else said, cause.at)
    if moments:
        first = moments[0]
        cause_ = f" ({first.cause.replace('_', ' ')})" if first.cause else ""
        yield Link("decision", f"{first.text}{cause_}", first.at)


def _notice(origin: Origin) -> Iterator[Link]:
    parcel = parcel_of(origin.facts)
    of = f" of {_FACTS.get(parcel, f'parcel {parcel}')}" if parcel else ""
    said = f"one {origin.kind}{of} is owed to {origin.recipient}, once for ever"
    yield Link("notice", said, origin.created_at, origin.notice)
    yield Link("message", f"message {origin.message_id}", origin.created_at, origin.message_id)


def _template(origin: Origin, publications: tuple[Publication, ...]) -> Iterator[Link]:
    if not origin.template:
        return
    if origin.degraded:
        yield Link("template", f"another was wanted and failed: {origin.degraded}")
    version, _, rest = origin.template.partition("/")
    if version == PLAIN:
        yield Link("template", "the plain receipt, which needs no templates", id=version)
        return
    composed = _composed_at(origin)
    said_so = (each for each in reversed(publications) if each.at <= composed)
    by = next((each for each in said_so if each.version == version), None)
    if by is not None:
        part = f"to {by.share} of a hundred mails" if by.action == "canary" else "to all mails"
        note = f" ({by.note})" if by.note else ""
        said = f"template {rest} of version {version}, given {part} by {by.actor}{note}"
        yield Link("template", said, by.at, version)
    else:
        kind = "the built-in version" if version == builtin().version else "version"
        yield Link("template", f"template {rest} of {kind} {version}", id=version)


def _composed_at(origin: Origin) -> datetime:
    """When the mail was composed; where that is not kept, when it was owed."""
    return inputs.decode(origin.inputs).seed.date if origin.inputs else origin.created_at


def _attempts(moments: tuple[Moment, ...]) -> Iterator[Link]:
    for moment in moments[1:]:
        code = " ".join(str(part) for part in (moment.code, moment.enhanced) if part)
        said = f"{moment.status}: {moment.text}" + (f" ({code})" if code else "")
        yield Link("attempt", said, moment.at)
