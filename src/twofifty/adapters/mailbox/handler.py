"""What the mailbox answers in an SMTP session. aiosmtpd finds the methods by their names."""

import sqlite3

from aiosmtpd.smtp import SMTP, Envelope, Session

from twofifty.adapters.mailbox.store import Arrived
from twofifty.adapters.mailbox.writer import GroupWriter
from twofifty.clock import Clock

TAKEN = "250 2.0.0 kept"
CANNOT_KEEP = "452 4.3.1 the mailbox cannot write to its file"
BROKEN = "451 4.3.0 the mailbox stumbled"


class Handler:
    """Takes everything for everyone."""

    def __init__(self, writer: GroupWriter, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def handle_EHLO(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        """Commands are read one line after the other from one buffer: pipelining is safe."""
        session.host_name = hostname
        return [*lines[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", lines[-1]]

    async def handle_DATA(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Says 250 once the mail is on disk."""
        mail = Arrived(
            received_at=self._clock.seconds(),
            mail_from=envelope.mail_from or "",
            rcpt_to=tuple(envelope.rcpt_tos),
            raw=bytes(envelope.original_content or b""),
        )
        try:
            await self._writer.write(mail)
        except sqlite3.Error:
            return CANNOT_KEEP
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """A surprise is no reason to refuse for good."""
        return BROKEN
