"""A next hop that dies and comes back."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from twofifty.testing.rehearsal.hop import Hop


def send(port: int, name: str) -> None:
    mail = EmailMessage()
    mail["Message-ID"] = f"<{name}@example.com>"
    mail["From"], mail["To"] = "orders@example.com", "buyer@example.com"
    mail.set_content("Thank you.")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(mail)


def test_it_refuses_connections_while_down_and_then_knows_what_it_took(tmp_path: Path) -> None:
    with Hop(tmp_path / "hop") as hop:
        send(hop.ports.port, "m_1")
        hop.tell("down")
        with pytest.raises(ConnectionRefusedError):
            send(hop.ports.port, "m_2")
        hop.tell("up")
        send(hop.ports.port, "m_3")
        assert hop.count() == 2
        assert [one.message_id for one in hop.taken()] == ["<m_1@example.com>", "<m_3@example.com>"]


def test_it_acts_by_the_script_it_was_told_also_after_it_came_back(tmp_path: Path) -> None:
    with Hop(tmp_path / "hop") as hop:
        hop.tell("refuse:mail,550")
        hop.tell("down")
        hop.tell("up")
        with pytest.raises(smtplib.SMTPSenderRefused):
            send(hop.ports.port, "m_1")
        hop.tell("accept")
        send(hop.ports.port, "m_1")
        assert hop.count() == 1


def test_a_script_that_is_none_is_noticed(tmp_path: Path) -> None:
    with Hop(tmp_path / "hop") as hop, pytest.raises(RuntimeError):
        hop.tell("acept")
