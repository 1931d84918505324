"""A whole rehearsal: one scenario after the other, each on a store of its own."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from twofifty.settings import Settings
from twofifty.testing.rehearsal.harmless import can_be_asked, next_hops
from twofifty.testing.rehearsal.result import Result, result_of
from twofifty.testing.rehearsal.scenario import Scenario, Size
from twofifty.testing.rehearsal.stage import end_in_order, play, stage
from twofifty.testing.rehearsal.words import Terms


class Teller(Protocol):
    """Whom it is told how far a rehearsal is."""

    def begin(self, number: int, scenario: Scenario) -> None:
        """The scenario with this number, from 0, begins."""
        ...

    def going(self, text: str, share: float) -> None:
        """How far it is, from 0 to 1."""
        ...


def rehearse(
    settings: Settings, scenarios: Sequence[Scenario], size: Size, folder: Path, teller: Teller
) -> Iterator[Result]:
    """Each scenario's result as soon as it is there; after one that was ended early no further one
    is begun. Raises SettingsError, StartError."""
    end_in_order()
    for number, scenario in enumerate(scenarios):
        teller.begin(number, scenario)
        with stage(settings, folder / scenario.name) as ready:
            result = result_of(asyncio.run(play(ready, scenario, size, teller.going)))
        yield result
        if result.stopped:
            return


def terms_of(settings: Settings) -> Terms:
    """What of the settings the advice depends on."""
    routes = next_hops(settings)
    rates = [name for route in routes for name in route.options if name.endswith("rate")]
    return Terms(
        routes=max(1, len(routes)),
        askable=all(map(can_be_asked, routes)),
        workers=settings.workers,
        limited=bool(settings.rate or rates),
    )


@contextmanager
def scratch(*, keep: bool) -> Iterator[Path]:
    """A folder for everything that is made; gone at the end unless it is to be kept."""
    if keep:
        yield Path(tempfile.mkdtemp(prefix="twofifty-rehearsal-"))
        return
    with tempfile.TemporaryDirectory(prefix="twofifty-rehearsal-") as name:
        yield Path(name)
