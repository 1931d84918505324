"""Opens a connection up to the point where MAIL may be sent: greeting, EHLO, TLS, authentication.

Whatever goes wrong here is about the route and never about a message, so every failure is a
`Deferred` with `connection=True`: another route may try the same message at once.
"""

import asyncio
import ssl
from base64 import b64encode
from dataclasses import replace

import msgspec

from twofifty.adapters.smtp.classify import put_off
from twofifty.adapters.smtp.connection import Connection
from twofifty.adapters.smtp.offers import Offers, read_offers
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.url import SmtpRoute, Tls
from twofifty.adapters.smtp.wire import Wire, WireFault
from twofifty.deliver.outcome import Deferred, Phase, Reply


class Terms(msgspec.Struct, frozen=True):
    """What every connection of a channel shares. `helo` is this host's name for EHLO; `tls` is None
    where the route is never encrypted."""

    helo: str
    timeouts: Timeouts
    tls: ssl.SSLContext | None


def tls_context(tls: Tls) -> ssl.SSLContext | None:
    """The system's certificate authorities; no verification where TLS is only opportunistic, which
    keeps out listeners and no impostors (RFC 7435)."""
    if tls == "none":
        return None
    context = ssl.create_default_context()
    if tls == "opportunistic":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _Failed(Exception):
    """Carries the outcome out of the steps below."""

    def __init__(self, outcome: Deferred) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


async def open_connection(route: SmtpRoute, terms: Terms) -> Connection | Deferred:
    """A connection ready for MAIL, or why there is none."""
    try:
        return await _Opening(route, terms).run()
    except _Failed as failed:
        if route.tls != "opportunistic" or failed.outcome.phase != "starttls":
            return failed.outcome
    try:
        return await _Opening(replace(route, tls="none"), terms).run()
    except _Failed as failed:
        return failed.outcome


class _Opening:
    """One try, step by step. Each step raises `_Failed`."""

    def __init__(self, route: SmtpRoute, terms: Terms) -> None:
        self._route = route
        self._terms = terms
        self._wire = Wire(asyncio.get_running_loop())

    async def run(self) -> Connection:
        """The whole of it, in order."""
        try:
            await self._dial()
            await self._greeting()
            offers = await self._secured(await self._hello())
            await self._authenticate(offers)
        except BaseException:  # cancelled as well: a half-open connection must not stay behind
            self._wire.abort()
            raise
        return Connection(self._wire, offers, self._route.label, self._terms.timeouts)

    async def _dial(self) -> None:
        implicit = self._route.tls == "implicit"
        try:
            async with asyncio.timeout(self._terms.timeouts.connect):
                await asyncio.get_running_loop().create_connection(
                    lambda: self._wire,
                    self._route.host,
                    self._route.port,
                    ssl=self._context() if implicit else None,
                    server_hostname=self._route.host if implicit else None,
                )
        except ssl.SSLError as error:
            raise self._failed("starttls", _tls_reason(error)) from None
        except TimeoutError:
            raise self._failed("connect", "could not be reached in time") from None
        except (OSError, UnicodeError) as error:
            raise self._failed("connect", f"could not be reached ({_why(error)})") from None

    async def _greeting(self) -> None:
        self._expect(await self._reply("greeting"), "greeting", 220)

    async def _hello(self) -> Offers:
        """EHLO, or HELO for a server that does not know it (RFC 5321 3.2)."""
        reply = await self._ask("ehlo", f"EHLO {self._terms.helo}")
        if reply.code == 250:
            return read_offers(reply)
        if 500 <= reply.code < 600:
            reply = await self._ask("ehlo", f"HELO {self._terms.helo}")
        self._expect(reply, "ehlo", 250)
        return Offers()

    async def _secured(self, offers: Offers) -> Offers:
        """Upgrades where the route asks for it, and forgets the first EHLO (RFC 3207 4.2)."""
        tls = self._route.tls
        if tls not in ("starttls", "opportunistic"):
            return offers
        if not offers.starttls:
            if tls == "opportunistic":
                return offers
            raise self._failed("starttls", "does not offer STARTTLS, which is required")
        self._expect(await self._ask("starttls", "STARTTLS"), "starttls", 220)
        await self._encrypt()
        return await self._hello()

    async def _encrypt(self) -> None:
        try:
            await self._wire.encrypt(
                self._context(), self._route.host, self._terms.timeouts.command
            )
        except ssl.SSLError as error:
            raise self._failed("starttls", _tls_reason(error)) from None
        except OSError:
            raise self._failed("starttls", "broke off the TLS handshake") from None
        except WireFault as fault:
            raise self._failed("starttls", str(fault)) from None

    def _context(self) -> ssl.SSLContext:
        return self._terms.tls or ssl.create_default_context()

    async def _authenticate(self, offers: Offers) -> None:
        if not self._route.username:
            return
        if not self._wire.encrypted and not self._route.loopback:
            raise self._failed("auth", "is not encrypted, so no password was sent")
        if "PLAIN" in offers.auth:
            await self._auth_plain()
        elif "LOGIN" in offers.auth:
            await self._auth_login()
        else:
            raise self._failed("auth", "offers neither AUTH PLAIN nor AUTH LOGIN")

    async def _auth_plain(self) -> None:
        self._expect(await self._ask("auth", f"AUTH PLAIN {self._plain_token()}"), "auth", 235)

    async def _auth_login(self) -> None:
        self._expect(await self._ask("auth", "AUTH LOGIN"), "auth", 334)
        user, password = self._route.username, self._route.password
        self._expect(await self._ask("auth", _base64(user)), "auth", 334)
        self._expect(await self._ask("auth", _base64(password)), "auth", 235)

    def _plain_token(self) -> str:
        """RFC 4616: an empty authorisation identity, the user name, the password."""
        return _base64(f"\0{self._route.username}\0{self._route.password}")

    async def _ask(self, phase: Phase, command: str) -> RawReply:
        self._wire.write(f"{command}\r\n".encode())
        return await self._reply(phase)

    async def _reply(self, phase: Phase) -> RawReply:
        try:
            return await self._wire.reply(self._terms.timeouts.reply_to(phase))
        except WireFault as fault:
            raise self._failed(phase, str(fault)) from None

    def _expect(self, raw: RawReply, phase: Phase, code: int) -> None:
        if raw.code == code:
            return
        if raw.code < 400:
            raise self._failed(phase, f"answered {raw.code} where {code} belongs")
        raise _Failed(put_off(self._without_secrets(raw), phase, self._route.label))

    def _without_secrets(self, raw: RawReply) -> Reply:
        """Some servers repeat the line they did not like; after AUTH that is the password."""
        said, password = b" ".join(raw.lines), self._route.password
        secrets = (password, _base64(password), self._plain_token())
        if any(secret and secret.encode() in said for secret in secrets):
            return Reply(code=raw.code, text="", enhanced=raw.reply().enhanced)
        return raw.reply()

    def _failed(self, phase: Phase, what: str) -> _Failed:
        label = self._route.label
        return _Failed(Deferred(f"{label} {what}.", phase, label, connection=True))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not valid: {error.verify_message}"
    return f"failed at TLS ({error.reason or 'no reason given'})"


def _why(error: Exception) -> str:
    """The system's word for it, without addresses and numbers."""
    strerror = getattr(error, "strerror", None)
    return str(strerror) if strerror else type(error).__name__
