"""From a decision to a change: never two live confirmations, nothing touched after its dot."""

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from twofifty.notice.lifecycle import LEFT, MOVES, UNSENT, may
from twofifty.notice.plan import Change, Create, Move, Replace, Told, change, latest
from twofifty.notice.policy import Absent, Decision, Fail, Hold, Owe, Wait

RECIPIENTS = st.sampled_from(["a@example.com", "b@example.com"])
CODES = st.sampled_from(["draft", "cancelled", "test_order", "too_old"])
DECISIONS: st.SearchStrategy[Decision] = st.one_of(
    st.builds(Owe, RECIPIENTS),
    st.builds(Hold, RECIPIENTS, CODES, st.just("why")),
    st.builds(Fail, RECIPIENTS, st.just("unusable_recipient"), st.just("why")),
    st.builds(Wait, st.just("awaiting_payment"), st.just("why")),
    st.builds(Absent, st.just("no_recipient"), st.just("why")),
)
DEAD = ("superseded", "cancelled", "failed", "suppressed")


def on_its_way(told: Told) -> bool:
    return told.status in LEFT or (told.status == "sending" and told.dotted)


class Life(RuleBasedStateMachine):
    """One order: facts change, workers lease, dot and settle, people act, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[Told] = []
        self.frozen: dict[str, Told] = {}

    def _set(self, index: int, **changes: object) -> None:
        before = self.history[index]
        after = msgspec.structs.replace(before, **changes)
        assert before.status == after.status or may(before.status, after.status)
        self.history[index] = after

    def _last(self) -> Told:
        return self.history[-1]

    @rule(decision=DECISIONS)
    def facts(self, decision: Decision) -> None:
        left = [told for told in self.history if on_its_way(told)]
        self._carry_out(change(latest(self.history), decision))
        assert [told for told in self.history if on_its_way(told)] == left

    def _carry_out(self, wanted: Change) -> None:
        if isinstance(wanted, Replace):
            self._carry_out(wanted.superseded)
            self._carry_out(wanted.create)
        elif isinstance(wanted, Move):
            (index,) = (
                i for i, told in enumerate(self.history) if told.message_id == wanted.message_id
            )
            assert may(self.history[index].status, wanted.status)
            self._set(index, status=wanted.status)
        elif isinstance(wanted, Create):
            name = f"m{len(self.history)}"
            by_hand = wanted.by_hand
            self.history.append(Told(name, wanted.status, wanted.recipient, by_hand=by_hand))

    @precondition(lambda self: self.history and self._last().status in ("queued", "deferred"))
    @rule()
    def lease(self) -> None:
        self._set(-1, status="sending", dotted=False)

    @precondition(lambda self: self.history and self._last().status == "sending")
    @rule(after=st.sampled_from(["dot", "queued", "deferred", "failed", "held"]))
    def work(self, after: str) -> None:
        told = self._last()
        if after == "dot":
            self._set(-1, dotted=True, composed=True)
        elif not told.dotted:
            self._set(-1, status=after, composed=told.composed or after == "deferred")

    @precondition(lambda self: self.history and self._last().dotted)
    @rule(after=st.sampled_from(["sent", "deferred", "failed", "in_doubt"]))
    def answer(self, after: str) -> None:
        if self._last().status == "sending":
            self._set(-1, status=after, dotted=after in LEFT)

    @precondition(lambda self: self.history and self._last().status == "held")
    @rule()
    def approve(self) -> None:
        self._set(-1, status="queued", by_hand=True)

    @precondition(lambda self: self.history and self._last().status in UNSENT)
    @rule()
    def cancel(self) -> None:
        self._set(-1, status="cancelled", by_hand=True)

    @precondition(lambda self: self.history and self._last().status in ("sent", "failed"))
    @rule(recipient=RECIPIENTS)
    def resend(self, recipient: str) -> None:
        name = f"m{len(self.history)}"
        self.history.append(Told(name, "queued", recipient, by_hand=True, resent=True))

    @invariant()
    def never_two_confirmations(self) -> None:
        live = [told for told in self.history if not told.resent and told.status not in DEAD]
        assert len(live) <= 1, self.history

    @invariant()
    def the_dead_stay_dead(self) -> None:
        for told in self.history:
            seen = self.frozen.get(told.message_id)
            assert seen is None or seen == told
            if told.status in DEAD:
                self.frozen[told.message_id] = told


Life.TestCase.settings = settings(max_examples=80, stateful_step_count=25)
TestLife = Life.TestCase


def test_the_first_decision_creates_what_it_says() -> None:
    assert change(None, Owe("a@example.com")) == Create("a@example.com", "queued")
    held = change(None, Hold("a@example.com", "draft", "why"))
    assert held == Create("a@example.com", "held", "draft", "why")
    failed = change(None, Fail("nobody", "unusable_recipient", "why"))
    assert failed == Create("nobody", "failed", "unusable_recipient", "why")
    assert change(None, Wait("awaiting_payment", "why")) is None
    assert change(None, Absent("no_recipient", "why")) is None


def test_what_left_counts_before_what_is_newest() -> None:
    sent = Told("m0", "sent", "a@example.com")
    copy = Told("m1", "failed", "b@example.com", resent=True)
    assert latest([sent, copy]) == sent
    assert latest([copy, sent, copy]) == sent
    assert latest([copy]) == copy
    assert latest([]) is None


def test_every_status_has_a_row_in_the_table() -> None:
    assert all(after in MOVES for moves in MOVES.values() for after in moves)
    assert not LEFT & UNSENT


def test_nothing_that_left_can_be_unsent() -> None:
    for before in LEFT - {"in_doubt"}:
        assert MOVES[before] <= {"delivered", "bounced"}
    assert not MOVES["in_doubt"] & (UNSENT | {"superseded", "cancelled"})
