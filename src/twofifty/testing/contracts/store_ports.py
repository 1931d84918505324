"""A store as the suites see it: every port over the same truth."""

from typing import Protocol

from twofifty.compose.ports import Bookshelf
from twofifty.deliver.ports import Brakes, Leased, Outbox
from twofifty.intake.ports import Books, Errands, Ledger
from twofifty.queue.carrier import Dispatch
from twofifty.queue.duty import Duties
from twofifty.track.ports import (
    Archive,
    Audit,
    Desk,
    Origins,
    Reach,
    Reports,
    Suppressions,
    Tasks,
)


class Store(Protocol):
    """The ports of one store."""

    @property
    def ledger(self) -> Ledger:
        """Where arrivals go."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Where workers take from."""
        ...

    @property
    def dispatch(self) -> Dispatch[Leased]:
        """What brokers bring."""
        ...

    @property
    def archive(self) -> Archive:
        """What can be seen."""
        ...

    @property
    def desk(self) -> Desk:
        """What can be done by hand."""
        ...

    @property
    def duties(self) -> Duties:
        """What one process does for all."""
        ...

    @property
    def errands(self) -> Errands:
        """What is to be asked for."""
        ...

    @property
    def books(self) -> Books:
        """What intake looks up."""
        ...

    @property
    def audit(self) -> Audit:
        """What balances."""
        ...

    @property
    def origins(self) -> Origins:
        """Where messages come from."""
        ...

    @property
    def shelf(self) -> Bookshelf:
        """What mails are made of."""
        ...

    @property
    def reports(self) -> Reports:
        """What is said of messages."""
        ...

    @property
    def suppressions(self) -> Suppressions:
        """Who is not written to."""
        ...

    @property
    def tasks(self) -> Tasks:
        """What a person should look at."""
        ...

    @property
    def reach(self) -> Reach:
        """Who was reached."""
        ...

    @property
    def brakes(self) -> Brakes:
        """What stops mail."""
        ...

    async def close(self) -> None:
        """Finishes what waits."""
        ...
