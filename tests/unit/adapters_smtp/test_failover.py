"""The next route is for routes that failed, not for mails that were refused."""

import asyncio

import pytest

from tests.unit.adapters_smtp.scripted import Act, drop, ehlo, last_words, receiver, say
from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused
from twofifty.deliver.routes.failover import Failover


def send(script: dict[str, Act], journal: Journal) -> tuple[Outcome, int]:
    """Through a first route with this script; the outcome, and what the second route was sent."""

    async def scenario() -> tuple[Outcome, int]:
        async with receiver({**script}) as first, receiver() as second:
            both = Failover(channel(first), channel(second))
            outcome = await both.send(envelope(), journal)
            await both.close()
            await both.close()
            assert all(body == DATA for body in second.bodies)
            return outcome, second.connections

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    "script",
    [
        {"greeting": drop},
        {"greeting": say("554 5.7.1 not you")},
        {"EHLO": last_words("421 4.3.2 down")},
        {"MAIL": last_words("421 4.3.2 down")},
        {"MAIL": say("530 5.7.0 log in first"), "EHLO": ehlo("HELP")},
        {"RCPT": drop},
        {"DATA": last_words("421 4.3.2 down")},
    ],
)
def test_a_route_that_fails_before_the_dot_is_followed_by_the_next(script: dict[str, Act]) -> None:
    outcome, connections = send(script, Journal())
    assert isinstance(outcome, Accepted)
    assert connections == 1


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"RCPT": say("550 5.1.1 unknown"), "EHLO": ehlo("HELP")}, Refused),
        ({"RCPT": say("450 4.2.1 greylisted"), "EHLO": ehlo("HELP")}, Deferred),
        ({"dot": say("554 5.6.0 no")}, Refused),
        ({"dot": drop}, InDoubt),
        ({"dot": last_words("421 4.3.2 down")}, Deferred),
    ],
)
def test_a_word_about_the_mail_or_a_doubt_is_final(
    script: dict[str, Act], kind: type[Outcome]
) -> None:
    journal = Journal()
    outcome, connections = send(script, journal)
    assert isinstance(outcome, kind)
    assert connections == 0
    assert journal.asked <= 1


def test_a_fenced_message_is_not_offered_to_the_next_route() -> None:
    outcome, connections = send({}, Journal(False))
    assert isinstance(outcome, Fenced)
    assert connections == 0
