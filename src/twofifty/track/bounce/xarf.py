"""X-ARF complaints (xarf.org, versions 0.1 to 4): JSON or YAML beside the mail. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Final, cast

from twofifty.track.bounce.fields import first
from twofifty.track.bounce.report import Fields
from twofifty.track.bounce.sheets import Sheets

_NAMES: Final = {
    "reporttype": "feedback-type",
    "report-type": "feedback-type",
    "type": "feedback-type",
    "smtprcpttoaddress": "original-rcpt-to",
    "smtp_to": "original-rcpt-to",
    "recipient": "original-rcpt-to",
    "smtpmessageid": "message-id",
    "message_id": "message-id",
    "sourceip": "source-ip",
    "source_identifier": "source-ip",
    "source": "source-ip",
    "reporteremail": "reporter",
    "reported-from": "reporter",
    "timestamp": "arrival-date",
    "date": "arrival-date",
}
_YAML: Final = re.compile(r"^([A-Za-z][\w-]{1,40}):[ \t]*(.{1,400})$", re.MULTILINE)
_LARGEST: Final = 200_000


def reports(sheets: Sheets) -> Iterator[Fields]:
    """The report of an X-ARF mail, as the fields that a feedback report would have."""
    for text in sheets.attached:
        found = _of_json(text) if text.lstrip().startswith("{") else ()
        if found:
            yield found
    if first(sheets.head, "x-xarf", "x-arf"):
        listed = ((name.lower(), value.strip()) for name, value in _YAML.findall(sheets.text))
        yield tuple((_NAMES.get(name, name), value) for name, value in listed)


def _of_json(text: str) -> Fields:
    try:
        found: object = json.loads(text[:_LARGEST])
    except (ValueError, RecursionError):
        return ()
    given = dict(_flat(found, 0))
    known = {"xarf_version", "reportclass", "reporterinfo", "reporterorg", "reporttype"} & set(
        given
    )
    if not known:
        return ()
    return tuple((_NAMES.get(name, name), value) for name, value in given.items())


def _flat(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """The plain values of an object and of the objects in it, names in lower case."""
    if not isinstance(value, dict) or depth > 4:
        return
    for name, inner in cast("dict[str, object]", value).items():
        if isinstance(inner, str):
            yield name.lower(), inner[:400]
        yield from _flat(inner, depth + 1)
