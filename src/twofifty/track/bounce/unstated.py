"""Whom a notice is about that does not say so in fields: its text, the net, the returned mail."""

import re
from collections.abc import Callable
from typing import Final

from twofifty.track.bounce import codes, dsn, net, notice
from twofifty.track.bounce.address import addresses_of
from twofifty.track.bounce.fields import every, first
from twofifty.track.bounce.narrative import Told, named, one_line, told
from twofifty.track.bounce.report import Class, Recipient
from twofifty.track.bounce.sheets import Sheets
from twofifty.track.bounce.tame import narrow
from twofifty.track.bounce.verdict import Said
from twofifty.track.bounce.words import notices
from twofifty.track.bounce.words.table import pattern

_DELAY: Final = pattern(notices.DELAY)
_ARRIVED: Final = pattern(notices.ARRIVED)
_FAILED: Final = re.compile(r"\bnot\b|n't|fail|undeliver|unable|error", re.IGNORECASE)


def sections(sheet: Sheets, *, surely: bool = False) -> tuple[Told, ...]:
    """What the notice says to people of each address."""
    return told(sheet.text, notice.family_of(sheet), _senders(sheet), surely=surely)


def recipients_told(sheet: Sheets, raw: bytes, stated: str) -> tuple[Recipient, ...]:
    """Everybody whom a notice is about. `stated`: delivery status fields that name nobody."""
    action, text = action_of(sheet), _all(sheet, stated)
    return tuple(_judged(one, text, action) for one in _found(sheet, raw))


def class_told(sheet: Sheets, stated: str) -> Class:
    """The class of a notice that names nobody."""
    return _judged(Told("", ""), _all(sheet, stated), action_of(sheet)).cls


def _all(sheet: Sheets, stated: str) -> str:
    return "\n".join(filter(None, (one_line(sheet.text), stated)))


def action_of(sheet: Sheets) -> str:
    """Whether the mail failed, waits or arrived, as the notice tells people."""
    title = first(sheet.head, "subject")[:400]
    spoken = f"{title}\n{narrow(sheet.text[:3_000])}"
    if _DELAY.search(spoken):
        return "delayed"
    if _ARRIVED.search(spoken) and not _FAILED.search(spoken):
        return "delivered"
    return "failed"


def _found(sheet: Sheets, raw: bytes) -> tuple[Told, ...]:
    """The recipients by the first source that names any, the surest one first."""
    spoken = sections(sheet)
    sources: tuple[Callable[[], tuple[str, ...]], ...] = (
        lambda: _failed_recipients(sheet),
        lambda: tuple(one.address for one in sections(sheet, surely=True)),
        lambda: _caught(raw),
        lambda: tuple(one.address for one in spoken),
        lambda: _addressed(sheet),
        lambda: named(sheet.text, _senders(sheet))[:1],
    )
    addresses = next((some for source in sources if (some := source())), ())
    known = {one.address.lower(): one for one in spoken}
    return tuple(known.get(one.lower(), Told(one, "")) for one in addresses)


def _failed_recipients(sheet: Sheets) -> tuple[str, ...]:
    return addresses_of(", ".join(every(sheet.head, "x-failed-recipients")))


def _caught(raw: bytes) -> tuple[str, ...]:
    later, failed = net.caught(raw)
    return failed or later


def _addressed(sheet: Sheets) -> tuple[str, ...]:
    """To whom the returned mail went."""
    return addresses_of(first(sheet.original, "x-original-to", "delivered-to", "to"))[:20]


def _judged(one: Told, text: str, action: str) -> Recipient:
    spoken = one.text or text
    said = Said(
        text=spoken,
        status=codes.telling(spoken) or codes.telling(text),
        code=codes.reply(spoken) or (None if one.text else codes.reply(text)),
        around=text,
    )
    return dsn.found(one.address, said, action)


def _senders(sheet: Sheets) -> tuple[str, ...]:
    """Who sent the mail, and who sent the notice: neither is meant as a recipient."""
    names = ("from", "return-path", "sender", "reply-to")
    of_notice = (address for name in names[:1] for address in addresses_of(first(sheet.head, name)))
    of_mail = (address for name in names for address in addresses_of(first(sheet.original, name)))
    to = addresses_of(first(sheet.head, "to", "delivered-to"))
    return (*of_notice, *of_mail, *to)
