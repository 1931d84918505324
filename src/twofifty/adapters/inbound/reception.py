"""What the listener answers in a session. aiosmtpd finds the methods by their names."""

from collections.abc import Callable
from typing import Final, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

from twofifty import telemetry
from twofifty.errors import StoreError, StoreFull
from twofifty.track.model import Taken

MOST_RECIPIENTS: Final = 100

EXPECTED: Final = "250 2.1.5 expected"
STRANGER: Final = "550 5.1.1 no such address here"
TOO_MANY: Final = "452 4.5.3 too many recipients"
TAKEN: Final = "250 2.0.0 kept"
CANNOT_KEEP: Final = "451 4.3.0 cannot be kept now"
FULL: Final = "452 4.3.1 the disk is full"
TOO_OFTEN: Final = "421 4.7.0 too many mails within a minute, come again later"
BROKEN: Final = "451 4.3.0 the listener stumbled"


class Ear(Protocol):
    """Who takes the mail."""

    def expects(self, recipient: str) -> bool:
        """Whether mail to that address is for us."""
        ...

    async def mail(self, raw: bytes, recipient: str) -> Taken:
        """Keeps a mail; it is on disk when this returns. Raises StoreError."""
        ...


class Reception:
    """Takes mail for the addresses that the ear expects, and none for anybody else: it relays
    nothing, and refuses at once instead of sending a notice later. `each`: a reply for each
    recipient, as LMTP wants it (RFC 2033 4.2). `allows`: whether one more mail may come from a
    host."""

    def __init__(self, ear: Ear, *, each: bool, allows: Callable[[str], bool]) -> None:
        self._ear = ear
        self._allows = allows
        self._each = each

    async def handle_EHLO(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        """Commands are read one line after the other from one buffer: pipelining is safe."""
        session.host_name = hostname
        return [*lines[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", lines[-1]]

    async def handle_MAIL(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Says at once whether its host has sent enough for now."""
        if not self._allows(str(session.peer[0]) if session.peer else ""):
            return TOO_OFTEN
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Says at once whether it is for us."""
        if not self._ear.expects(address):
            return STRANGER
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return EXPECTED

    async def handle_DATA(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Says 250 once everything is on disk; who comes again for one recipient of several does
        no harm to the others."""
        raw = bytes(envelope.original_content or b"")
        said = [await self._kept(raw, recipient) for recipient in envelope.rcpt_tos]
        if self._each:
            return "\r\n".join(said)
        return next((one for one in said if one != TAKEN), TAKEN)

    async def handle_exception(self, error: Exception) -> str:
        """A surprise is no reason to refuse for good."""
        telemetry.log().error(
            "a session that brought mail in ended by a fault",
            action="inbound.broken",
            fault=type(error).__name__,
            where=telemetry.where(error),
        )
        return BROKEN

    async def _kept(self, raw: bytes, recipient: str) -> str:
        try:
            taken = await self._ear.mail(raw, recipient)
        except StoreError as fault:
            telemetry.log().error(
                "the store refused a mail that came in; its sender comes again",
                action="inbound.unkept",
                fault=type(fault).__name__,
            )
            return FULL if isinstance(fault, StoreFull) else CANNOT_KEEP
        telemetry.log().info(
            "a mail came in", action="inbound.taken", kept=taken.kept, known=taken.known
        )
        return TAKEN
