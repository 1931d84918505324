"""What was seen of made-up scenarios."""

from collections.abc import Callable
from typing import Any

import pytest

from twofifty.testing.rehearsal.seen import Order, Sample, Seen

Made = Callable[..., Any]


@pytest.fixture
def order() -> Made:
    """Accepted at second 1 and taken a second later, unless it is told otherwise."""

    def made(number: int = 1, **told: Any) -> Order:
        stated = {"id": str(number), "accepted": 1.0, "message": f"m_{number}", "status": "sent"}
        return Order(**{**stated, "taken": (2.0,), **told})

    return made


@pytest.fixture
def seen() -> Made:
    """A quiet day with these orders."""

    def made(*orders: Order, **told: Any) -> Seen:
        stated = {
            "scenario": "quiet",
            "about": "a day",
            "wanted": len(orders),
            "seconds": 4.0,
            "orders": orders,
            "samples": (Sample(0.0, 0, 0, 0), Sample(2.0, 4, 3, 1), Sample(4.0, 10, 0, 2)),
        }
        return Seen(**{**stated, **told})

    return made
