"""What the faces are given of the time after a mail has left, and of what keeps it from leaving."""

from dataclasses import dataclass

from twofifty.deliver.ports import Brakes, BrakeState
from twofifty.track.ports import Reports, Suppressions, Tasks


@dataclass(frozen=True, slots=True)
class Care:
    """`instance`: this installation's fingerprint, empty where no mail leaves the machine, so that
    any store may be its own. `silence_after`: so many mails without any news are an alarm; 0: none
    are, as where no news can come in."""

    suppressions: Suppressions
    tasks: Tasks
    reports: Reports
    brakes: Brakes
    instance: str = ""
    silence_after: int = 0

    def copied(self, state: BrakeState) -> bool:
        """Whether the store is another installation's."""
        return bool(self.instance and state.instance) and state.instance != self.instance
