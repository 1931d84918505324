"""Every provider's channel keeps every promise, in every mood of the provider."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from twofifty.adapters.mail_api.channel import ApiChannel
from twofifty.adapters.mail_api.registry import (
    PROVIDERS,
    capability_of,
    channel_of,
    lookup_of,
    settle_of,
)
from twofifty.adapters.mail_api.url import parse_api
from twofifty.clock import SystemClock
from twofifty.compose.mime import Mail, Mailbox, write
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused
from twofifty.deliver.ports import Envelope
from twofifty.testing.contracts.channel import Journal
from twofifty.testing.provider import KEY, Mood, ScriptedProvider
from twofifty.testing.provider_replies import REPLIES

REFUSALS: tuple[Mood, ...] = ("recipient", "message", "sender", "route")
PHASES = {"recipient": "rcpt", "message": "dot", "sender": "mail", "route": "auth"}
EVERY = sorted(PROVIDERS)
ASKED = sorted(name for name, provider in PROVIDERS.items() if provider.capability == "lookup")
SPOKEN = [(name, mood) for name in EVERY for mood in REFUSALS if mood in REPLIES[name]]

Deed = Callable[[ScriptedProvider, ApiChannel], Awaitable[None]]


def envelope(number: int = 1) -> Envelope:
    own, domain = f"m_{number}", "shop.example.test"
    recipient = f"buyer{number}@example.com"
    mail = Mail(
        from_=Mailbox("Käse & Söhne", f"orders@{domain}"),
        to=Mailbox(None, recipient),
        subject="Bestellung 10–1",
        text="Danke.",
        html="<p>Danke.</p>",
        date=datetime(2026, 11, 22, tzinfo=UTC),
        message_id=f"{own}@{domain}",
        headers=(("X-Twofifty-ID", own),),
    )
    return Envelope(own, f"orders@{domain}", recipient, write(mail))


def with_channel(provider: str, deed: Deed, options: str = "timeout=5") -> None:
    async def run() -> None:
        async with ScriptedProvider(provider) as server:
            channel = channel_of(parse_api(server.route(options), "the route"), SystemClock())
            try:
                await deed(server, channel)
            finally:
                await channel.close()

    asyncio.run(run())


def outcome_of(provider: str, mood: Mood, options: str = "timeout=5") -> tuple[Outcome, Journal]:
    """What a mail comes to, and how often its dot was journalled."""
    told: list[Outcome] = []
    journal = Journal()

    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        server.behave(mood)
        told.append(await channel.send(envelope(), journal))

    with_channel(provider, deed, options)
    return told[0], journal


@pytest.mark.parametrize("provider", EVERY)
def test_what_is_taken_is_accepted_under_the_providers_id(provider: str) -> None:
    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        journal = Journal(seen=lambda: seen.append(server.began))
        outcome = await channel.send(envelope(), journal)
        assert isinstance(outcome, Accepted)
        assert outcome.reply.code == 250
        assert outcome.route == f"{provider} {server.authority}" + "/mg.example.com" * (
            provider == "mailgun"
        )
        assert (journal.asked, len(server.taken), len(server.requests)) == (1, 1, 1)
        assert b"m_1" in server.taken[0].body

    seen: list[int] = []
    with_channel(provider, deed)
    assert seen == [0], "the dot is journalled before the head of the request is written"


@pytest.mark.parametrize(("provider", "about"), SPOKEN)
def test_a_refusal_says_what_it_is_about(provider: str, about: Mood) -> None:
    outcome, journal = outcome_of(provider, about)
    assert isinstance(outcome, Refused)
    assert (outcome.about, outcome.phase) == (about, PHASES[about])
    assert outcome.reply is not None
    assert outcome.reply.code // 100 == 5
    assert journal.asked == 1


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize(("mood", "seconds"), [("busy", 7.0), ("down", 120.0)])
def test_too_much_and_too_soon_are_put_off_by_the_providers_own_hint(
    provider: str, mood: Mood, seconds: float
) -> None:
    outcome, _ = outcome_of(provider, mood)
    assert isinstance(outcome, Deferred)
    assert outcome.retry_after == seconds
    assert outcome.connection, "another route may be tried at once"


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize(
    "mood", ["broken", "gateway", "garbage", "half", "drop_unread", "drop_read"]
)
def test_without_a_clear_word_after_the_dot_it_is_in_doubt(provider: str, mood: Mood) -> None:
    outcome, journal = outcome_of(provider, mood)
    assert isinstance(outcome, InDoubt)
    assert outcome.reason.endswith(".")
    assert outcome.route.startswith(provider)
    assert journal.asked == 1


@pytest.mark.parametrize("provider", EVERY)
def test_a_provider_that_never_answers_leaves_a_doubt(provider: str) -> None:
    outcome, _ = outcome_of(provider, "hang", "timeout=0.2")
    assert isinstance(outcome, InDoubt)


@pytest.mark.parametrize("provider", EVERY)
def test_a_redirect_is_not_followed_and_is_about_the_route(provider: str) -> None:
    outcome, _ = outcome_of(provider, "redirect")
    assert isinstance(outcome, Refused)
    assert outcome.about == "route"


@pytest.mark.parametrize("provider", EVERY)
def test_an_endless_refusal_is_a_refusal_with_a_short_text(provider: str) -> None:
    outcome, _ = outcome_of(provider, "flood")
    assert isinstance(outcome, Refused)
    assert outcome.about == "message"
    assert outcome.reply is not None
    assert len(outcome.reply.text) <= 500


@pytest.mark.parametrize("provider", EVERY)
def test_a_doubt_is_never_sent_again_by_the_channel(provider: str) -> None:
    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        server.behave("drop_read")
        await channel.send(envelope(), Journal())
        assert len(server.taken) == 1

    with_channel(provider, deed)


@pytest.mark.parametrize("provider", EVERY)
def test_a_fenced_mail_is_never_sent(provider: str) -> None:
    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        journal = Journal(False)
        assert isinstance(await channel.send(envelope(), journal), Fenced)
        assert (journal.asked, server.began) == (1, 0)
        assert isinstance(await channel.send(envelope(2), Journal()), Accepted)

    with_channel(provider, deed)


@pytest.mark.parametrize("fault", [OSError("the disk is full"), TimeoutError("locked")])
def test_what_the_journal_raises_comes_back_and_nothing_was_sent(fault: Exception) -> None:
    async def broken() -> bool:
        raise fault

    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        with pytest.raises(type(fault), match=str(fault)):
            await channel.send(envelope(), broken)
        assert server.began == 0
        assert isinstance(await channel.send(envelope(2), Journal()), Accepted)

    with_channel("postmark", deed)


def test_a_slow_journal_takes_nothing_from_the_providers_time() -> None:
    async def slow() -> bool:
        await asyncio.sleep(0.6)
        return True

    async def deed(_: ScriptedProvider, channel: ApiChannel) -> None:
        assert isinstance(await channel.send(envelope(), slow), Accepted)

    with_channel("postmark", deed, "timeout=0.4")


@pytest.mark.parametrize("provider", EVERY)
def test_a_provider_that_is_not_there_is_put_off_without_a_dot(provider: str) -> None:
    async def run() -> None:
        async with ScriptedProvider(provider) as server:
            route = parse_api(server.route("timeout=5"), "the route")
        channel, journal = channel_of(route, SystemClock()), Journal()
        outcome = await channel.send(envelope(), journal)
        assert isinstance(outcome, Deferred)
        assert (outcome.phase, outcome.connection, journal.asked) == ("connect", True, 0)
        await channel.close()

    asyncio.run(run())


@pytest.mark.parametrize("provider", EVERY)
def test_after_trouble_the_next_mail_goes_through(provider: str) -> None:
    troubles: tuple[Mood, ...] = ("busy", "drop_read", "half", "garbage", "drop_unread", "flood")

    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        for mood in troubles:
            server.behave(mood)
            await channel.send(envelope(), Journal())
            server.behave("accept")
            assert isinstance(await channel.send(envelope(2), Journal()), Accepted)

    with_channel(provider, deed)


def test_a_kept_connection_that_ended_meanwhile_is_opened_anew_without_a_doubt() -> None:
    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        for number in range(5):
            assert isinstance(await channel.send(envelope(number), Journal()), Accepted)
            server.hang_up()
            await asyncio.sleep(0.02)

    with_channel("postmark", deed)


def test_many_mails_at_once_go_each_once() -> None:
    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        journals = [Journal() for _ in range(60)]
        sent = [channel.send(envelope(number), journal) for number, journal in enumerate(journals)]
        outcomes = await asyncio.gather(*sent)
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert [journal.asked for journal in journals] == [1] * 60
        assert len(server.taken) == 60

    with_channel("postmark", deed, "timeout=20&connections=4")


def test_a_closed_channel_puts_off() -> None:
    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        await channel.close()
        await channel.close()
        journal = Journal()
        assert isinstance(await channel.send(envelope(), journal), Deferred)
        assert (journal.asked, server.began) == (0, 0)

    with_channel("postmark", deed)


@pytest.mark.parametrize("provider", EVERY)
def test_the_key_is_in_no_representation_reason_or_log(
    provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []

    async def deed(server: ScriptedProvider, channel: ApiChannel) -> None:
        route = parse_api(server.route(), "the route")
        shown.extend((repr(route), str(route), route.label, repr(channel)))
        for mood in (*REFUSALS, "busy", "drop_read"):
            if mood in REPLIES[provider] or mood not in REFUSALS:
                server.behave(mood)
                shown.append(repr(await channel.send(envelope(), Journal())))

    with caplog.at_level(logging.DEBUG):
        with_channel(provider, deed)
    assert KEY not in "".join(shown) + caplog.text


@pytest.mark.parametrize("provider", [*ASKED, "sparkpost"])
def test_a_doubt_is_settled_by_asking(provider: str) -> None:
    options = "ask=campaign" if provider == "sparkpost" else "timeout=5"

    async def run() -> None:
        async with ScriptedProvider(provider) as server:
            route, clock = parse_api(server.route(options), "the route"), SystemClock()
            channel, lookup = channel_of(route, clock), lookup_of(route, clock)
            assert lookup is not None
            assert await lookup.accepted("m_1@shop.example.test") is False
            server.behave("drop_read")
            assert isinstance(await channel.send(envelope(), Journal()), InDoubt)
            assert await lookup.accepted("m_1@shop.example.test") is True
            assert await lookup.accepted("m_2@shop.example.test") is False
            await channel.close()
            await lookup.close()
            assert await lookup.accepted("m_1@shop.example.test") is None

    asyncio.run(run())


@pytest.mark.parametrize("provider", EVERY)
def test_a_provider_declares_what_settles_a_doubt_there(provider: str) -> None:
    route = parse_api(ScriptedProvider(provider).route(), "the route")
    asks = capability_of(route) == "lookup"
    assert (lookup_of(route, SystemClock()) is not None) is asks
    assert settle_of(route) > 0
