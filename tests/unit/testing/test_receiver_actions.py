"""Every action: what a client sees, and what the ledger says of it."""

import hashlib
import smtplib

import pytest

from tests.unit.testing.bare import Dial, Send, Walk
from twofifty.deliver.outcome import Phase
from twofifty.testing.moment import Cut, Delay, Drip, Raw, Say
from twofifty.testing.receiver import running_receiver
from twofifty.testing.script import (
    GARBAGE,
    accept,
    at,
    defer_at,
    delay_at,
    drip_at,
    drop_after_dot_untaken,
    drop_at,
    drop_before_dot,
    flood_at,
    garbage_at,
    hang_at,
    lie,
    refuse_at,
    take_then_drop,
    take_then_hang,
)

MESSAGE = b"Message-ID: <1@shop.example.test>\r\nSubject: Order\r\n\r\nThank you.\r\n"
PHASES = ("connect", "ehlo", "mail", "rcpt", "data", "dot")


def test_an_accepted_message_is_in_the_ledger_byte_for_byte(send: Send) -> None:
    with running_receiver(accept) as receiver:
        send(receiver)
    [taken] = receiver.ledger
    assert taken.data == MESSAGE
    assert taken.sha256 == hashlib.sha256(MESSAGE).hexdigest()
    assert taken.size == len(MESSAGE)
    assert (taken.sender, taken.recipients) == (
        "orders@shop.example.test",
        ("customer@example.test",),
    )
    assert taken.message_id == "<1@shop.example.test>"
    assert taken.answered
    assert receiver.ledger.counts["dot"] == 1


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("kind", ["4yz", "5yz"])
def test_a_reply_asked_for_at_a_phase_is_what_the_client_hears(
    to_phase: Walk, phase: Phase, kind: str
) -> None:
    script = {
        "4yz": defer_at(phase, 452, "4.2.2", "mailbox full"),
        "5yz": refuse_at(phase, 550, "5.1.1", "no such user"),
    }[kind]
    heard = {
        "4yz": b"452 4.2.2 mailbox full\r\n",
        "5yz": b"550 5.1.1 no such user\r\n",
    }[kind]
    with running_receiver(script) as receiver:
        line = to_phase(receiver, phase)
        assert line.reply() == heard
        assert line.ask(b"NOOP") == b"250 2.0.0 ok\r\n"
    assert len(receiver.ledger) == 0
    assert receiver.ledger.counts[f"{phase}.{kind}"] == 1


def test_a_refused_connection_hears_503_until_it_quits(dial: Dial) -> None:
    with running_receiver(refuse_at("connect", 554, None, "no mail here")) as receiver:
        line = dial(receiver)
        assert line.reply() == b"554 no mail here\r\n"
        assert line.ask(b"EHLO client.example.test").startswith(b"503 ")
        assert line.ask(b"QUIT").startswith(b"221 ")
        assert line.ended()
    assert receiver.ledger.counts["ehlo"] == 0


@pytest.mark.parametrize("phase", ["connect", "greeting"])
def test_421_closes_the_connection(dial: Dial, phase: Phase) -> None:
    with running_receiver(defer_at(phase, 421, "4.3.2", "too busy")) as receiver:
        line = dial(receiver)
        assert line.reply() == b"421 4.3.2 too busy\r\n"
        assert line.ended()
    assert receiver.ledger.counts[f"{phase}.4yz"] == 1


def test_a_refused_ehlo_leaves_the_client_ungreeted(dial: Dial) -> None:
    with running_receiver(refuse_at("ehlo", 550, None, "go away")) as receiver:
        line = dial(receiver)
        line.reply()
        assert line.ask(b"EHLO client.example.test") == b"550 go away\r\n"
        assert line.ask(b"MAIL FROM:<a@example.test>").startswith(b"503 ")


