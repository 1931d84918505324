"""What a customer may do on the page: each offer is a form, and its post does what it says.

To add one, write a function that offers it (`Offered`), name it in `views.OFFERED`, and answer
its post. A page that is only looked at never acts.
"""

from collections.abc import Callable

import msgspec

from twofifty.compose.tongue import Tongue
from twofifty.order.model import Order
from twofifty.track.model import OrderView


class Field(msgspec.Struct, frozen=True):
    """An input. `kind` and `autocomplete` are HTML's; `fault`: what is wrong with what was given,
    in the customer's language."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    fault: str = ""


class Offer(msgspec.Struct, frozen=True):
    """A form that posts to `/o/{token}/{action}`; `why`: what is said above it. `guess`: the text
    of a button that posts `guess=1` instead of the fields."""

    action: str
    why: str
    button: str
    fields: tuple[Field, ...] = ()
    guess: str = ""


class Case(msgspec.Struct, frozen=True):
    """One order as the page has it: its canonical form, what was sent, and the page's language."""

    order: Order
    view: OrderView
    tongue: Tongue


Offered = Callable[[Case], Offer | None]
