"""Whether anybody still tells what becomes of mail."""

from datetime import datetime

from twofifty.intake.log import Check
from twofifty.settings import Settings
from twofifty.track.model import Silence
from twofifty.track.ports import Reports

NAME = "feedback"


async def feedback(reports: Reports, settings: Settings, now: datetime) -> Check:
    """How long nothing was heard of what was sent."""
    return judged(await reports.silence(), settings, now)


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
