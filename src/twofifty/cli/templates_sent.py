"""`templates send`: a mail of a version, by the configured route, to whoever asks for it."""

import sys

from twofifty.cli.templates_subject import Subject, Verb, letter_about, own_pack
from twofifty.compose.pack import builtin
from twofifty.flow.templates import Templates


def sent(version: str, subject: Subject, to: str) -> Verb:
    """Sends a mail by the configured route, without leaving a trace in the store."""

    async def verb(templates: Templates) -> int:
        whole = (await own_pack(templates, version)).over(builtin())
        letter = await letter_about(templates, subject)
        taken = await templates.proofs.send(whole, letter, to)
        sys.stdout.write(f"{taken.route} took it: {taken.reply.code} {taken.reply.text}\n")
        return 0

    return verb
