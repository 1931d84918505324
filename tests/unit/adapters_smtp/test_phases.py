"""Every phase of a session, with everything that can go wrong in it."""

import asyncio

import pytest

from tests.unit.adapters_smtp.scripted import Act, drip, drop, ehlo, hang, last_words, receiver, say
from tests.unit.adapters_smtp.sending import Journal, send_one
from twofifty.deliver.outcome import Accepted, Deferred, InDoubt, Outcome, Phase, Refused

OPENING: list[tuple[str, Phase]] = [("greeting", "greeting"), ("EHLO", "ehlo")]
MESSAGE: list[tuple[str, Phase]] = [("MAIL", "mail"), ("RCPT", "rcpt"), ("DATA", "data")]
BROKEN: dict[str, Act] = {
    "drop": drop,
    "hang": hang,
    "drip": drip,
    "garbage": say(b"\x00\xffHTTP/1.1 400 Bad Request\r\n"),
    "no digits": say(b"OK fine\r\n"),
    "two codes": say(b"250-a\r\n251 b\r\n"),
    "megabyte line": say(b"250 " + b"x" * 1_000_000 + b"\r\n"),
    "megabyte reply": say(b"250-xxxxxxxxxxxxxxxx\r\n" * 50_000 + b"250 ok\r\n"),
    "endless line": say(b"2" * 1_000_000),
}
PIPELINING = pytest.mark.parametrize("extension", ["PIPELINING", "HELP"])


def outcome_of(step: str, act: Act, extension: str, journal: Journal | None = None) -> Outcome:
    async def scenario() -> Outcome:
        script: dict[str, Act | list[Act]] = {"EHLO": ehlo(extension)}
        script[step] = act
        if step == "EHLO":
            script["HELO"] = act
        async with receiver(script) as server:
            return await send_one(server, journal)

    return asyncio.run(scenario())


@PIPELINING
@pytest.mark.parametrize(("step", "phase"), OPENING + MESSAGE)
@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_before_the_dot_is_deferred_as_a_fault_of_the_route(
    step: str, phase: Phase, fault: str, extension: str
) -> None:
    journal = Journal()
    outcome = outcome_of(step, BROKEN[fault], extension, journal)
    assert isinstance(outcome, Deferred), outcome
    assert outcome.connection
    assert outcome.phase == phase
    assert journal.asked == 0


@PIPELINING
@pytest.mark.parametrize(("step", "phase"), OPENING + MESSAGE)
def test_a_4yz_is_deferred_wherever_it_comes(step: str, phase: Phase, extension: str) -> None:
    outcome = outcome_of(step, say("451 4.3.0 try again in 5 minutes"), extension)
    assert isinstance(outcome, Deferred)
    assert outcome.phase == phase
    assert outcome.retry_after == 300
    assert outcome.connection == ((step, phase) in OPENING)
    assert outcome.reply is not None
    assert (outcome.reply.code, outcome.reply.enhanced) == (451, "4.3.0")


@PIPELINING
@pytest.mark.parametrize(("step", "phase"), MESSAGE)
def test_a_5yz_about_the_mail_is_refused(step: str, phase: Phase, extension: str) -> None:
    outcome = outcome_of(step, say("550 no"), extension)
    assert isinstance(outcome, Refused)
    assert outcome.phase == phase


@pytest.mark.parametrize(("step", "phase"), OPENING)
def test_a_5yz_before_mail_never_fails_a_message(step: str, phase: Phase) -> None:
    outcome = outcome_of(step, say("554 5.7.1 no service for you"), "HELP")
    assert isinstance(outcome, Deferred)
    assert outcome.connection
    assert outcome.phase == phase


@PIPELINING
@pytest.mark.parametrize(("step", "phase"), [*MESSAGE, ("dot", "dot")])
def test_421_says_nothing_about_the_mail(step: str, phase: Phase, extension: str) -> None:
    outcome = outcome_of(step, last_words("421 4.3.2 shutting down"), extension)
    assert isinstance(outcome, Deferred)
    assert outcome.connection
    assert outcome.phase == phase


@pytest.mark.parametrize("fault", [*BROKEN, "half a reply", "a 354", "a 220 that is 1yz"])
def test_after_the_dot_everything_but_a_whole_reply_is_a_doubt(fault: str) -> None:
    more: dict[str, Act] = {
        "half a reply": last_words("250-2.0.0 queued"),
        "a 354": say("354 more"),
        "a 220 that is 1yz": say("150 hm"),
    }
    journal = Journal()
    outcome = outcome_of("dot", (BROKEN | more)[fault], "PIPELINING", journal)
    assert isinstance(outcome, InDoubt), outcome
    assert journal.asked == 1


def test_a_4yz_to_the_dot_is_deferred_and_a_5yz_refused() -> None:
    later = outcome_of("dot", say("452 4.2.2 full"), "PIPELINING")
    never = outcome_of("dot", say("554 5.6.0 no"), "PIPELINING")
    assert isinstance(later, Deferred)
    assert not later.connection
    assert isinstance(never, Refused)
    assert never.about == "message"


def test_an_acceptance_with_the_last_breath_is_an_acceptance() -> None:
    outcome = outcome_of("dot", last_words("250 2.0.0 queued as 4711"), "PIPELINING")
    assert isinstance(outcome, Accepted)
    assert outcome.reply.text == "queued as 4711"


def test_an_acceptance_followed_by_noise_is_an_acceptance() -> None:
    outcome = outcome_of("dot", say(b"250 ok\r\n\x00\x00\r\n"), "PIPELINING")
    assert isinstance(outcome, Accepted)


def test_a_server_without_ehlo_is_greeted_with_helo() -> None:
    assert isinstance(outcome_of("EHLO", say("500 what?"), "PIPELINING"), Deferred)

    async def scenario() -> None:
        async with receiver({"EHLO": say("502 5.5.1 unknown")}) as server:
            assert isinstance(await send_one(server), Accepted)
            assert server.verbs == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"]

    asyncio.run(scenario())


def test_a_port_where_nobody_listens_is_a_fault_of_the_route() -> None:
    async def scenario() -> None:
        async with receiver() as server:
            port_of_the_dead = server
        outcome = await send_one(port_of_the_dead)
        assert isinstance(outcome, Deferred)
        assert (outcome.phase, outcome.connection) == ("connect", True)

    asyncio.run(scenario())
