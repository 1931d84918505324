"""A composer over tables in memory."""

import pytest

from tests.unit.intake_rows.memory_tables import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
