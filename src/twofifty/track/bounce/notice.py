"""Whether a mail without a delivery status is a notice of a mail system, and of which. Pure."""

import re
from typing import Final

from twofifty.track.bounce.families import FAMILIES
from twofifty.track.bounce.families.family import Family
from twofifty.track.bounce.fields import every, first, unworded
from twofifty.track.bounce.sheets import Sheets
from twofifty.track.bounce.tame import narrow
from twofifty.track.bounce.words import notices
from twofifty.track.bounce.words.table import pattern

_LOOKED_AT: Final = 6_000
_FIELD: Final = 400
"""Characters of a field that are looked at."""
_ENOUGH: Final = 3
"""So many signs make a notice of a mail whose sender has not a mail system's name."""
_DAEMON: Final = pattern(notices.DAEMON)
_DAEMON_NAME: Final = re.compile(
    r"mailer[-_.]?daemon|post[-_]?master\b|mdaemon|mail delivery", re.I
)
_SUBJECT: Final = pattern(notices.TITLE)
_BODY: Final = pattern(notices.SAYS)
_NULL: Final = re.compile(
    r"^\s{0,8}<?\s{0,8}>?\s{0,8}$|^<?(?:mailer-daemon|postmaster)\b", re.IGNORECASE
)
_REPLY: Final = re.compile(r"^\s*(?:re|aw|fwd?|wg|sv|tr)\s*:", re.IGNORECASE)


def family_of(sheets: Sheets) -> Family | None:
    """The family whose mark the notice has."""
    looked = f"{_signature(sheets)}\n{_looked(sheets)}"
    return next((family for family in FAMILIES if family.mark.search(looked)), None)


def is_notice(sheets: Sheets, family: Family | None) -> bool:
    """Whether a mail system speaks of mail that it could not deliver, or not yet."""
    if first(sheets.head, "x-failed-recipients") or _is_sure(sheets):
        return True
    says, titled = bool(_BODY.search(_looked(sheets))), _is_titled(sheets)
    if not says and not titled:
        return False
    if is_daemon(sheets):
        return True
    by_machine = is_by_machine(sheets)
    returned = sheets.enclosed or bool(sheets.statuses)
    proofs = (by_machine, says, titled, returned, family is not None)
    return sum(proofs) >= _ENOUGH and any((by_machine, titled))


def _is_sure(sheets: Sheets) -> bool:
    """Whether it has words that nobody but a mail system writes."""
    text = _looked(sheets)
    return any(one.sure is not None and one.sure.search(text) for one in FAMILIES)


def _is_titled(sheets: Sheets) -> bool:
    """Whether its subject is that of a notice, and not of somebody's answer to one."""
    subject = _shown(sheets, "subject")
    return bool(_SUBJECT.search(subject)) and not _REPLY.search(subject)


def is_by_machine(sheets: Sheets) -> bool:
    """Whether a mail system wrote it: its sender is a daemon, or nobody."""
    returns = every(sheets.head, "return-path")
    sender = _shown(sheets, "from")
    null = any(_NULL.match(path[:_FIELD]) for path in returns)
    return null or not sender or bool(_DAEMON.search(sender))


def is_daemon(sheets: Sheets) -> bool:
    """Whether its sender has a mail system's own name."""
    return bool(_DAEMON_NAME.search(_shown(sheets, "from")))


def _signature(sheets: Sheets) -> str:
    names = ("from", "subject", "x-mailer", "user-agent", "x-sender", "message-id", "received")
    values = (_shown(sheets, name) for name in names)
    marked = (
        name
        for name, _ in sheets.head
        if name in ("x-failed-recipients", "x-ms-exchange-message-is-ndr")
    )
    return "\n".join((*values, *marked))


def _shown(sheets: Sheets, name: str) -> str:
    """A field as people see it, as far as it is looked at."""
    return unworded(first(sheets.head, name)[: 2 * _FIELD])[:_FIELD]


def _looked(sheets: Sheets) -> str:
    return narrow(sheets.text[:_LOOKED_AT])
