"""The table of faults is whole, and a line goes bad where it is told to."""

import smtplib
from typing import get_args

import pytest

from twofifty.deliver.outcome import Phase
from twofifty.testing.bad_line import When, running_line
from twofifty.testing.faults import KINDS, MAILING, OPENING, Cell, mailing_cells, opening_cells
from twofifty.testing.moment import Drop, Hang, Proceed, Raw, Reset, Say
from twofifty.testing.receiver import running_receiver

CELLS = [*opening_cells(), *mailing_cells()]
MAIL = "Message-ID: <1@example.com>\r\n\r\nThank you.\r\n"


def test_every_phase_has_every_kind_of_fault_but_those_that_cannot_be() -> None:
    assert {*OPENING, *MAILING} == set(get_args(Phase))
    cannot = {("connect", "drip"), ("connect", "wrong"), ("dot", "drip")}
    whole = {(phase, kind) for phase in get_args(Phase) for kind in KINDS} - cannot
    assert {(cell.phase, cell.kind) for cell in CELLS if not cell.take} == whole


def test_every_fault_has_a_name_of_its_own_that_fits_into_a_domain() -> None:
    names = [cell.name for cell in CELLS]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() and len(name) < 64 for name in names)


@pytest.mark.parametrize("chunking", [False, True])
def test_no_fault_is_what_a_plain_server_does(chunking: bool) -> None:
    assert not [cell for cell in CELLS if isinstance(cell.action(chunking), Proceed)]


def test_only_silence_after_the_end_is_a_doubt() -> None:
    doubtful = {cell.phase for cell in CELLS if cell.fate() == "in_doubt"}
    assert doubtful == {"dot"}
    assert Cell("data", "hang").fate(chunking=True) == "in_doubt"
    assert Cell("dot", "4yz").fate() == "deferred"
    assert Cell("rcpt", "5yz").fate() == "failed"
    assert Cell("greeting", "5yz").fate() == "deferred"


def sent(port: int, times: int) -> list[bool]:
    """Whether each of so many mails, over a connection of its own, got its 250."""
    return [_sent(port) for _ in range(times)]


def _sent(port: int) -> bool:
    wire = smtplib.SMTP("127.0.0.1", port, timeout=1)
    try:
        wire.sendmail("orders@example.com", ["buyer@example.com"], MAIL)
    except (OSError, smtplib.SMTPException):
        return False
    finally:
        wire.close()
    return True


def test_a_line_goes_bad_every_so_often_until_it_is_healed() -> None:
    with (
        running_receiver() as receiver,
        running_line(receiver.port, b"DATA", Drop(), When(every=3)) as line,
    ):
        assert sent(line.port, 6) == [True, True, False] * 2
        assert line.hits == 2
        line.heal()
        assert all(sent(line.port, 4))
        assert len(receiver.ledger) == 8


@pytest.mark.parametrize("passed", [True, False])
def test_the_server_hears_the_word_only_where_it_is_passed_on(passed: bool) -> None:
    with running_receiver() as receiver:
        with running_line(receiver.port, b"RSET", Drop(), When(passed=passed)) as line:
            wire = smtplib.SMTP("127.0.0.1", line.port, timeout=5)
            wire.ehlo()
            wire.mail("orders@example.com")
            with pytest.raises((OSError, smtplib.SMTPException)):
                wire.docmd("RSET")
            wire.close()
            assert line.hits == 1
        assert all(sent(receiver.port, 1))


@pytest.mark.parametrize(
    ("fault", "seen"), [(Say(451, "no"), 451), (Raw(b"354 odd\r\n"), 354), (Say(421, "bye"), 421)]
)
def test_another_reply_takes_the_place_of_the_servers(fault: Say | Raw, seen: int) -> None:
    with running_receiver() as receiver, running_line(receiver.port, b"NOOP", fault) as line:
        wire = smtplib.SMTP("127.0.0.1", line.port, timeout=5)
        wire.ehlo()
        assert wire.docmd("NOOP")[0] == seen
        wire.close()


@pytest.mark.parametrize("fault", [Hang(), Reset(), Drop()])
def test_no_reply_at_all_is_a_line_that_is_of_no_more_use(fault: Hang | Reset | Drop) -> None:
    with running_receiver() as receiver, running_line(receiver.port, b"NOOP", fault) as line:
        wire = smtplib.SMTP("127.0.0.1", line.port, timeout=0.5)
        wire.ehlo()
        with pytest.raises((OSError, smtplib.SMTPException)):
            wire.docmd("NOOP")
        wire.close()
