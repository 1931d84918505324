"""Round an adapter: whatever it stumbles over becomes a reason, and what it told becomes orders."""

from twofifty import telemetry
from twofifty.errors import BadInput, Problem
from twofifty.intake.ports import Source, Stated
from twofifty.order.amend import amended
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order


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


def whole(news: tuple[News, ...], *, last: bool = False) -> list[Order]:
    """The orders that are told whole, with what the same document says of their parts. `last`:
    nobody can be asked further, so what a pointer says counts too."""
    kinds = OrderEvent | Pointer if last else OrderEvent
    told = [each.order for each in news if isinstance(each, kinds) and each.order is not None]
    parts = [each for each in news if isinstance(each, Amendment)]
    return [amended(order, [each for each in parts if each.order_id == order.id]) for order in told]
