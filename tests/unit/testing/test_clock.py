"""The frozen clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from twofifty.clock import Clock
from twofifty.testing.clock import FrozenClock


def test_it_moves_only_when_told_to() -> None:
    clock: Clock = FrozenClock()
    assert clock.now() == clock.now()
    frozen = FrozenClock(datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    frozen.advance(90)
    assert frozen.now() == datetime(2026, 3, 1, 0, 1, 30, tzinfo=UTC)
    assert frozen.seconds() == frozen.now().timestamp()
    frozen.advance(-90)
    assert frozen.now() == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_start_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        FrozenClock(datetime(2026, 3, 1))  # noqa: DTZ001  the mistake
