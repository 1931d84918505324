"""Scripts and how they compose."""

import smtplib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.testing.bare import Send
from twofifty.testing.clock import FrozenClock
from twofifty.testing.moment import PHASES, Drip, Drop, Lie, Moment, Proceed, Say, Script
from twofifty.testing.named import FAULTS, script_named
from twofifty.testing.receiver import running_receiver
from twofifty.testing.script import (
    accept,
    any_of,
    by_recipient,
    defer_at,
    drop_at,
    first,
    greylist,
    lie,
    refuse_at,
    sometimes,
    take_then_drop,
)

RCPT = Moment(phase="rcpt", session=1, seconds=0.0, recipient="a@example.test")
DOT = Moment(phase="dot", session=1, seconds=0.0, recipient="a@example.test")


def test_greylisting_ends_after_so_many_refusals_of_the_same_triple(send: Send) -> None:
    with running_receiver(greylist(times=2)) as receiver:
        for _ in range(2):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                send(receiver)
            assert refused.value.recipients["customer@example.test"][0] == 451
        send(receiver)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(receiver, to="another@example.test")
    assert len(receiver.ledger) == 1
    assert receiver.ledger.counts["rcpt.4yz"] == 3


def test_greylisting_goes_by_the_receivers_clock(send: Send) -> None:
    clock = FrozenClock()
    with running_receiver(greylist(times=1, seconds=300), clock=clock) as receiver:
        for _ in range(3):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                send(receiver)
        clock.advance(299)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(receiver)
        clock.advance(1)
        send(receiver)
    [taken] = receiver.ledger
    assert taken.at == clock.seconds()


def test_by_recipient_keeps_each_to_their_own(send: Send) -> None:
    script = by_recipient(
        {
            "GONE@example.test": refuse_at("rcpt", 550, "5.1.1", "no such user"),
            "@full.example.test": defer_at("rcpt", 452, "4.2.2", "full"),
            "liar@example.test": lie,
        }
    )
    with running_receiver(script) as receiver:
        send(receiver, number=1)
        for number, (to, code) in enumerate(
            [("gone@example.test", 550), ("any@full.example.test", 452)], start=2
        ):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                send(receiver, number=number, to=to)
            assert refused.value.recipients[to][0] == code
        send(receiver, number=4, to="liar@example.test")
    assert [taken.message_id for taken in receiver.ledger] == ["<1@shop.example.test>"]
    assert [thrown.message_id for thrown in receiver.ledger.lies] == ["<4@shop.example.test>"]


def test_first_steps_in_so_often_and_then_gives_way() -> None:
    script = first(2, defer_at("rcpt"), then=refuse_at("dot"))
    heard = [script(RCPT) for _ in range(4)]
    assert [type(action) for action in heard] == [Say, Say, Proceed, Proceed]
    assert script(DOT) == Say(550, "refused")


def test_phases_that_a_script_leaves_alone_do_not_use_it_up() -> None:
    script = first(1, take_then_drop)
    assert [script(RCPT) for _ in range(5)] == [Proceed()] * 5
    assert [script(DOT), script(DOT)] == [Drop(take=True), Proceed()]


@given(share=st.floats(0.05, 0.95), seed=st.integers())
def test_sometimes_is_the_same_for_the_same_seed(share: float, seed: int) -> None:
    def run() -> list[object]:
        script = sometimes(share, take_then_drop, otherwise=lie, seed=seed)
        return [script(moment) for moment in [RCPT, DOT] * 50]

    assert run() == run()


def test_sometimes_keeps_its_share() -> None:
    script = sometimes(0.02, take_then_drop, seed=1)
    seen = Counter(type(script(DOT)) for _ in range(10_000))
    assert 150 < seen[Drop] < 250
    assert seen[Drop] + seen[Proceed] == 10_000


def test_sometimes_never_and_sometimes_always() -> None:
    assert sometimes(0.0, lie)(DOT) == Proceed()
    assert sometimes(1.0, lie)(DOT) == Lie()


def test_the_first_of_several_that_steps_in_decides() -> None:
    script = any_of(accept, refuse_at("rcpt", 550), drop_at("rcpt"), lie)
    assert script(RCPT) == Say(550, "refused")
    assert script(DOT) == Lie()
    assert any_of()(DOT) == Proceed()


def test_a_refusal_with_the_wrong_class_of_code_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="5yz"):
        refuse_at("rcpt", 450)
    with pytest.raises(ValueError, match="4yz"):
        defer_at("rcpt", 550)


@pytest.mark.parametrize(
    ("text", "moment", "action"),
    [
        ("accept", DOT, Proceed()),
        ("refuse:rcpt", RCPT, Say(550, "refused")),
        ("refuse:rcpt,551", RCPT, Say(551, "refused")),
        ("refuse:rcpt,550,5.1.1", RCPT, Say(550, "refused", "5.1.1")),
        ("refuse:rcpt,550,5.1.1,no, not you", RCPT, Say(550, "no, not you", "5.1.1")),
        ("defer:dot,451,4.3.0,busy", DOT, Say(451, "busy", "4.3.0")),
        ("defer@1.0:dot", DOT, Say(451, "try again later")),
        ("defer@0.0:dot", DOT, Proceed()),
        ("drop:rcpt", RCPT, Drop()),
        ("take_then_drop", DOT, Drop(take=True)),
        ("take_then_drop:0.0", DOT, Proceed()),
        ("take_then_drop@1.0", DOT, Drop(take=True)),
        ("lie:1", DOT, Lie()),
        ("drip:dot,5", DOT, Drip(5.0)),
        ("greylist:1,300", RCPT, Say(451, "greylisted, try again later", "4.7.1")),
    ],
)
def test_a_script_by_name(text: str, moment: Moment, action: object) -> None:
    assert script_named(text)(moment) == action


@pytest.mark.parametrize("name", ["hang", "delay", "drip", "garbage", "flood"])
@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_can_be_named(name: str, phase: str) -> None:
    value = ",2" if name in ("delay", "drip") else ""
    script: Script = script_named(f"{name}:{phase}{value}")
    moments = [Moment(phase=each, session=1, seconds=0.0) for each in PHASES]
    assert [m.phase for m in moments if script(m) != Proceed()] == [phase]


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "refuse", "refuse:lunch", "refuse:rcpt,450", "accept:1", "delay:dot,soon",
     "lie:often", "greylist:x", "defer@x:dot"],
)  # fmt: skip
def test_a_script_that_cannot_be_understood_names_itself(text: str) -> None:
    with pytest.raises(ValueError, match=f"script '{text}'"):
        script_named(text)


def test_every_fault_without_arguments_has_a_name() -> None:
    assert {"drop_before_dot", "drop_after_dot_untaken", "take_then_drop", "lie"} <= set(FAULTS)
