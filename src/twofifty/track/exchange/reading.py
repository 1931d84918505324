"""From a file to suppressions, line by line: ours, and what services export. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, get_args

import msgspec

from twofifty.notice.recipient import unusable
from twofifty.track.blocking import HARD, HARD_FOR, SOFT, SOFT_FOR
from twofifty.track.exchange import document, table
from twofifty.track.exchange.columns import Role
from twofifty.track.exchange.dates import moment
from twofifty.track.exchange.reasons import IMPORTED, SCOPES, cause_of
from twofifty.track.exchange.record import Fault, Record
from twofifty.track.model import Scope, Suppression

_FOR: Final[Mapping[str, float]] = {HARD: HARD_FOR, SOFT: SOFT_FOR}
_SCOPES: Final[Mapping[str, Scope]] = {word: word for word in get_args(Scope)}
_MOST_TEXT: Final = 500


class Taking(msgspec.Struct, frozen=True):
    """How a file is taken. `now`: aware; `actor` goes on record. `cause` and `scope`: of every line
    that does not say them itself; None: as `reasons` has it."""

    now: datetime
    actor: str
    cause: str | None = None
    scope: Scope | None = None


def read(content: bytes, taking: Taking) -> Iterator[Suppression | Fault]:
    """Every line, in order: what it suppresses, or what is wrong with it."""
    text = decoded(content)
    records = document.records(text) if document.is_json(text) else table.records(text)
    for one in records:
        yield one if isinstance(one, Fault) else taken(one, taking)


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark; lines that are neither, as spreadsheets write them on Western
    machines: one bad byte says nothing of the other lines."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return "\n".join(map(_line, lines))


def _line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def taken(record: Record, taking: Taking) -> Suppression | Fault:
    """What one line suppresses."""
    found = next(filter(None, (check(record) for check in _CHECKS)), None)
    if found is not None:
        return Fault(record.line, *found)
    return _ours(record, taking) if record.ours else _theirs(record, taking)


Wrong = tuple[str, str]
"""What is wrong, and how to mend it."""


def _address(record: Record) -> Wrong | None:
    address, channel = record.first("address"), record.first("channel")
    if not address:
        return "there is no address", "write one, or take the line away"
    if channel in ("", "email") and (fault := unusable(address.strip())):
        return f"{_quoted(address)}: {fault.rstrip('.')}", "write the whole address"
    return None


def _scope(record: Record) -> Wrong | None:
    said = record.first("scope")
    if said in _SCOPES or not (said or record.ours):
        return None
    return f"the scope is {_quoted(said)}", f"write {', '.join(_SCOPES)}"


def _cause(record: Record) -> Wrong | None:
    if record.first("why") or not record.ours:
        return None
    return "there is no cause", f"write {', '.join(SCOPES)} or by_hand"


def _when(role: Role) -> Callable[[Record], Wrong | None]:
    def check(record: Record) -> Wrong | None:
        said = record.first(role)
        if not record.ours or not said or moment(said):
            return None
        return f"`{role}` is {_quoted(said)}", "write it as 2026-03-02T12:00:05Z, or leave it empty"

    return check


_CHECKS: Final = (_address, _scope, _cause, _when("at"), _when("until"))


def _ours(record: Record, taking: Taking) -> Suppression:
    """As it stands."""
    return Suppression(
        address=record.first("address"),
        scope=_SCOPES[record.first("scope")],
        cause=record.first("why"),
        at=moment(record.first("at")) or taking.now,
        channel=record.first("channel") or "email",
        until=moment(record.first("until")),
        text=record.first("text"),
        actor=record.first("actor"),
    )


def _theirs(record: Record, taking: Taking) -> Suppression:
    """What is known of it in our words. A moment that cannot be read is now: the address counts."""
    why = record.cells.get("why", ())
    said = [*why, *record.cells.get("code", ()), *record.cells.get("text", ())]
    cause = cause_of(said) or record.told or taking.cause or IMPORTED
    seconds = _FOR.get(cause)
    at = moment(record.first("at")) or taking.now
    return Suppression(
        address=record.first("address").strip(),
        scope=_scoped(record, taking, cause),
        cause=cause,
        at=min(at, taking.now),
        until=None if seconds is None else taking.now + timedelta(seconds=seconds),
        text=" ".join(dict.fromkeys(said))[:_MOST_TEXT],
        actor=taking.actor,
    )


def _scoped(record: Record, taking: Taking, cause: str) -> Scope:
    """A list of newsletters (`non_transactional`, or one that tells when somebody left it) is of
    marketing alone."""
    if (said := record.first("scope")) in _SCOPES:
        return _SCOPES[said]
    if taking.scope is not None:
        return taking.scope
    newsletter = "non_transactional" in record.cells.get("why", ())
    left = record.told == cause and cause not in _FOR
    return "marketing" if newsletter or left else SCOPES[cause]


def _quoted(text: str) -> str:
    return repr(text[:80])
