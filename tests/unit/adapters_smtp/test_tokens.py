"""XOAUTH2 and OAUTHBEARER: tokens given or fetched, renewed in time, and never shown."""

import asyncio
import logging
from base64 import b64decode
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote

import pytest

from tests.unit.adapters_smtp.laboratory import sent
from tests.unit.adapters_smtp.scripted import ehlo, receiver, say
from tests.unit.adapters_smtp.sending import Journal, channel, envelope
from twofifty.adapters.smtp.route import TokenTerms
from twofifty.adapters.smtp.tokens import FetchedTokens, TokenFault
from twofifty.deliver.outcome import Accepted, Deferred
from twofifty.testing.receiver import Offer, Receiver

TOKEN = "ya29.secret-token_1"
BY_TOKEN = ["XOAUTH2", "OAUTHBEARER"]


class Service:
    """A token service: answers in turn, the last one for ever, and keeps the forms it was sent."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.forms: list[dict[str, list[str]]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.partition("content-length: ")[2].split("\r\n")[0])
        self.forms.append(parse_qs((await reader.readexactly(size)).decode()))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        writer.close()


def with_service(service: Service, scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
        service.port = server.sockets[0].getsockname()[1]
        try:
            await scenario()
        finally:
            server.close()

    asyncio.run(run())


def granted(token: str, more: str = "") -> tuple[int, str]:
    return 200, f'{{"access_token": "{token}", "token_type": "Bearer"{more}}}'


@pytest.mark.parametrize("mechanism", BY_TOKEN)
@pytest.mark.parametrize("token", [TOKEN, "t" * 3000])
def test_a_token_logs_in_like_a_password(mechanism: str, token: str) -> None:
    offer = Offer(users={"shop@example.com": token}, mechanisms=(mechanism, "PLAIN"))
    outcome, taken = sent(offer=offer, options="&auth=xoauth2", user=f"shop%40example.com:{token}@")
    assert isinstance(outcome, Accepted)
    assert len(taken) == 1


def test_xoauth2_is_said_as_its_inventor_says_it() -> None:
    async def scenario() -> list[str]:
        async with receiver({"EHLO": ehlo("AUTH PLAIN XOAUTH2")}) as server:
            one = channel(server, "&auth=xoauth2", user=f"shop:{TOKEN}@")
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            return server.lines

    verb, mechanism, said = asyncio.run(scenario())[1].split()
    assert (verb, mechanism) == ("AUTH", "XOAUTH2")
    assert b64decode(said) == f"user=shop\1auth=Bearer {TOKEN}\1\1".encode()


def test_oauthbearer_names_the_host_and_the_port() -> None:
    async def scenario() -> tuple[list[str], int]:
        async with receiver({"EHLO": ehlo("AUTH OAUTHBEARER")}) as server:
            one = channel(server, "&auth=oauthbearer", user=f"a%2Cb:{TOKEN}@")
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            return server.lines, server.port

    lines, port = asyncio.run(scenario())
    said = b64decode(lines[1].split()[2]).decode()
    assert said == f"n,a=a=2Cb,\1host=127.0.0.1\1port={port}\1auth=Bearer {TOKEN}\1\1"


@pytest.mark.parametrize("mechanism", BY_TOKEN)
def test_a_wrong_token_is_the_routes_fault_and_is_not_shown(mechanism: str) -> None:
    offer = Offer(users={"shop": "another"}, mechanisms=(mechanism,))
    outcome, taken = sent(offer=offer, options="&auth=xoauth2", user=f"shop:{TOKEN}@")
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.connection, taken) == ("auth", True, [])
    assert outcome.reply is not None
    assert outcome.reply.code == 535
    assert TOKEN not in repr(outcome)


def test_a_token_is_never_sent_by_a_mechanism_for_passwords() -> None:
    offer = Offer(users={"shop": TOKEN}, mechanisms=("PLAIN", "LOGIN"))
    outcome, _ = sent(offer=offer, options="&auth=xoauth2", user=f"shop:{TOKEN}@")
    assert isinstance(outcome, Deferred)
    assert "neither AUTH XOAUTH2 nor AUTH OAUTHBEARER" in outcome.reason


def test_plain_and_login_can_be_chosen() -> None:
    offer = Offer(users={"shop": "geheim"}, mechanisms=("PLAIN",))
    assert isinstance(sent(offer=offer, options="&auth=plain", user="shop:geheim@")[0], Accepted)
    outcome, _ = sent(offer=offer, options="&auth=login", user="shop:geheim@")
    assert isinstance(outcome, Deferred)
    assert outcome.reason.endswith("offers no AUTH LOGIN.")


def test_a_fetched_token_serves_all_connections_and_is_fetched_once() -> None:
    service = Service(granted(TOKEN, ', "expires_in": 3600'))

    async def scenario() -> None:
        offer = Offer(users={"shop": TOKEN}, mechanisms=("XOAUTH2",))
        async with Receiver(offer=offer) as server:
            more = f"&auth=xoauth2&client_id=app&token_url={quote(service.url, safe='')}&timeout=5"
            one = channel(server.port, more, user="shop:refresh-me@")
            sends = (one.send(envelope(), Journal()) for _ in range(8))
            outcomes = await asyncio.gather(*sends)
            await one.close()
            assert all(isinstance(outcome, Accepted) for outcome in outcomes)
            assert server.sessions > 1

    with_service(service, scenario)
    assert service.forms == [
        {"grant_type": ["refresh_token"], "refresh_token": ["refresh-me"], "client_id": ["app"]}
    ]


def test_a_token_that_is_refused_is_renewed_once_on_the_spot() -> None:
    service = Service(granted("ended-early"), granted(TOKEN))

    async def scenario() -> None:
        offer = Offer(users={"shop": TOKEN}, mechanisms=("XOAUTH2",))
        async with Receiver(offer=offer) as server:
            more = f"&auth=xoauth2&token_url={quote(service.url, safe='')}&timeout=5"
            one = channel(server.port, more, user="shop:refresh-me@")
            assert isinstance(await one.send(envelope(), Journal()), Accepted)
            await one.close()
            assert server.sessions == 1

    with_service(service, scenario)
    assert len(service.forms) == 2


def test_two_refused_tokens_are_enough() -> None:
    service = Service(granted("one"), granted("two"), granted("three"))

    async def scenario() -> None:
        offer = Offer(users={"shop": TOKEN}, mechanisms=("XOAUTH2",))
        async with Receiver(offer=offer) as server:
            more = f"&auth=xoauth2&token_url={quote(service.url, safe='')}&timeout=5"
            one = channel(server.port, more, user="shop:refresh-me@")
            assert isinstance(await one.send(envelope(), Journal()), Deferred)
            await one.close()

    with_service(service, scenario)
    assert len(service.forms) == 2


def test_a_token_is_renewed_before_its_end_and_with_the_newest_refresh_token() -> None:
    service = Service(
        granted("one", ', "expires_in": "3600", "refresh_token": "second"'),
        granted("two", ', "expires_in": 3600'),
    )
    now = [0.0]

    async def scenario() -> None:
        tokens = FetchedTokens(TokenTerms(service.url, "app", "first"), lambda: now[0])
        assert await tokens.token() == "one"
        now[0] = 3500.0
        assert await tokens.token() == "one"
        now[0] = 3545.0
        assert await tokens.token() == "two"

    with_service(service, scenario)
    assert [form["refresh_token"] for form in service.forms] == [["first"], ["second"]]


def test_a_client_without_a_refresh_token_speaks_for_itself() -> None:
    service = Service(granted(TOKEN))

    async def scenario() -> None:
        terms = TokenTerms(service.url, "app", secret="s", scope="send mail")
        assert await FetchedTokens(terms).token() == TOKEN

    with_service(service, scenario)
    assert service.forms == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["app"],
            "client_secret": ["s"],
            "scope": ["send mail"],
        }
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, '{"error": "invalid_grant", "error_description": "refresh-me"}'), "400 invalid_gr"),
        ((400, '{"error": "refresh-me <b>"}'), "answered 400"),
        ((503, "<html>"), "answered 503"),
        ((302, ""), "answered 302"),
        ((200, "<html>"), "no token"),
        ((200, "{}"), "no token"),
        ((200, '{"access_token": ""}'), "no token"),
        ((200, '{"access_token": "a\\u0001auth=Bearer b"}'), "no token"),
        ((200, "x" * 100_000), "did not stop"),
    ],
)
def test_a_token_service_that_fails_is_the_routes_fault(
    answer: tuple[int, str], words: str
) -> None:
    service = Service(answer)

    async def scenario() -> None:
        tokens = FetchedTokens(TokenTerms(service.url, "app", "refresh-me", "secret"))
        with pytest.raises(TokenFault, match=words) as caught:
            await tokens.token()
        assert "refresh-me" not in str(caught.value)

    with_service(service, scenario)


def test_a_token_service_that_is_silent_is_given_up() -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    async def scenario() -> None:
        server = await asyncio.start_server(never, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        terms = TokenTerms(f"http://127.0.0.1:{port}/", "app", "refresh-me")
        with pytest.raises(TokenFault, match="gave no answer"):
            await FetchedTokens(terms, seconds=0.2).token()
        server.close()

    asyncio.run(scenario())


def test_no_log_line_shows_a_token_or_what_it_is_bought_with(
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = Service(granted(TOKEN))

    async def scenario() -> None:
        terms = TokenTerms(service.url, "app", "refresh-me", "client-secret")
        await FetchedTokens(terms).token()

    with caplog.at_level(logging.DEBUG):
        with_service(service, scenario)
    said = " ".join(record.getMessage() for record in caplog.records)
    assert not [one for one in (TOKEN, "refresh-me", "client-secret") if one in said]


def test_a_token_that_the_server_repeats_goes_no_further() -> None:
    async def scenario() -> None:
        script = {"EHLO": ehlo("AUTH XOAUTH2"), "AUTH": say(f"535 5.7.8 no {TOKEN}")}
        async with receiver({**script}) as server:
            one = channel(server, "&auth=xoauth2", user=f"shop:{TOKEN}@")
            outcome = await one.send(envelope(), Journal())
            await one.close()
            assert isinstance(outcome, Deferred)
            assert TOKEN not in repr(outcome)

    asyncio.run(scenario())
