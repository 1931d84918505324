"""Ways to reach a receiver."""

from collections.abc import Iterator

import pytest

from tests.unit.testing.bare import (
    COMMANDS,
    RECIPIENT,
    SENDER,
    Dial,
    Line,
    Send,
    Walk,
    client,
    message,
)
from twofifty.testing.receiver import Receiver


@pytest.fixture
def dial() -> Iterator[Dial]:
    """Opens bare connections and closes them at the end."""
    lines: list[Line] = []

    def opened(receiver: Receiver) -> Line:
        lines.append(Line(receiver.port))
        return lines[-1]

    yield opened
    for line in lines:
        line.close()


@pytest.fixture
def send() -> Send:
    """Sends one mail over a connection of its own."""

    def sent(
        receiver: Receiver, number: int = 1, to: str = RECIPIENT, sender: str = SENDER
    ) -> None:
        with client(receiver) as smtp:
            smtp.sendmail(sender, [to], message(number))

    return sent


@pytest.fixture
def to_phase(dial: Dial) -> Walk:
    """Opens a connection and speaks up to, and with, the command of a phase. The reply to that
    command is left unread."""

    def walked(receiver: Receiver, phase: str) -> Line:
        line = dial(receiver)
        for name, command in COMMANDS:
            if name == phase:
                line.socket.sendall(command)
                return line
            line.socket.sendall(command)
            line.reply()
        raise AssertionError(phase)

    return walked
