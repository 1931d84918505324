"""Doing what a script says, and noting it in the ledger."""

from collections.abc import Callable

import msgspec

from twofifty.deliver.outcome import Phase
from twofifty.testing.ledger import Arrival
from twofifty.testing.moment import (
    Action,
    Cut,
    Delay,
    Drip,
    Drop,
    Hang,
    Lie,
    Moment,
    Proceed,
    Raw,
    Reset,
    Say,
)
from twofifty.testing.receiver.offer import Stage
from twofifty.testing.receiver.replies import said
from twofifty.testing.receiver.wire import Wire


def nothing() -> None:
    """What follows a reply that changes nothing."""


class Act(msgspec.Struct, frozen=True):
    """What is about to happen at `phase`: the ordinary reply, what follows once a positive
    reply is out, and the message that has arrived, if that is what it is about."""

    phase: Phase
    reply: bytes
    then: Callable[[], None] = nothing
    arrival: Arrival | None = None


class Actor:
    """Asks the script and does as it says."""

    def __init__(self, wire: Wire, stage: Stage) -> None:
        self._wire = wire
        self._stage = stage

    def play(self, act: Act, moment: Moment) -> None:
        """One phase: asks, counts, acts."""
        self._stage.ledger.counts[act.phase] += 1
        self._perform(act, self._stage.script(moment))

    def _perform(self, act: Act, action: Action) -> None:
        if isinstance(action, Proceed):
            self._answer(act, act.reply)
            return
        self._stage.ledger.counts[f"{act.phase}.{_name(action)}"] += 1
        match action:
            case Say():
                self._say(act, action)
            case Delay():
                self._wire.later(action.seconds, lambda: self._perform(act, action.then))
            case Drip():
                self._drip(act, action)
            case Lie():
                self._lie(act)
            case _:
                self._fail(act, action)

    def _answer(self, act: Act, reply: bytes) -> None:
        """The message is in the ledger before its 250 is on the wire."""
        if act.arrival:
            self._stage.ledger.take(act.arrival, answered=self._wire.open)
        self._wire.send(reply)
        act.then()

    def _say(self, act: Act, say: Say) -> None:
        if say.code < 400:
            self._answer(act, said(say))
        else:
            self._wire.send(said(say))
        if say.hang_up or say.code == 421:
            self._wire.hang_up()

    def _drip(self, act: Act, drip: Drip) -> None:
        """The message is taken before the first byte of the reply, answered after the last."""
        positive = isinstance(drip.then, Proceed) or drip.then.code < 400
        reply = act.reply if isinstance(drip.then, Proceed) else said(drip.then)
        serial = self._take_silently(act) if positive else 0

        def finish() -> None:
            if serial:
                self._stage.ledger.answer(serial)
            if positive:
                act.then()

        self._wire.drip(reply, drip.bytes_per_second, finish)

    def _lie(self, act: Act) -> None:
        if act.arrival:
            self._stage.ledger.lie(act.arrival)
        self._wire.send(act.reply)
        act.then()

    def _fail(self, act: Act, action: Drop | Reset | Hang | Raw | Cut | Proceed) -> None:
        """No proper reply comes. What a fault takes, it takes unanswered."""
        if isinstance(action, Drop | Reset | Hang | Raw) and action.take:
            self._take_silently(act)
        match action:
            case Raw():
                self._wire.send(action.data)
                if action.hang_up:
                    self._wire.hang_up()
            case Hang():
                self._wire.go_deaf()
            case Reset():
                self._wire.reset()
            case Cut():
                self._wire.send(act.reply)
                self._wire.cut(action.after)
            case _:
                self._wire.hang_up()

    def _take_silently(self, act: Act) -> int:
        if act.arrival is None:
            return 0
        return self._stage.ledger.take(act.arrival, answered=False).serial


def _name(action: Action) -> str:
    """`4yz`, `drop`, `hang` ...: how the ledger counts it."""
    return f"{action.code // 100}yz" if isinstance(action, Say) else type(action).__name__.lower()
