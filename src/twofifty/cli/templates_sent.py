"""`templates send`: a mail of a version, by the configured route, to whoever asks for it."""

import sys

from twofifty.app.delivery import Leaving, route
from twofifty.app.service import MAILBOX_PORT
from twofifty.cli.templates_subject import Subject, Verb, composed
from twofifty.deliver.outcome import Accepted
from twofifty.deliver.ports import Envelope
from twofifty.errors import Unpublishable
from twofifty.flow.preview import ID
from twofifty.flow.templates import Templates
from twofifty.notice.recipient import unusable
from twofifty.settings import Settings


def sent(settings: Settings, version: str, subject: Subject, to: str) -> Verb:
    """Sends a mail by the configured route, without leaving a trace in the store."""

    async def verb(templates: Templates) -> int:
        if fault := unusable(to):
            raise Unpublishable(f"--to: {fault}")
        mail = await composed(templates, version, subject, to)
        url = settings.smtp_url or f"smtp://127.0.0.1:{MAILBOX_PORT}?tls=none"
        channel = route(Leaving(url), settings).channel
        sender = templates.desktop.press("").sender.address
        try:
            outcome = await channel.send(Envelope(ID, sender, to, mail.mime), _always)
        finally:
            await channel.close()
        if isinstance(outcome, Accepted):
            sys.stdout.write(
                f"{outcome.route} took it: {outcome.reply.code} {outcome.reply.text}\n"
            )
            return 0
        raise Unpublishable(f"it was not taken: {getattr(outcome, 'reason', outcome)}")

    return verb


async def _always() -> bool:
    return True