def test_a_positive_reply_of_ones_own_takes_the_message(to_phase: Walk) -> None:
    with running_receiver(at("dot", Say(250, "queued as\n12345", "2.6.0"))) as receiver:
        line = to_phase(receiver, "dot")
        assert line.reply() == b"250-2.6.0 queued as\r\n250 2.6.0 12345\r\n"
    [taken] = receiver.ledger
    assert taken.answered


@pytest.mark.parametrize("phase", PHASES)
def test_drop_closes_without_a_reply(to_phase: Walk, phase: Phase) -> None:
    with running_receiver(drop_at(phase)) as receiver:
        assert to_phase(receiver, phase).ended()
    assert len(receiver.ledger) == 0
    assert receiver.ledger.counts[f"{phase}.drop"] == 1


def test_drop_before_the_dot_says_354_and_takes_nothing(to_phase: Walk) -> None:
    with running_receiver(drop_before_dot) as receiver:
        line = to_phase(receiver, "data")
        assert line.reply().startswith(b"354 ")
        assert line.ended()
    assert len(receiver.ledger) == 0
    assert receiver.ledger.counts["dot"] == 0


def test_cut_reads_so_many_bytes_and_closes(to_phase: Walk) -> None:
    with running_receiver(at("data", Cut(after=100))) as receiver:
        line = to_phase(receiver, "data")
        line.reply()
        line.socket.sendall(b"x" * 60)
        assert line.silent()
        line.socket.settimeout(10)
        line.socket.sendall(b"x" * 60)
        assert line.ended()
    assert len(receiver.ledger) == 0


def test_drop_after_the_dot_untaken_leaves_no_trace_but_a_count(to_phase: Walk) -> None:
    with running_receiver(drop_after_dot_untaken) as receiver:
        assert to_phase(receiver, "dot").ended()
    assert len(receiver.ledger) == 0
    assert receiver.ledger.counts["dot.drop"] == 1


def test_take_then_drop_stores_what_the_client_never_hears_of(send: Send) -> None:
    with (
        running_receiver(take_then_drop) as receiver,
        pytest.raises(smtplib.SMTPServerDisconnected),
    ):
        send(receiver)
    [taken] = receiver.ledger
    assert taken.data == MESSAGE
    assert not taken.answered


def test_take_then_hang_stores_and_keeps_silent(to_phase: Walk) -> None:
    with running_receiver(take_then_hang) as receiver:
        assert to_phase(receiver, "dot").silent()
        [taken] = receiver.ledger
    assert not taken.answered


def test_a_lie_is_a_250_for_nothing(send: Send) -> None:
    with running_receiver(lie) as receiver:
        send(receiver)
    assert len(receiver.ledger) == 0
    [thrown_away] = receiver.ledger.lies
    assert thrown_away.message_id == "<1@shop.example.test>"


@pytest.mark.parametrize("phase", PHASES)
def test_a_hanging_phase_never_replies_and_never_closes(to_phase: Walk, phase: Phase) -> None:
    with running_receiver(hang_at(phase)) as receiver:
        line = to_phase(receiver, phase)
        assert line.silent()
        assert receiver.ledger.counts[f"{phase}.hang"] == 1
    assert len(receiver.ledger) == 0


def test_a_hung_connection_is_forgotten_when_its_client_leaves(to_phase: Walk) -> None:
    with running_receiver(hang_at("ehlo")) as receiver:
        line = to_phase(receiver, "ehlo")
        assert receiver.connections == 1
        line.close()
        assert receiver.wait_for_connections(0)


@pytest.mark.parametrize("phase", PHASES)
def test_a_delayed_reply_comes_in_the_end(to_phase: Walk, phase: Phase) -> None:
    with running_receiver(delay_at(phase, 0.05)) as receiver:
        line = to_phase(receiver, phase)
        assert line.reply()[:3] in (b"220", b"250", b"354")
    assert receiver.ledger.counts[f"{phase}.delay"] == 1
    assert [taken.answered for taken in receiver.ledger] == ([True] if phase == "dot" else [])


