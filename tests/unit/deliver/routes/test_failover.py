"""The next route is for routes that failed, not for mails that were refused."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.routes.hops import (
    BUSY,
    DEAD,
    DOUBT,
    FENCED,
    FULL,
    LATE_421,
    LATER,
    NO_KEY,
    REST,
    SPAM,
    STRANGER,
    TAKEN,
    UNKNOWN,
    WAIT,
    Hop,
    dot,
    mail,
)
from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.routes.evidence import evidence
from twofifty.deliver.routes.failover import Failover

FAILED = (DEAD, BUSY, NO_KEY, REST, WAIT)
FINAL = (TAKEN, LATER, FULL, STRANGER, UNKNOWN, SPAM, DOUBT, LATE_421, FENCED)
ANY = st.sampled_from(FAILED + FINAL)


def sent(*says: Outcome) -> tuple[Outcome, list[int]]:
    """Through routes that say this; the outcome, and how often each was offered the mail."""
    hops = [Hop(one) for one in says]

    async def scenario() -> Outcome:
        row = Failover(hops[0], *hops[1:])
        outcome = await row.send(mail(), dot)
        await row.close()
        return outcome

    outcome = asyncio.run(scenario())
    assert [hop.closed for hop in hops] == [1] * len(hops)
    return outcome, [len(hop.seen) for hop in hops]


@pytest.mark.parametrize("failed", FAILED)
def test_a_route_that_fails_before_the_dot_is_followed_by_the_next(failed: Outcome) -> None:
    assert sent(failed, TAKEN) == (TAKEN, [1, 1])


@pytest.mark.parametrize("final", FINAL)
def test_a_word_about_the_mail_or_a_doubt_is_final(final: Outcome) -> None:
    assert sent(final, TAKEN) == (final, [1, 0])


@given(st.lists(ANY, min_size=1, max_size=6))
def test_nothing_is_offered_again_after_a_final_word(says: list[Outcome]) -> None:
    outcome, offered = sent(*says)
    finals = [at for at, one in enumerate(says) if one in FINAL]
    last = finals[0] if finals else len(says) - 1
    assert offered == [1] * (last + 1) + [0] * (len(says) - last - 1)
    assert not finals or outcome == says[last]


def test_where_all_failed_and_one_only_has_no_room_now_that_one_is_waited_for() -> None:
    sooner = Deferred("wait", "connect", "b", retry_after=3.0, waiting=True)
    assert sent(WAIT, DEAD) == (WAIT, [1, 1])
    assert sent(DEAD, WAIT, sooner)[0] == sooner
    assert sent(sooner, WAIT, REST)[0] == sooner


def test_where_one_was_tried_and_another_rests_it_was_an_attempt() -> None:
    assert sent(DEAD, REST)[0] == DEAD
    assert sent(REST, DEAD)[0] == DEAD
    assert sent(NO_KEY, REST)[0] == NO_KEY


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (TAKEN, "good"),
        (UNKNOWN, "alive"),
        (SPAM, "alive"),
        (FULL, "alive"),
        (STRANGER, "alive"),
        (DEAD, "route"),
        (NO_KEY, "route"),
        (DOUBT, "broken"),
        (Deferred("dropped", "rcpt", "a", connection=True), "broken"),
        (LATER, "domain"),
        (BUSY, "domain"),
        (LATE_421, "domain"),
        (WAIT, "nothing"),
        (REST, "nothing"),
        (FENCED, "nothing"),
    ],
)
def test_an_outcome_speaks_of_the_route_or_of_the_domain(outcome: Outcome, said: str) -> None:
    assert evidence(outcome) == said
