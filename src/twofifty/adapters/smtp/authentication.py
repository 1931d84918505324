"""Logs in where the route has a user name: never in the clear off this machine."""

from twofifty.adapters.smtp import sasl
from twofifty.adapters.smtp.offers import Offers
from twofifty.adapters.smtp.reply import RawReply
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.adapters.smtp.talk import Talk
from twofifty.adapters.smtp.tokens import TokenFault, Tokens

LONGEST_COMMAND = 510
"""Bytes of a command without its line end (RFC 5321 4.5.3.1.4). A longer AUTH is said in two lines
(RFC 4954 4)."""


async def authenticate(talk: Talk, offers: Offers, route: SmtpRoute, tokens: Tokens) -> None:
    """Returns when the server knows us, or need not. Raises Failed."""
    if not route.username:
        return
    if not talk.wire.encrypted and not route.loopback:
        raise talk.failed("auth", "is not encrypted, so no password was sent")
    name = sasl.mechanism(route.auth, offers.auth)
    if name is None:
        one = "neither " if " nor " in sasl.named(route.auth) else "no "
        raise talk.failed("auth", f"offers {one}{sasl.named(route.auth)}")
    if route.auth in sasl.BY_TOKEN:
        await _by_token(talk, route, name, tokens)
    else:
        await _known(talk, sasl.exchange(name, route, route.password), (route.password,))


async def _by_token(talk: Talk, route: SmtpRoute, name: str, tokens: Tokens) -> None:
    """A token that is refused may have ended early: one other is tried, where there is one."""
    token = await _token(talk, tokens)
    raw = await _said(talk, sasl.exchange(name, route, token), (token, route.password))
    if raw.code == 535:
        other = await _token(talk, tokens, token)
        if other != token:
            raw = await _said(talk, sasl.exchange(name, route, other), (other, token))
    talk.expect(raw, "auth", 235)


async def _token(talk: Talk, tokens: Tokens, refused: str = "") -> str:
    try:
        return await tokens.token(refused)
    except TokenFault as fault:
        raise talk.failed("auth", f"needs an access token, and {fault}") from None


async def _known(talk: Talk, exchange: sasl.Exchange, secrets: tuple[str, ...]) -> None:
    talk.expect(await _said(talk, exchange, secrets), "auth", 235)


async def _said(talk: Talk, exchange: sasl.Exchange, secrets: tuple[str, ...]) -> RawReply:
    """The server's last word. A 334 too many is one."""
    given = (exchange.first, *exchange.answers)
    coded = tuple(sasl.coded(secret) for secret in secrets if secret)
    talk.secrets = (*secrets, *coded, *(line for line in given if len(line) > 8))
    command = f"AUTH {exchange.mechanism} {exchange.first}".rstrip()
    answers = list(exchange.answers)
    if len(command) > LONGEST_COMMAND:
        command, answers = f"AUTH {exchange.mechanism}", [exchange.first, *answers]
    raw = await talk.ask("auth", command)
    while raw.code == 334 and answers:
        raw = await talk.ask("auth", answers.pop(0))
    return raw
