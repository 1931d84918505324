"""TLS: verified, or no mail."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.adapters_smtp.scripted import Receiver, drop, ehlo, receiver, say
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.deliver.outcome import Accepted, Deferred, Outcome

STARTTLS = ehlo("STARTTLS", "PIPELINING")


def served_with(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def send(
    server: Receiver, options: str, trust: ssl.SSLContext | None, scheme: str = "smtp"
) -> Outcome:
    one = channel(server, f"{options}&timeout=5", trust=trust, scheme=scheme)
    try:
        return await one.send(envelope(), Journal())
    finally:
        await one.close()


def test_starttls_encrypts_and_says_ehlo_again(good_pem: Path, trusting: ssl.SSLContext) -> None:
    async def scenario() -> None:
        async with receiver({"EHLO": STARTTLS}, tls=served_with(good_pem)) as server:
            assert isinstance(await send(server, "&tls=starttls", trusting), Accepted)
            assert server.verbs == ["EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
            assert server.bodies == [DATA]

    asyncio.run(scenario())


def test_implicit_tls_encrypts_from_the_first_byte(
    good_pem: Path, trusting: ssl.SSLContext
) -> None:
    async def scenario() -> None:
        async with receiver(tls=served_with(good_pem), implicit=True) as server:
            assert isinstance(await send(server, "", trusting, "smtps"), Accepted)
            assert server.bodies == [DATA]

    asyncio.run(scenario())


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("host", "days", "trusted", "why"),
    [
        ("127.0.0.1", -1, True, "expired"),
        ("mx.example.com", 7, True, "mismatch"),
        ("127.0.0.1", 7, False, "self-signed"),
    ],
)
def test_a_bad_certificate_is_deferred_and_nothing_is_said(
    certificate: Callable[..., Path], scheme: str, host: str, days: int, trusted: bool, why: str
) -> None:
    pem = certificate(host, days=days)
    trust = ssl.create_default_context(cafile=str(pem)) if trusted else None

    async def scenario() -> None:
        implicit = scheme == "smtps"
        script = {"EHLO": STARTTLS}
        async with receiver({**script}, tls=served_with(pem), implicit=implicit) as server:
            outcome = await send(server, "" if implicit else "&tls=starttls", trust, scheme)
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("starttls", True)
            assert why in outcome.reason
            assert server.verbs == ([] if implicit else ["EHLO", "STARTTLS"])

    asyncio.run(scenario())


@pytest.mark.parametrize("answer", ["454 4.7.0 not now", "554 5.7.0 no", "250 hm"])
def test_starttls_refused_is_deferred_and_never_plain(answer: str) -> None:
    async def scenario() -> None:
        async with receiver({"EHLO": STARTTLS, "STARTTLS": say(answer)}) as server:
            outcome = await send(server, "&tls=starttls", None)
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("starttls", True)
            assert "MAIL" not in server.verbs

    asyncio.run(scenario())


def test_starttls_not_offered_is_deferred_and_never_plain() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            outcome = await send(server, "&tls=starttls", None)
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("starttls", True)
            assert server.verbs == ["EHLO"]

    asyncio.run(scenario())


def test_a_drop_in_the_handshake_is_deferred() -> None:
    async def scenario() -> None:
        async def agree_and_drop(writer: asyncio.StreamWriter) -> bytes:
            await say("220 go ahead")(writer)
            return await drop(writer)

        async with receiver({"EHLO": STARTTLS, "STARTTLS": agree_and_drop}) as server:
            outcome = await send(server, "&tls=starttls", None)
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("starttls", True)

    asyncio.run(scenario())


def test_a_handshake_that_never_ends_is_deferred() -> None:
    async def scenario() -> None:
        async with receiver({"EHLO": STARTTLS}) as server:
            one = channel(server, "&tls=starttls&timeout=0.3")
            outcome = await one.send(envelope(), Journal())
            await one.close()
            assert isinstance(outcome, Deferred)
            assert (outcome.phase, outcome.connection) == ("starttls", True)

    asyncio.run(scenario())


def test_replies_injected_before_the_handshake_are_not_believed(
    good_pem: Path, trusting: ssl.SSLContext
) -> None:
    async def scenario() -> None:
        script = {"EHLO": STARTTLS, "STARTTLS": say("220 go ahead\n250 AUTH PLAIN")}
        async with receiver({**script}, tls=served_with(good_pem)) as server:
            outcome = await send(server, "&tls=starttls", trusting)
            assert isinstance(outcome, Deferred)
            assert "in the clear" in outcome.reason

    asyncio.run(scenario())


def test_opportunistic_takes_any_certificate(certificate: Callable[..., Path]) -> None:
    pem = certificate("mx.example.com", days=-1)

    async def scenario() -> None:
        async with receiver({"EHLO": STARTTLS}, tls=served_with(pem)) as server:
            assert isinstance(await send(server, "&tls=opportunistic", None), Accepted)
            assert "STARTTLS" in server.verbs
            assert server.connections == 1

    asyncio.run(scenario())


def test_opportunistic_goes_on_in_plain_where_tls_is_not_to_be_had() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            assert isinstance(await send(server, "&tls=opportunistic", None), Accepted)
            assert "STARTTLS" not in server.verbs
        async with receiver({"EHLO": STARTTLS, "STARTTLS": say("454 4.7.0 no")}) as server:
            assert isinstance(await send(server, "&tls=opportunistic", None), Accepted)
            assert server.connections == 2

    asyncio.run(scenario())
