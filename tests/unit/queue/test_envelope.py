"""A ticket is the same ticket after it has travelled; whatever else comes is none."""

from hypothesis import given
from hypothesis import strategies as st

from twofifty.queue.carrier import Ticket
from twofifty.queue.envelope import packed, unpacked

TICKETS = st.builds(
    Ticket,
    st.integers(0, 2**62),
    st.integers(0, 1),
    st.binary(max_size=100),
    st.binary(max_size=32),
)


@given(TICKETS)
def test_a_ticket_travels_whole(ticket: Ticket) -> None:
    assert unpacked(packed(ticket)) == ticket


@given(st.binary(max_size=100))
def test_whatever_comes_is_a_ticket_or_none(body: bytes) -> None:
    found = unpacked(body)
    assert found is None or unpacked(packed(found)) == found


def test_an_id_alone_takes_few_bytes() -> None:
    assert len(packed(Ticket(1_000_000_000))) <= 12
