"""What the parts of a dialogue share: who is connected, and the way to the script."""

from collections.abc import Callable, Mapping

from twofifty.deliver.outcome import Phase
from twofifty.testing.moment import Moment
from twofifty.testing.receiver.acting import Act, Actor, nothing
from twofifty.testing.receiver.offer import Stage
from twofifty.testing.receiver.wire import Wire

Verbs = Mapping[bytes, Callable[[bytes], None]]
"""What answers to a command, by its verb in capitals; called with the rest of the line."""


class Session:
    """One connection. `on_line` gets the next line; `read`, where set, gets the bytes themselves
    until it is unset."""

    def __init__(self, wire: Wire, stage: Stage) -> None:
        stage.sessions += 1
        self.wire = wire
        self.stage = stage
        self.offer = stage.offer
        self.number = stage.sessions
        self.peer = ""
        self.user = ""
        self.hello = False
        self.read: Callable[[bytearray], bool] | None = None
        self.on_line: Callable[[bytes], None] = self.ignore
        self._actor = Actor(wire, stage)

    def ignore(self, line: bytes) -> None:
        """Nobody listens yet."""

    def say(self, reply: bytes) -> None:
        """A reply that is none of the script's business: the client broke the protocol."""
        self.wire.send(reply)

    def play(self, phase: Phase, reply: bytes, then: Callable[[], None] = nothing) -> None:
        """A phase outside any transaction."""
        self.act(Act(phase, reply, then), self.moment(phase))

    def act(self, act: Act, moment: Moment) -> None:
        """Puts a moment to the script."""
        self._actor.play(act, moment)

    def moment(self, phase: Phase) -> Moment:
        """The moment as far as the session knows it."""
        return Moment(
            phase=phase,
            session=self.number,
            seconds=self.stage.clock.seconds(),
            peer=self.peer,
            secure=self.wire.secure,
            user=self.user,
        )
