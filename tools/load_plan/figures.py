"""What the simulation begins with: measured figures where there are any, else stated ones.

Every figure says where it is from, so that a reader can tell what was measured from what is
assumed. How an order's work parts between intake, delivery and store is in measured.json beside
this file; how much it is in all, in bench/results where `make bench` measured it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
MEASURED = FOLDER / "measured.json"
RESULTS = ROOT / "bench" / "results"


class Written(msgspec.Struct, frozen=True):
    """What a store wrote: bytes that it grew by, and over PostgreSQL bytes of write-ahead log,
    transactions, and rows inserted, updated, deleted."""

    bytes: float
    log: float = 0.0
    transactions: float = 0.0
    inserted: float = 0.0
    updated: float = 0.0
    deleted: float = 0.0

    def less(self, other: "Written") -> "Written":
        """What came since `other`."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Written(*(now - was for now, was in pairs))

    def by(self, orders: int) -> "Written":
        """Of each of so many orders."""
        return Written(*(one / orders for one in msgspec.structs.astuple(self)))


class Idle(msgspec.Struct, frozen=True):
    """Seconds of processor time in a second, of intake, workers and store, while nothing comes."""

    api: float
    worker: float
    store: float


class Pace(msgspec.Struct, frozen=True):
    """One way of sending orders. `rate`: orders a second to their 250; `*_us`: microseconds of
    processor time for an order, workers together; `others`: cores that were not ours meanwhile;
    `answer_ms`, `sent_ms`: to the 202 and to the mail's arrival, by the median."""

    rate: float
    api_us: float
    worker_us: float
    store_us: float
    load_us: float
    receiver_us: float
    others: float
    answer_ms: float
    sent_ms: float

    def without(self, idle: Idle, rate: float) -> "Pace":
        """Without what would have been worked at `rate` orders a second without them."""
        return msgspec.structs.replace(
            self,
            api_us=max(0.0, self.api_us - idle.api / rate * 1e6),
            worker_us=max(0.0, self.worker_us - idle.worker / rate * 1e6),
            store_us=max(0.0, self.store_us - idle.store / rate * 1e6),
        )


class Measured(msgspec.Struct, frozen=True):
    """One store on one machine: as fast as it goes, and at 20 orders a second."""

    orders: int
    fsync_ms: float
    fast: Pace
    calm: Pace
    written: Written


class Benched(msgspec.Struct, frozen=True):
    """What `make bench` measured of the whole way over one store: orders a second, and microseconds
    of processor time for an order of our processes, servers, load and receiver."""

    rate: float
    ours: float
    servers: float
    load: float
    sink: float


class Figure(msgspec.Struct, frozen=True):
    """One figure that goes in. `source`: where it was measured, or why it is assumed."""

    value: float
    unit: str
    meaning: str
    source: str


def measured() -> dict[str, Measured]:
    """By store, what was measured on some machine before."""
    if not MEASURED.exists():
        return {}
    return msgspec.json.decode(MEASURED.read_bytes(), type=dict[str, Measured])


ROWS = {
    "rate": "orders to 250",
    "ours": "CPU per order",
    "servers": "CPU of the servers per order",
    "load": "CPU of the load per order",
    "sink": "CPU of the sink per order",
}


def benched(benchmark: str, folder: Path = RESULTS) -> Benched | None:
    """A benchmark's result, where it has all of these rows; over SQLite there are no servers."""
    path = folder / f"{benchmark}.json"
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8")).get("rows", ())
    rows = {ROWS["servers"]: 0.0, **{one["name"]: float(one["value"]) for one in told}}
    if not set(ROWS.values()) <= rows.keys():
        return None
    return Benched(**{name: rows[row] for name, row in ROWS.items()})


def table(figures: Mapping[str, Figure]) -> list[str]:
    """All of them as rows of a Markdown table."""
    return [
        f"| {one.meaning} | {one.value:,.4g} {one.unit} | {one.source} |"
        for one in figures.values()
    ]
