"""Opens a connection up to the point where MAIL may be sent: greeting, EHLO, TLS, authentication.

Whatever goes wrong here is about the route and never about a message, so every failure is a
`Deferred` with `connection=True`: another route may try the same message at once.
"""

import asyncio
import ssl
from dataclasses import replace

import msgspec

from twofifty.adapters.smtp.authentication import authenticate
from twofifty.adapters.smtp.commands import NOTIFY
from twofifty.adapters.smtp.connection import Connection
from twofifty.adapters.smtp.dial import dialled
from twofifty.adapters.smtp.offers import Offers, read_offers
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.adapters.smtp.secured import is_pinned
from twofifty.adapters.smtp.session import Session
from twofifty.adapters.smtp.talk import Failed, Talk
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.tokens import FetchedTokens, GivenToken, Tokens
from twofifty.adapters.smtp.wire import Wire, WireFault
from twofifty.deliver.outcome import Deferred


class Terms(msgspec.Struct, frozen=True):
    """What every connection of a channel shares. `helo` is this host's name for EHLO; `tls` is None
    where the route is never encrypted. Without `tokens` the route's password is the token;
    `bdat` false: never BDAT, whatever is offered."""

    helo: str
    timeouts: Timeouts
    tls: ssl.SSLContext | None
    tokens: Tokens | None = None
    bdat: bool = True


def terms_for(route: SmtpRoute, helo: str, timeouts: Timeouts, tls: ssl.SSLContext | None) -> Terms:
    """The terms of `route`; what it says of itself goes before `helo`."""
    tokens = FetchedTokens(route.token) if route.token else GivenToken(route.password)
    return Terms(route.helo or helo, timeouts, tls, tokens, route.bdat)


async def open_connection(route: SmtpRoute, terms: Terms) -> Connection | Deferred:
    """A connection ready for MAIL, or why there is none."""
    try:
        return await _Opening(route, terms).run()
    except Failed as failed:
        if route.tls != "opportunistic" or failed.outcome.phase != "starttls":
            return failed.outcome
    try:
        return await _Opening(replace(route, tls="none"), terms).run()
    except Failed as failed:
        return failed.outcome


class _Opening:
    """One try, step by step. Each step raises `Failed`."""

    def __init__(self, route: SmtpRoute, terms: Terms) -> None:
        self._route = route
        self._terms = terms
        self._wire = Wire(asyncio.get_running_loop())
        self._talk = Talk(self._wire, route.label, terms.timeouts)

    async def run(self) -> Connection:
        """The whole of it, in order."""
        try:
            await self._dial()
            await self._greeting()
            offers = await self._secured(await self._hello())
            await authenticate(self._talk, offers, self._route, self._tokens())
            self._check_step()
        except BaseException:  # cancelled as well: a half-open connection must not stay behind
            self._wire.abort()
            raise
        session = Session(self._wire, self._route.label, self._terms.timeouts)
        chunking = offers.chunking and self._terms.bdat and self._route.bdat
        wanted = msgspec.structs.replace(offers, chunking=chunking)
        return Connection(session, wanted, NOTIFY[self._route.dsn])

    def _check_step(self) -> None:
        """One reply too many would pass for the reply to MAIL, and so on to the end."""
        if self._wire.unread:
            raise self._talk.failed("ehlo", "answered more than it was asked")

    def _tokens(self) -> Tokens:
        return self._terms.tokens or GivenToken(self._route.password)

    async def _dial(self) -> None:
        try:
            async with asyncio.timeout(self._terms.timeouts.connect):
                await self._connect()
        except ssl.SSLError as error:
            raise self._talk.failed("starttls", _tls_reason(error)) from None
        except TimeoutError:
            raise self._talk.failed("connect", "could not be reached in time") from None
        except (OSError, UnicodeError) as error:
            reason = f"could not be reached ({_why(error)})"
            raise self._talk.failed("connect", reason) from None

    async def _connect(self) -> None:
        implicit = self._route.tls == "implicit"
        await asyncio.get_running_loop().create_connection(
            lambda: self._wire,
            sock=await dialled(self._route),
            ssl=self._context() if implicit else None,
            server_hostname=self._route.host if implicit else None,
        )
        if implicit:
            self._check_pins()

    async def _greeting(self) -> None:
        self._talk.expect(await self._talk.reply("greeting"), "greeting", 220)

    async def _hello(self) -> Offers:
        """EHLO, or HELO for a server that does not know it (RFC 5321 3.2)."""
        reply = await self._talk.ask("ehlo", f"EHLO {self._terms.helo}")
        if reply.code == 250:
            return read_offers(reply)
        if 500 <= reply.code < 600:
            reply = await self._talk.ask("ehlo", f"HELO {self._terms.helo}")
        self._talk.expect(reply, "ehlo", 250)
        return Offers()

    async def _secured(self, offers: Offers) -> Offers:
        """Upgrades where the route asks for it, and forgets the first EHLO (RFC 3207 4.2)."""
        tls = self._route.tls
        if tls not in ("starttls", "opportunistic"):
            return offers
        if not offers.starttls:
            if tls == "opportunistic":
                return offers
            raise self._talk.failed("starttls", "does not offer STARTTLS, which is required")
        self._talk.expect(await self._talk.ask("starttls", "STARTTLS"), "starttls", 220)
        await self._encrypt()
        return await self._hello()

    async def _encrypt(self) -> None:
        try:
            await self._wire.encrypt(
                self._context(), self._route.host, self._terms.timeouts.command
            )
        except ssl.SSLError as error:
            raise self._talk.failed("starttls", _tls_reason(error)) from None
        except OSError:
            raise self._talk.failed("starttls", "broke off the TLS handshake") from None
        except WireFault as fault:
            raise self._talk.failed("starttls", str(fault)) from None
        self._check_pins()

    def _check_pins(self) -> None:
        pins = self._route.pins
        if pins and not is_pinned(self._wire.certificate(), pins):
            raise self._talk.failed("starttls", "has a certificate that is not the pinned one")

    def _context(self) -> ssl.SSLContext:
        return self._terms.tls or ssl.create_default_context()


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not valid: {error.verify_message}"
    return f"failed at TLS ({error.reason or 'no reason given'})"


def _why(error: Exception) -> str:
    """The system's word for it, without addresses and numbers."""
    strerror = getattr(error, "strerror", None)
    return str(strerror) if strerror else type(error).__name__
