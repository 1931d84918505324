"""What stops a message before it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.deliver.gates import Gates, kept_in_doubt, no_way, stopped
from twofifty.deliver.ports import Leased, Verdict


def _item(
    recipient: str = "alex@example.com",
    blocked: str = "",
    recent: int = 0,
    approved: bool = False,
    doubt: bool = False,
) -> Leased:
    return Leased(
        seq=1,
        message_id="m_1",
        attempt=1,
        kind="shipment",
        recipient=recipient,
        source="tea",
        order=b"{}",
        queued_at=0.0,
        root="m_1",
        doubt=doubt,
        blocked=blocked,
        recent=recent,
        approved=approved,
    )


def _code(verdict: Verdict | None) -> str | None:
    return None if verdict is None else verdict.code


@pytest.mark.parametrize(
    ("item", "gates", "status", "code"),
    [
        (_item(blocked="all: hard_bounce"), Gates(), "suppressed", "hard_bounce"),
        (_item(blocked="service: complaint"), Gates(), "suppressed", "complaint"),
        (_item(), Gates(copied="other"), "held", "copied_store"),
        (_item(), Gates(allowed=("*@staging.test",)), "held", "not_allowed"),
        (_item(recent=20), Gates(per_hour=20), "held", "recipient_cap"),
    ],
)
def test_what_may_not_leave_says_why(item: Leased, gates: Gates, status: str, code: str) -> None:
    verdict = stopped(item, gates)
    assert verdict is not None
    assert (verdict.status, verdict.code, verdict.run_at) == (status, code, None)
    assert verdict.reason


@pytest.mark.parametrize(
    "gates",
    [
        Gates(),
        Gates(per_hour=2),
        Gates(allowed=("*@example.com",)),
        Gates(allowed=("alex@example.com", "*@staging.test")),
    ],
)
def test_what_may_leave_leaves(gates: Gates) -> None:
    assert stopped(_item(recent=1), gates) is None


def test_the_list_of_staging_knows_no_case() -> None:
    assert stopped(_item("Alex@Example.COM"), Gates(allowed=("*@example.com",))) is None


@given(
    blocked=st.sampled_from(["", "all: hard_bounce", "service: complaint"]),
    recent=st.integers(0, 1_000),
    gates=st.builds(
        Gates,
        per_hour=st.integers(0, 50),
        allowed=st.sampled_from([(), ("*@staging.test",)]),
    ),
)
def test_what_a_person_released_passes_every_gate(blocked: str, recent: int, gates: Gates) -> None:
    assert stopped(_item(blocked=blocked, recent=recent, approved=True), gates) is None


def test_a_suppressed_address_is_told_before_a_passing_state() -> None:
    item = _item(blocked="all: hard_bounce", recent=99)
    assert _code(stopped(item, Gates(per_hour=1))) == "hard_bounce"


def test_what_was_released_in_the_original_stays_in_a_copy() -> None:
    assert _code(stopped(_item(approved=True), Gates(copied="other"))) == "copied_store"


def test_a_message_without_a_way_waits_for_a_person() -> None:
    assert no_way(_item()).status == "held"
    assert no_way(_item(doubt=True)).status == "in_doubt"


def test_a_doubt_costs_no_copy_that_no_gate_would_let_pass() -> None:
    for gates, code in (
        (Gates(copied="x"), "copied_store"),
        (Gates(allowed=("a@b.test",)), "not_allowed"),
    ):
        verdict = kept_in_doubt(_item(doubt=True), gates)
        assert verdict is not None
        assert (verdict.status, verdict.code, verdict.run_at) == ("in_doubt", code, None)
    assert kept_in_doubt(_item(doubt=True), Gates(per_hour=1, allowed=("*@example.com",))) is None