def test_a_delay_may_end_in_any_action(to_phase: Walk) -> None:
    with running_receiver(at("dot", Delay(0.05, Say(451, "not now", "4.3.0")))) as receiver:
        assert to_phase(receiver, "dot").reply() == b"451 4.3.0 not now\r\n"
    assert len(receiver.ledger) == 0


def test_commands_that_come_during_a_delay_are_answered_in_order(to_phase: Walk) -> None:
    with running_receiver(delay_at("mail", 0.05)) as receiver:
        line = to_phase(receiver, "mail")
        line.socket.sendall(b"NOOP\r\nRSET\r\n")
        assert [line.reply() for _ in range(3)] == [
            b"250 2.1.0 sender ok\r\n",
            b"250 2.0.0 ok\r\n",
            b"250 2.0.0 reset\r\n",
        ]


@pytest.mark.parametrize("phase", PHASES)
def test_a_dripping_reply_arrives_whole(to_phase: Walk, phase: Phase) -> None:
    with running_receiver(drip_at(phase, 500)) as receiver:
        assert to_phase(receiver, phase).reply()[:3] in (b"220", b"250", b"354")
        if phase == "dot":
            assert receiver.ledger.wait_for_answers(1)
    assert receiver.ledger.counts[f"{phase}.drip"] == 1


def test_a_drip_comes_byte_by_byte(to_phase: Walk) -> None:
    with running_receiver(drip_at("ehlo", 50)) as receiver:
        line = to_phase(receiver, "ehlo")
        assert [line.socket.recv(4096) for _ in range(3)] == [b"2", b"5", b"0"]


def test_a_client_that_leaves_during_the_drip_was_not_answered(to_phase: Walk) -> None:
    with running_receiver(drip_at("dot", 20)) as receiver:
        line = to_phase(receiver, "dot")
        assert line.socket.recv(1) == b"2"
        line.close()
        assert receiver.wait_for_connections(0)
    [taken] = receiver.ledger
    assert not taken.answered


def test_a_dripping_refusal_takes_nothing(to_phase: Walk) -> None:
    with running_receiver(at("dot", Drip(1000, Say(550, "no", "5.7.1")))) as receiver:
        assert to_phase(receiver, "dot").reply() == b"550 5.7.1 no\r\n"
    assert len(receiver.ledger) == 0


@pytest.mark.parametrize("phase", PHASES)
def test_garbage_is_sent_as_it_is(to_phase: Walk, phase: Phase) -> None:
    with running_receiver(garbage_at(phase)) as receiver:
        line = to_phase(receiver, phase)
        assert line.file.read(len(GARBAGE)) == GARBAGE
    assert len(receiver.ledger) == 0
    assert receiver.ledger.counts[f"{phase}.raw"] == 1


def test_raw_bytes_may_follow_a_taken_message_and_end_the_connection(to_phase: Walk) -> None:
    with running_receiver(at("dot", Raw(b"25", take=True, hang_up=True))) as receiver:
        line = to_phase(receiver, "dot")
        assert line.file.read() == b"25"
    [taken] = receiver.ledger
    assert not taken.answered


@pytest.mark.parametrize("phase", ["ehlo", "mail", "dot"])
def test_a_flood_is_one_line_of_a_megabyte(to_phase: Walk, phase: Phase) -> None:
    with running_receiver(flood_at(phase)) as receiver:
        line = to_phase(receiver, phase)
        flood = line.file.readline()
        assert len(flood) == 1 << 20
        assert flood.startswith(b"250 xxx")
        assert flood.endswith(b"x\r\n")


def test_a_script_can_be_exchanged_while_the_receiver_runs(send: Send) -> None:
    with running_receiver(defer_at("rcpt")) as receiver:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(receiver)
        receiver.follow(accept)
        send(receiver)
    assert len(receiver.ledger) == 1
