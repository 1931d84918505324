"""Tickets come out of messages as they went in."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.sqs.letters import in_groups, letters, ticket_of
from twofifty.adapters.sqs.topology import Queues
from twofifty.queue.carrier import Ticket

QUEUES = Queues("urgent", "later", "dead", limit=1000)
TICKETS = st.builds(
    Ticket,
    job=st.integers(0, 2**63 - 1),
    priority=st.integers(0, 1),
    content=st.binary(max_size=300),
    digest=st.binary(max_size=32),
)


@given(st.lists(TICKETS, max_size=20))
def test_a_ticket_comes_as_it_went(tickets: list[Ticket]) -> None:
    came = [ticket_of(letter.body) for letter in letters(tickets, QUEUES)]
    assert sorted(came, key=repr) == sorted(tickets, key=repr)


@given(st.lists(TICKETS, max_size=20))
def test_the_urgent_queue_is_sent_to_first(tickets: list[Ticket]) -> None:
    queues = [letter.queue for letter in letters(tickets, QUEUES)]
    assert queues == sorted(queues, key=["urgent", "later"].index)
    assert queues.count("later") == sum(ticket.priority == 0 for ticket in tickets)


def test_content_that_is_too_much_stays_behind() -> None:
    (letter,) = letters([Ticket(7, 0, bytes(2000), bytes(32))], QUEUES)
    assert ticket_of(letter.body) == Ticket(7, 0)
    assert letter.size() <= QUEUES.limit


@given(st.lists(TICKETS, max_size=20))
def test_no_letter_is_larger_than_its_queue_takes(tickets: list[Ticket]) -> None:
    small = Queues("urgent", "later", "dead", limit=250)
    assert all(letter.size() <= small.limit for letter in letters(tickets, small))


@pytest.mark.parametrize(
    "body",
    ["", "hello", "e30=", "####", "täst", base64.b64encode(b"\x81\xa3job\xa1x").decode()],
)
def test_what_is_no_ticket_is_none(body: str) -> None:
    assert ticket_of(body) is None


def test_neighbours_are_in_different_groups() -> None:
    sent = in_groups(letters([Ticket(job) for job in range(100)], QUEUES), 64, "a")
    assert len({letter.group for letter in sent}) == 64
    assert len({letter.group for letter in sent[:64]}) == 64


def test_what_is_published_anew_is_not_taken_for_the_same() -> None:
    sent = letters([Ticket(1), Ticket(2)], QUEUES)
    first, second = in_groups(sent, 8, "a"), in_groups(sent, 8, "b")
    assert len({letter.once for letter in (*first, *second)}) == 4
    assert [letter.group for letter in first] == [letter.group for letter in second]


def test_only_fifo_queues_hear_of_groups() -> None:
    (letter,) = letters([Ticket(1)], QUEUES)
    assert set(letter.entry(0)) == {"Id", "MessageBody"}
    assert set(in_groups([letter], 8, "a")[0].entry(0)) == {
        "Id",
        "MessageBody",
        "MessageGroupId",
        "MessageDeduplicationId",
    }
