"""Every benchmark by its name, in the order of a whole run: the peers' drain first, which others
are compared with."""

from collections.abc import Callable, Mapping

from bench.figures import Result
from bench.measures import (
    burst,
    dkim,
    drain,
    e2e,
    grow,
    hops,
    idle,
    intake,
    latency,
    render,
)
from bench.measures.size import Size

RUNS: Mapping[str, Callable[[Size], Result]] = {
    "drain": drain.measure,
    "e2e": e2e.measure,
    "e2e-pg": e2e.measure_pg,
    "e2e-amqp": e2e.measure_amqp,
    "intake": intake.measure,
    "latency": latency.measure,
    "burst": burst.measure,
    "grow": grow.measure,
    "render": render.measure,
    "dkim": dkim.measure,
    "idle": idle.measure,
    "hops": hops.measure,
}
