"""Read a mail that came back: `read(raw)` says what it is. Pure; it never raises, and what it does
is bounded by the size of the mail."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

import msgspec

from twofifty.track.bounce import autoreply, complaint, dsn, notice, sns, status
from twofifty.track.bounce.address import address_of, addresses_of
from twofifty.track.bounce.fields import first, unworded
from twofifty.track.bounce.letter import parse
from twofifty.track.bounce.original import original
from twofifty.track.bounce.report import Class, Fields, Original, Recipient, Report
from twofifty.track.bounce.sheets import Sheets, sheets
from twofifty.track.bounce.unstated import class_told, recipients_told, sections

_GRAVEST: Final[tuple[Class, ...]] = (
    "hard",
    "message",
    "soft",
    "complaint",
    "auto_reply",
    "delivered",
    "none",
)


def read(raw: bytes) -> Report:
    """What one mail says, whatever it is: bytes with any line ends, whole or cut off."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001
        # The net below all: a mail that stumbles the reader is one that says nothing.
        return Report("none", fingerprint=_fingerprint(raw))


def _read(raw: bytes) -> Report:
    sheet = sheets(parse(raw))
    kinds: tuple[Callable[[Sheets, bytes], Report | None], ...] = (
        _complaint,
        _topic,
        _notification,
        _notice,
        _answer,
    )
    report = next((said for kind in kinds if (said := kind(sheet, raw))), Report("none"))
    if report.cls == "none":
        return msgspec.structs.replace(report, fingerprint=_fingerprint(raw))
    return msgspec.structs.replace(
        report,
        original=original(
            report.original.headers or sheet.original,
            sheet.text,
            autoreply.answered_id(sheet.head),
        ),
        reported_at=moment(first(sheet.head, "date")),
        reporter=report.reporter or _sender(sheet.head),
        fingerprint=_fingerprint(raw),
    )


def _complaint(sheet: Sheets, _raw: bytes) -> Report | None:
    given = complaint.feedback_of(sheet)
    if given is None:
        return None
    return Report(
        cls="complaint",
        recipients=complaint.complained(given, sheet),
        arrived_at=moment(first(given, "arrival-date", "received-date")),
        reporter=first(given, "reporting-mta", "reporter") or None,
        feedback_type=first(given, "feedback-type").lower() or "abuse",
    )


def _topic(sheet: Sheets, _raw: bytes) -> Report | None:
    """What a topic of Amazon's sends as mail."""
    given = sns.notification(sheet)
    if given is None:
        return None
    report = _report(sns.notified(given), ())
    return msgspec.structs.replace(report, original=Original(headers=sns.headers(given)))


def _notification(sheet: Sheets, raw: bytes) -> Report | None:
    """A mail with delivery status fields (RFC 3464), in a part of their own or in its text."""
    stated = _fields_in(sheet)
    if not stated:
        return None
    whole, blocks = status.groups(stated)
    around = sections(sheet)
    read_blocks = ((dsn.recipient(block, around, sheet.text), block) for block in blocks)
    found = tuple(
        msgspec.structs.replace(one, remote_mta=dsn.remote(block))
        for one, block in read_blocks
        if one is not None
    )
    if not found and not blocks and not notice.is_by_machine(sheet):
        return None
    people = found or recipients_told(sheet, raw, stated)
    return _report(people, whole, class_told(sheet, stated))


def _fields_in(sheet: Sheets) -> str:
    """The delivery status fields: a mail system may also wrap another one's notice."""
    found = "\n\n".join(sheet.statuses) or status.inline(sheet.text)
    if found or not notice.is_by_machine(sheet):
        return found
    return "\n\n".join(sheet.nested) or status.inline(sheet.whole)


def _notice(sheet: Sheets, raw: bytes) -> Report | None:
    """A mail system's notice that only people were meant to read."""
    family = notice.family_of(sheet)
    if not notice.is_notice(sheet, family) or _answers(sheet):
        return None
    report = _report(recipients_told(sheet, raw, ""), (), class_told(sheet, ""))
    return msgspec.structs.replace(report, family=family.name if family else None)


def _answer(sheet: Sheets, _raw: bytes) -> Report | None:
    if not autoreply.is_auto_reply(sheet):
        return None
    return Report(cls="auto_reply", recipients=autoreply.answered(sheet))


def _answers(sheet: Sheets) -> bool:
    """Whether somebody's machine answers, and no mail system speaks."""
    return autoreply.is_auto_reply(sheet) and not (
        notice.is_daemon(sheet) or sheet.enclosed or first(sheet.head, "x-failed-recipients")
    )


def _report(recipients: tuple[Recipient, ...], whole: Fields, otherwise: Class = "none") -> Report:
    """`otherwise`: the class where nobody is named."""
    classes = {recipient.cls for recipient in recipients}
    return Report(
        cls=next((cls for cls in _GRAVEST if cls in classes), otherwise),
        recipients=recipients,
        arrived_at=moment(first(whole, "arrival-date")),
        reporter=first(whole, "reporting-mta").partition(";")[2].strip()[:255] or None,
    )


def moment(stated: str) -> datetime | None:
    """A date as mail writes it (RFC 5322), in UTC; None where it is none."""
    try:
        found = parsedate_to_datetime(stated[:100])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _sender(head: Fields) -> str | None:
    sender = unworded(first(head, "from"))
    return next(iter(addresses_of(sender)), address_of(sender)) or None


def _fingerprint(raw: bytes) -> str:
    return sha256(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()).hexdigest()[:32]
