"""What an SMTP server shows before any log-in: its greeting, its TLS."""

import asyncio
import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec
from cryptography import x509

from twofifty.clock import Clock
from twofifty.deliver.posture.certificate import Shown

_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", re.ASCII
)
MOST_LINES = 100
LONGEST_LINE = 4_096


class Seen(msgspec.Struct, frozen=True):
    """`tls`: what the handshake showed, None where there is none. `ahead`: how many seconds the
    time in the greeting (Exim, Exchange and Sendmail say it) is ahead of ours. `fault`: what kept
    us from looking further."""

    tls: Shown | None = None
    ahead: float | None = None
    fault: str = ""


class _Mute(Exception):
    """The server said nothing, or not what it must."""


async def look(host: str, port: int, clock: Clock, *, implicit: bool) -> Seen:
    """Connects, upgrades where the server offers it, and leaves. The caller bounds the time."""
    context = unverified()
    try:
        reader, writer = await asyncio.open_connection(
            host, port, ssl=context if implicit else None, limit=LONGEST_LINE
        )
    except (OSError, UnicodeError) as fault:
        return Seen(fault=f"cannot be reached ({type(fault).__name__})")
    try:
        said = greeting_date(await _reply(reader))
        ahead = (said - clock.now()).total_seconds() if said else None
        if not implicit:
            await _start_tls(reader, writer, context)
        return Seen(_shown(writer), ahead)
    except (OSError, _Mute, ValueError) as fault:
        return Seen(fault=str(fault) or type(fault).__name__)
    finally:
        writer.transport.abort()


def unverified() -> ssl.SSLContext:
    """Takes any certificate and version, so that what is wrong with it can be told. Nothing secret
    is sent over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def greeting_date(greeting: str) -> datetime | None:
    """The time that a greeting says, if it does."""
    match = _DATE.search(greeting)
    if match is None:
        return None
    try:
        return parsedate_to_datetime(match[0]).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


async def _start_tls(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext
) -> None:
    """STARTTLS (RFC 3207) where it is offered."""
    writer.write(b"EHLO localhost\r\n")
    if "STARTTLS" not in (await _reply(reader)).upper():
        return
    writer.write(b"STARTTLS\r\n")
    await _reply(reader)
    await writer.start_tls(context)


async def _reply(reader: asyncio.StreamReader) -> str:
    """A whole reply of class 2. Raises _Mute where there is none."""
    lines: list[str] = []
    while len(lines) < MOST_LINES:
        line = (await reader.readline()).decode("latin-1").rstrip("\r\n")
        lines.append(line)
        if line[3:4] != "-" and line.startswith("2"):
            return "\n".join(lines)
        if line[3:4] != "-":
            break
    raise _Mute("it did not answer as an SMTP server does")


def _shown(writer: asyncio.StreamWriter) -> Shown | None:
    channel = writer.get_extra_info("ssl_object")
    if not isinstance(channel, ssl.SSLObject):
        return None
    certificate = channel.getpeercert(binary_form=True)
    return shown(certificate, channel.version() or "TLS") if certificate else None


def shown(certificate: bytes, version: str) -> Shown:
    """A certificate (DER) as far as it can be judged. Raises ValueError where it is none."""
    parsed = x509.load_der_x509_certificate(certificate)
    return Shown(version, parsed.not_valid_before_utc, parsed.not_valid_after_utc, _names(parsed))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Of the subject's alternative names; of no others, for nobody looks at those (RFC 9525)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(one) for one in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)
