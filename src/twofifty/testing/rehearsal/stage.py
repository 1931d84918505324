"""One scenario from beginning to end: real processes, a store of its own, faults in their time."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec

from twofifty.errors import StartError
from twofifty.settings import Settings
from twofifty.testing.load import Load
from twofifty.testing.process import KEY, ServiceProcess
from twofifty.testing.rehearsal.belongings import bring
from twofifty.testing.rehearsal.harmless import harmless, next_hops, speaking, way
from twofifty.testing.rehearsal.hop import Hop
from twofifty.testing.rehearsal.scenario import Fault, Scenario, Size
from twofifty.testing.rehearsal.seen import Seen, Shade
from twofifty.testing.rehearsal.toml import toml_of
from twofifty.testing.rehearsal.traffic import Traffic, first_orders
from twofifty.testing.rehearsal.watch import Watch

LOOK_SECONDS: Final = 0.25
START_SECONDS: Final = 15.0
WARM_UP: Final = 20
ENDING: Final = (signal.SIGINT, signal.SIGTERM)
_ELSEWHERE: Final = frozenset({"api_key", "port", "database_url", "log_format"})

Told = Callable[[str, float], None]
"""Called with what is going on, and how far that is, from 0 to 1."""


class Stage:
    """A service on the user's settings, and what stands in for each of its routes."""

    def __init__(
        self, service: ServiceProcess, hops: Sequence[Hop], sources: Sequence[str]
    ) -> None:
        self.service = service
        self.hops = hops
        self.sources = sources


@contextmanager
def stage(settings: Settings, folder: Path) -> Iterator[Stage]:
    """Everything running, in `folder`, until the end of the block. Raises SettingsError where the
    settings would reach outside, StartError where the service does not start."""
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        routes = next_hops(settings) or (None,)
        hops = [stack.enter_context(Hop(folder / f"hop-{n}")) for n, _ in enumerate(routes, 1)]
        ways = [
            way(route, hop.ports.port, hop.ports.lookup)
            for route, hop in zip(routes, hops, strict=True)
        ]
        made = harmless(settings, ",".join(ways))
        service = ServiceProcess(folder, config=toml_of(made, _ELSEWHERE))
        at = f"sqlite:///{folder}/data/twofifty.db"
        asyncio.run(bring(settings, msgspec.structs.replace(made, database_url=at, api_key=KEY)))
        stack.callback(service.kill)
        service.start()
        _ready(service)
        yield Stage(service, hops, speaking(settings))


def _ready(service: ServiceProcess) -> None:
    try:
        service.wait_ready()
    except RuntimeError as fault:
        raise StartError(f"the rehearsal cannot begin: {fault}") from None


async def play(stage: Stage, scenario: Scenario, size: Size, told: Told) -> Seen:
    """Plays one scenario. Ended early, by a signal or where the service takes nothing in for long,
    it says what was seen until then."""
    traffic = Traffic(scenario, size, stage.sources)
    await warm(stage)
    watch = Watch(stage.service, stage.hops)
    faults = Faults(stage, size.seconds)
    stopping = asyncio.Event()
    for number in ENDING:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    looking = asyncio.create_task(watch.run(LOOK_SECONDS, lambda w: told(*_progress(w, traffic))))
    playing = asyncio.create_task(_play(traffic, watch, faults, scenario, size))
    stopped = asyncio.create_task(stopping.wait())
    longest = 4 * size.seconds + size.patience + START_SECONDS
    await asyncio.wait((playing, stopped), timeout=longest, return_when=asyncio.FIRST_COMPLETED)
    ended = playing.done()
    for task in (playing, stopped):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await playing
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking
    for number in ENDING:
        asyncio.get_running_loop().remove_signal_handler(number)
    end_in_order()
    return await _seen(scenario, traffic, watch, faults, stopped=not ended)


def end_in_order() -> None:
    """From now on SIGTERM is a KeyboardInterrupt, as Ctrl-C is: what was started is ended first."""
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)


async def warm(stage: Stage) -> None:
    """Sends a few orders through, so that every process is up when the counting begins."""
    await Load(stage.service.port, connections=4).run(first_orders(WARM_UP, stage.sources))
    until = time.monotonic() + START_SECONDS
    # the ledgers belong to other processes, which have no event for us
    while sum(hop.count() for hop in stage.hops) < WARM_UP and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def _play(
    traffic: Traffic, watch: Watch, faults: "Faults", scenario: Scenario, size: Size
) -> None:
    """The load and the faults beside it, then as long as mail still moves."""
    beside = asyncio.gather(*(faults.run(one) for one in scenario.faults))
    try:
        await traffic.run(faults.stage.service.port)
        await beside
    finally:
        beside.cancel()
    until = time.monotonic() + size.patience
    await watch.look()
    while watch.moving() and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(LOOK_SECONDS)


class Faults:
    """Does what goes wrong when it is time, and notes when that was."""

    def __init__(self, stage: Stage, seconds: float) -> None:
        self.stage = stage
        self.shades: list[tuple[float, float, str]] = []
        self._seconds = seconds

    async def run(self, fault: Fault) -> None:
        """One fault, from its begin to its end."""
        await asyncio.sleep(fault.begin * self._seconds)
        began = time.time()
        await asyncio.to_thread(self._begin, fault)
        if fault.end is not None:
            await asyncio.sleep((fault.end - fault.begin) * self._seconds)
            await asyncio.to_thread(self._end, fault)
        whole = fault.end is None and fault.deed == "script"
        if not whole:
            self.shades.append((began, time.time(), fault.about))

    def _begin(self, fault: Fault) -> None:
        match fault.deed:
            case "script":
                for hop in self.stage.hops:
                    hop.tell(fault.script)
            case "down":
                self.stage.hops[0].tell("down")
            case "kill_workers":
                self._kill_workers()
            case "restart":
                self._restart()

    def _end(self, fault: Fault) -> None:
        if fault.deed == "down":
            self.stage.hops[0].tell("up")
        else:
            for hop in self.stage.hops:
                hop.tell("accept")

    def _kill_workers(self) -> None:
        """Where delivery is done inside the intake process, all of it is killed."""
        workers = self.stage.service.workers()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not workers:
            self._restart()

    def _restart(self) -> None:
        self.stage.service.kill()
        self.stage.service.start()
        _ready(self.stage.service)


def _progress(watch: Watch, traffic: Traffic) -> tuple[str, float]:
    taken = watch.samples[-1].taken if watch.samples else 0
    return f"{taken} of {traffic.count} mails", min(1.0, taken / traffic.count)


async def _seen(
    scenario: Scenario, traffic: Traffic, watch: Watch, faults: Faults, *, stopped: bool
) -> Seen:
    counted = await watch.counted([load.answered for load in traffic.loads])
    return Seen(
        scenario=scenario.name,
        about=scenario.about,
        wanted=traffic.count,
        seconds=time.time() - watch.began,
        orders=counted.orders,
        samples=tuple(watch.samples),
        shades=tuple(Shade(b - watch.began, e - watch.began, a) for b, e, a in faults.shades),
        refused=counted.refused,
        violations=counted.violations,
        stopped=stopped,
    )
