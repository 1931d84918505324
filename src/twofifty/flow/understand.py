"""The one boundary round an adapter: whatever it stumbles over becomes a reason, not a fault."""

from twofifty import telemetry
from twofifty.errors import BadInput, Problem
from twofifty.intake.ports import Source, Stated
from twofifty.order.events import Ignored, News


def read(source: Source, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
    """What the adapter reads. Raises BadInput, and nothing else: what was sent is kept with its
    reason, and read again once the adapter is mended."""
    try:
        return source.read(topic, body, stated)
    except BadInput:
        raise
    except Exception as fault:
        # Whatever an adapter did not foresee in a stranger's document is not the shop's fault.
        place = telemetry.where(fault)
        telemetry.log().error(
            "an adapter failed",
            action="intake.fault",
            source=stated.name,
            fault=type(fault).__name__,
            where=place,
        )
        problem = Problem("body", f"the adapter failed on it ({type(fault).__name__}); report this")
        raise BadInput(422, "the document cannot be read", (problem,)) from fault
