"""What can be rehearsed: a table of small values. Pure.

A scenario has a load and faults. Times are shares of the load's length, so that the same table
serves a run of five seconds and one of an hour.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

import msgspec

from twofifty.errors import SettingsError

Deed = Literal["script", "down", "kill_workers", "restart"]


class Fault(msgspec.Struct, frozen=True):
    """Something that goes wrong from `begin` on, and is well again at `end` (None: never).

    `script`: every next hop acts by it, as `rehearsal.scripts` reads it. `down`: the first next
    hop refuses connections. `kill_workers`, `restart`: SIGKILL at `begin`.
    """

    deed: Deed
    begin: float = 0.0
    end: float | None = None
    script: str = ""
    about: str = ""


class Stretch(msgspec.Struct, frozen=True):
    """A part of the load: its share of the time, and how fast it is beside the others."""

    time: float
    pace: float


class Scenario(msgspec.Struct, frozen=True):
    """`scale`: orders beside a quiet day's. `mixed`: small and large orders."""

    name: str
    about: str
    faults: tuple[Fault, ...] = ()
    load: tuple[Stretch, ...] = (Stretch(1.0, 1.0),)
    scale: float = 1.0
    mixed: bool = False


class Size(msgspec.Struct, frozen=True):
    """How long a run is: orders of a quiet day, seconds of load, and seconds that mail may take
    after it until the counting begins."""

    orders: int
    seconds: float
    patience: float


USUAL = Size(orders=600, seconds=8.0, patience=30.0)
SHORT = Size(orders=250, seconds=4.0, patience=25.0)

_RUSH = (Stretch(0.3, 1.0), Stretch(0.2, 3.0), Stretch(0.2, 8.0), Stretch(0.3, 1.5))

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("quiet", "a steady day, nothing goes wrong"),
    Scenario(
        "black-friday",
        "orders ramp up to a peak of eight times the usual; small and large ones, many domains",
        load=_RUSH,
        scale=4.0,
        mixed=True,
    ),
    Scenario(
        "provider-death",
        "the first route refuses every connection in the middle, and comes back",
        (Fault("down", 0.3, 0.7, about="first route down"),),
    ),
    Scenario(
        "greylisting",
        "every recipient's server says 451 at the first try",
        (Fault("script", script="greylist:1", about="greylisted"),),
    ),
    Scenario(
        "slow-receiver",
        "a tarpit: every recipient takes 0.3 s to be answered",
        (Fault("script", script="delay:rcpt,0.3", about="slow"),),
    ),
    Scenario(
        "throttled",
        "each domain takes 30 mails in five seconds and defers the rest",
        (Fault("script", script="throttle:30,5", about="throttled"),),
    ),
    Scenario(
        "take-then-drop",
        "of 2 % of the mails that are taken, the answer is lost on the way",
        (Fault("script", script="take_then_drop@0.02", about="answers lost"),),
    ),
    Scenario(
        "worker-killed",
        "the delivery processes are killed (kill -9) twice",
        (
            Fault("kill_workers", 0.35, about="delivery killed"),
            Fault("kill_workers", 0.7, about="delivery killed"),
        ),
    ),
    Scenario(
        "full-restart",
        "the whole service is killed and started again",
        (Fault("restart", 0.5, about="all killed, started again"),),
    ),
)
DEFAULTS = ("quiet", "black-friday", "provider-death", "take-then-drop", "worker-killed")
ALL = "all"


def chosen(names: Iterable[str]) -> tuple[Scenario, ...]:
    """The scenarios of these names, in the table's order; without names the usual ones. Raises
    SettingsError, which names the nearest."""
    wanted = set(names) or set(DEFAULTS)
    table = {one.name: one for one in SCENARIOS}
    for name in sorted(wanted - table.keys() - {ALL}):
        near = get_close_matches(name, [*table, ALL], n=1, cutoff=0.4)
        known = f"did you mean {near[0]}?" if near else f"there are {', '.join([*table, ALL])}"
        raise SettingsError(f"there is no scenario {name!r}: {known}")
    return tuple(one for one in SCENARIOS if ALL in wanted or one.name in wanted)


def size_of(names: Iterable[str], orders: int | None, seconds: float | None) -> Size:
    """How long each of these is: `all` is short, unless something else was asked for."""
    plain = SHORT if ALL in set(names) else USUAL
    return Size(
        plain.orders if orders is None else orders,
        plain.seconds if seconds is None else seconds,
        plain.patience,
    )
