"""Notifications of Amazon SES that its topic sends as mail: JSON in the text. Pure."""

import json
from collections.abc import Iterator
from typing import Final, cast

from twofifty.track.bounce import codes, dsn
from twofifty.track.bounce.address import tidy
from twofifty.track.bounce.fields import unworded
from twofifty.track.bounce.report import Fields, Recipient
from twofifty.track.bounce.sheets import Sheets
from twofifty.track.bounce.verdict import Said

_KINDS: Final = ("Bounce", "Complaint", "Delivery")
_PERMANENT: Final = {"General": "5.1.1", "NoEmail": "5.1.1", "Suppressed": "5.1.1"}
Object = dict[str, object]


def notification(sheet: Sheets) -> Object | None:
    """The notification in a mail's text, or None."""
    start = sheet.text.find("{")
    if start < 0 or "notificationType" not in sheet.text[:4_000]:
        return None
    try:
        found: object = json.JSONDecoder(strict=False).raw_decode(sheet.text[start:])[0]
    except (ValueError, RecursionError):
        return None
    known = _inner(found)
    return known if known.get("notificationType") in _KINDS else None


def notified(given: Object) -> tuple[Recipient, ...]:
    """Whom it is about, and what became of the mail to them."""
    kind = str(given["notificationType"])
    if kind == "Complaint":
        people = _people(given, "complaint", "complainedRecipients")
        return tuple(Recipient(address, "complaint") for address, _ in people)
    if kind == "Delivery":
        delivery = _inner(given.get("delivery"))
        said = unworded(str(delivery.get("smtpResponse", "")))
        stated = delivery.get("recipients")
        several = cast("list[object]", stated) if isinstance(stated, list) else []
        return tuple(_delivered(str(one), said) for one in several if tidy(str(one)))
    return tuple(_bounced(given))


def headers(given: Object) -> Fields:
    """What it says of the mail's own header."""
    common = _inner(_inner(given.get("mail")).get("commonHeaders"))
    return tuple((name.lower(), str(value)) for name, value in common.items() if value)[:50]


def _bounced(given: Object) -> Iterator[Recipient]:
    bounce = _inner(given.get("bounce"))
    permanent = bounce.get("bounceType") == "Permanent"
    usual = _PERMANENT.get(str(bounce.get("bounceSubType")), "") if permanent else ""
    for address, stated in _people(given, "bounce", "bouncedRecipients"):
        said = str(stated.get("diagnosticCode", "")).partition(";")[2].strip()
        status = str(stated.get("status", "")) or usual
        yield dsn.found(address, Said(said, status, codes.reply(said)), "failed")


def _delivered(address: str, said: str) -> Recipient:
    return Recipient(address, "delivered", status=codes.telling(said), action="delivered")


def _people(given: Object, kind: str, listed: str) -> Iterator[tuple[str, Object]]:
    found = _inner(given.get(kind)).get(listed)
    for one in cast("list[object]", found) if isinstance(found, list) else []:
        stated = _inner(one)
        address = tidy(str(stated.get("emailAddress", "")))
        if address:
            yield address, stated


def _inner(value: object) -> Object:
    return cast("Object", value) if isinstance(value, dict) else {}
