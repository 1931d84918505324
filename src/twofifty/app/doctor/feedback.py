"""Whether anybody still tells what becomes of mail."""

import asyncio
from datetime import datetime

import msgspec

from twofifty.adapters.inbound.imap_session import Bounds, ImapFault, ImapSession
from twofifty.adapters.inbound.url import Imap, parse_inbound
from twofifty.intake.log import Check
from twofifty.settings import Settings
from twofifty.track.model import Silence
from twofifty.track.ports import Reports

NAME = "feedback"


async def feedback(reports: Reports, settings: Settings, now: datetime) -> Check:
    """How long nothing was heard of what was sent, and whether each mailbox can be read."""
    heard = judged(await reports.silence(), settings, now)
    shut = await asyncio.to_thread(mailboxes_shut, settings)
    return Check(NAME, "warn", "; ".join((*shut, heard.message))) if shut else heard


def mailboxes_shut(settings: Settings) -> tuple[str, ...]:
    """What is wrong with the mailboxes of `INBOUND_URL`, each tried now; nothing in them is
    touched."""
    boxes = [one for one in parse_inbound(settings.inbound_url) if isinstance(one, Imap)]
    return tuple(f"{box.label}: {wrong}" for box in boxes if (wrong := _wrong(box)))


def _wrong(box: Imap) -> str:
    # Without `move`: whoever only looks makes no folder.
    try:
        session = ImapSession(msgspec.structs.replace(box, move=""), Bounds())
    except ImapFault as fault:
        return str(fault)
    except OSError as fault:
        return fault.strerror or type(fault).__name__
    session.close()
    return ""


def judged(silence: Silence, settings: Settings, now: datetime) -> Check:
    """By `SILENCE_AFTER`, and by whether there is any way at all."""
    if not settings.inbound_url and not settings.providers:
        words = "no way in: bounces and complaints are not heard; set INBOUND_URL or [providers]"
        return Check(NAME, "warn", words)
    last = f"last heard {_ago(now, silence.last)}" if silence.last else "nothing was heard yet"
    sent = f"{last}; {silence.sent:,} mails sent since"
    if settings.silence_after and silence.sent >= settings.silence_after:
        return Check(NAME, "warn", f"{sent}: is the way in still open? (SILENCE_AFTER)")
    return Check(NAME, "ok", sent)


def _ago(now: datetime, then: datetime) -> str:
    hours = (now - then).total_seconds() / 3600
    return f"{hours:.0f} hours ago" if hours < 72 else f"{hours / 24:.0f} days ago"
