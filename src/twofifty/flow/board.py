"""How every source does, to be looked at: what came, what was compared, what is wrong."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from twofifty.clock import Clock
from twofifty.flow.reconcile import Report
from twofifty.intake.ports import Arrival, Ledger, Receipt
from twofifty.notice.recipient import is_canary


class Compared(msgspec.Struct, frozen=True):
    """The last reconciliation of a source: when, how many orders were listed, how many of each
    finding, and the fault that ended it, if one did."""

    at: datetime
    listed: int = 0
    counts: Mapping[str, int] = {}
    fault: str | None = None


class Canaried(msgspec.Struct, frozen=True):
    """The last canary order: when it was sent, and how many seconds later its confirmation was;
    None: it was not, the source's fault says why."""

    at: datetime
    seconds: float | None = None


class SourceState(msgspec.Struct, kw_only=True):
    """One source as it does now. `outcomes` are counted since this process began; `askable`: its
    shop's API can be asked; `faults`: what is wrong, by what found it."""

    name: str
    kind: str
    hook_url: str | None
    askable: bool = False
    last_arrival: datetime | None = None
    outcomes: dict[str, int] = {}
    compared: Compared | None = None
    position: str | None = None
    canary: Canaried | None = None
    faults: dict[str, str] = {}


class Board:
    """The states of all sources, by name, in the order of the settings."""

    def __init__(self, states: tuple[SourceState, ...], clock: Clock) -> None:
        self.states = {state.name: state for state in states}
        self.clock = clock

    def arrived(self, source: str, outcome: str) -> None:
        """Something came. What names no source of the settings came by the API."""
        if (state := self.states.get(source)) is not None:
            state.last_arrival = self.clock.now()
            state.outcomes[outcome] = state.outcomes.get(outcome, 0) + 1

    def compared(self, report: Report) -> None:
        """A reconciliation ended."""
        counts = {code: number for code, number in report.counts.items() if code != "agrees"}
        self.states[report.source].compared = Compared(self.clock.now(), report.listed, counts)

    def not_compared(self, source: str, fault: str) -> None:
        """A reconciliation could not be made."""
        self.states[source].compared = Compared(self.clock.now(), fault=fault)

    def fault(self, source: str, finder: str, words: str | None) -> bool:
        """Sets or clears (None) what `finder` finds wrong; whether that is news."""
        faults = self.states[source].faults
        before = faults.pop(finder, None)
        if words is not None:
            faults[finder] = words
        return before != words


class Noted:
    """A Ledger around a Ledger: what it accepts is noted on the board."""

    def __init__(self, ledger: Ledger, board: Board) -> None:
        self._ledger = ledger
        self._board = board

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`."""
        receipt = await self._ledger.accept(arrival)
        outcome = "duplicate" if receipt.duplicate else receipt.outcome
        if not _is_canarys(arrival):
            self._board.arrived(arrival.source, outcome)
        return receipt


def _is_canarys(arrival: Arrival) -> bool:
    """What we sent ourselves says nothing of the shop."""
    orders = [each.order for each in arrival.planned]
    return any(is_canary(order.customer.email or "") for order in orders)
