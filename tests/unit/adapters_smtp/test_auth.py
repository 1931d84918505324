"""AUTH: PLAIN before LOGIN, and a wrong password is the route's fault."""

import asyncio
from base64 import b64decode, b64encode

import pytest

from tests.unit.adapters_smtp.scripted import Script, ehlo, receiver, say
from tests.unit.adapters_smtp.sending import Journal, channel, envelope
from twofifty.adapters.smtp.handshake import Terms, open_connection
from twofifty.adapters.smtp.timeouts import Timeouts
from twofifty.adapters.smtp.url import SmtpRoute
from twofifty.deliver.outcome import Accepted, Deferred, Outcome

PASSWORD = "geheim/ß"
USER = "shop:geheim%2F%C3%9F@"


def send(script: Script) -> tuple[Outcome, list[str]]:
    async def scenario() -> tuple[Outcome, list[str]]:
        async with receiver(script) as server:
            one = channel(server, user=USER)
            outcome = await one.send(envelope(), Journal())
            await one.close()
            return outcome, server.lines

    return asyncio.run(scenario())


def test_plain_is_preferred() -> None:
    outcome, lines = send({"EHLO": ehlo("AUTH LOGIN PLAIN")})
    assert isinstance(outcome, Accepted)
    verb, mechanism, token = lines[1].split()
    assert (verb, mechanism) == ("AUTH", "PLAIN")
    assert b64decode(token).decode() == f"\0shop\0{PASSWORD}"


def test_login_is_known() -> None:
    user, password = (b64encode(text.encode()).decode() for text in ("shop", PASSWORD))
    prompts = [say("334 VXNlcm5hbWU6")]
    answers = [say("334 UGFzc3dvcmQ6"), say("235 welcome")]
    outcome, lines = send({"EHLO": ehlo("AUTH=LOGIN"), "AUTH": [*prompts], "line": [*answers]})
    assert isinstance(outcome, Accepted)
    assert lines[1:4] == ["AUTH LOGIN", user, password]


@pytest.mark.parametrize("answer", ["535 5.7.8 wrong", "454 4.7.0 later", "334 ", "530 first TLS"])
def test_failed_authentication_is_deferred_as_a_fault_of_the_route(answer: str) -> None:
    outcome, lines = send({"EHLO": ehlo("AUTH PLAIN"), "AUTH": say(answer)})
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.connection) == ("auth", True)
    assert not any(line.startswith("MAIL") for line in lines)


def test_no_known_mechanism_is_deferred() -> None:
    outcome, _ = send({"EHLO": ehlo("AUTH CRAM-MD5")})
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.connection) == ("auth", True)


def test_a_password_that_the_server_repeats_goes_no_further() -> None:
    token = b64encode(f"\0shop\0{PASSWORD}".encode()).decode()
    outcome, _ = send({"EHLO": ehlo("AUTH PLAIN"), "AUTH": say(f"500 5.5.1 AUTH PLAIN {token}?")})
    assert isinstance(outcome, Deferred)
    assert outcome.reply is not None
    assert (outcome.reply.code, outcome.reply.enhanced) == (500, "5.5.1")
    assert token not in repr(outcome)


def test_no_password_over_an_open_line() -> None:
    """Off loopback in name: `any.test` stands for a relay that answers in the clear."""

    class Elsewhere(SmtpRoute):
        __slots__ = ()

        @property
        def loopback(self) -> bool:
            return False

    async def scenario() -> None:
        async with receiver({"EHLO": ehlo("AUTH PLAIN")}) as server:
            route = Elsewhere("127.0.0.1", server.port, "opportunistic", "shop", PASSWORD)
            opened = await open_connection(route, Terms("shop.example.com", Timeouts(), None))
            assert isinstance(opened, Deferred)
            assert (opened.phase, opened.connection) == ("auth", True)
            assert server.verbs == ["EHLO"]

    asyncio.run(scenario())
