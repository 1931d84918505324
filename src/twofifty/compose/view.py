"""The view model of a mail: all that its templates may say, as plain dicts, lists and text.

Every value that a customer or a shop wrote is clean (`clean.py`), every amount is the order's own
figure in the reader's format, and what the order does not say is None, empty text or no list. What
all kinds of mail say stands here; each kind adds its own.
"""

from collections.abc import Callable, Mapping
from typing import Final

from twofifty.compose.brand import Brand
from twofifty.compose.columns import flowed
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader, reader
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_agent import agent_view
from twofifty.compose.view_confirmation import confirmation_view
from twofifty.compose.view_delay import delay_view
from twofifty.compose.view_frame import brand_view, frame_view
from twofifty.compose.view_lines import MAX_LINES
from twofifty.compose.view_parcel import delivery_view, shipment_view
from twofifty.compose.view_refund import cancellation_view, refund_view
from twofifty.compose.view_update import update_view
from twofifty.notice.model import Kind

__all__ = ["brand_view", "view"]

View = dict[str, object]

_OWN: Final[Mapping[Kind, Callable[[Letter, Reader, int], View]]] = {
    "confirmation": confirmation_view,
    "update": update_view,
    "cancellation": cancellation_view,
    "refund": refund_view,
    "shipment": shipment_view,
    "delay": delay_view,
    "delivery": delivery_view,
    "agent": agent_view,
}


def view(letter: Letter, brand: Brand, tongue: Tongue, limit: int = MAX_LINES) -> View:
    """The whole view model, with at most `limit` lines shown in full. Raises KeyError for a kind
    that has no mail."""
    whose = reader(letter.order, brand, tongue)
    shown = frame_view(letter, whose)
    shown.update(_OWN[letter.kind](letter, whose, limit))
    shown["intro_text"] = flowed(str(shown["intro"]))
    return shown
