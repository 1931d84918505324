"""What may be relied on where people and programs look and act, and where the world answers."""

from twofifty.testing.contracts.store_archive import ArchivePromises
from twofifty.testing.contracts.store_blocks import BlockPromises
from twofifty.testing.contracts.store_brakes import BrakePromises
from twofifty.testing.contracts.store_desk import DeskPromises
from twofifty.testing.contracts.store_origin import OriginPromises
from twofifty.testing.contracts.store_reach import ReachPromises
from twofifty.testing.contracts.store_reports import ReportPromises


class TrackingPromises(
    ArchivePromises,
    OriginPromises,
    DeskPromises,
    ReportPromises,
    BlockPromises,
    ReachPromises,
    BrakePromises,
):
    """The ports of `track`, and the brakes."""
