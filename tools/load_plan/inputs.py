"""The figures that go in, each with its source, and the costs and places made of them."""

import msgspec

from tools.load_plan.figures import Benched, Figure, Measured, Pace, Written, benched, measured
from tools.load_plan.shape import MS, US, Costs, Place

ASSUMED = "assumed; change it to yours"
# How the store's work and its log part among the four writes of an order, until they are measured
# apart: accepted, leased, dot journalled (with the mail's bytes), settled.
WRITE_PARTS = (0.45, 0.15, 0.15, 0.25)
TRANSACTION_US = 40.0
LOG_PARTS = (0.45, 0.10, 0.30, 0.15)


def inputs() -> dict[str, Figure]:
    """By name. What was measured over PostgreSQL stands before what was over SQLite, for that one
    does the store's work in our own processes."""
    known = measured()
    over = known.get("postgresql") or known.get("sqlite")
    costs = _costs(over, known.get("postgresql"), benched("e2e-pg"))
    return {**costs, **_sizes(known), **_places()}


def _costs(
    over: Measured | None, postgresql: Measured | None, bench: Benched | None
) -> dict[str, Figure]:
    said = "measured over PostgreSQL" if postgresql else "measured over SQLite, writing included"
    fast, store = over.fast if over else None, postgresql.fast.store_us if postgresql else 350.0
    if bench and fast:
        said, fast, store = "bench e2e-pg, parted as measured", parted(bench, fast), bench.servers
    if postgresql:
        # what its transactions cost is counted apart, for their number depends on the load
        store -= TRANSACTION_US * postgresql.written.transactions
    source = said if over else ASSUMED
    return {
        "intake": Figure(fast.api_us if fast else 300.0, "us", "intake, per order", source),
        "delivery": Figure(fast.worker_us if fast else 700.0, "us", "delivery, per order", source),
        "write": Figure(
            store, "us", "the store's own work, per order", said if postgresql else ASSUMED
        ),
        "transaction": Figure(TRANSACTION_US, "us", "its work per transaction beside", ASSUMED),
    }


def _sizes(known: dict[str, Measured]) -> dict[str, Figure]:
    postgresql, sqlite = known.get("postgresql"), known.get("sqlite")
    over = postgresql or sqlite
    wrote = postgresql.written if postgresql else Written(0, 24_000, 0.3, 9, 6, 1)
    source = "measured over PostgreSQL" if postgresql else ASSUMED
    kept = over.written.bytes if over else 14_000.0
    rows = wrote.inserted + wrote.updated + wrote.deleted
    return {
        "log": Figure(wrote.log, "bytes", "write-ahead log, per order", source),
        "rows": Figure(rows, "rows", "written, per order", source),
        "kept": Figure(
            kept, "bytes", "kept, per order", f"measured over {_name(known)}" if over else ASSUMED
        ),
        "order": Figure(4_600, "bytes", "an order of ten lines as it comes", "the sample order"),
        "mail": Figure(31_000, "bytes", "its mail on the wire", "the sample order"),
    }


def _name(known: dict[str, Measured]) -> str:
    return "PostgreSQL" if "postgresql" in known else "SQLite"


def _places() -> dict[str, Figure]:
    return {
        "flush": Figure(1.0, "ms", "until the log is on disk", ASSUMED),
        "log_rate": Figure(250.0, "MB/s", "that the disk of the log takes", ASSUMED),
        "trip": Figure(0.3, "ms", "to the store and back", ASSUMED),
        "trips": Figure(4, "", "of them in a transaction", ASSUMED),
        "next_hop": Figure(20.0, "ms", "a connection is busy with a mail", ASSUMED),
        "relay": Figure(1_000, "mails/s", "that one account of a relay takes", ASSUMED),
        "store_cores": Figure(16, "cores", "of one PostgreSQL server", ASSUMED),
        "broker": Figure(3_000, "mails/s", "through one quorum queue", "measured before, 2 cores"),
    }


def parted(bench: Benched, seen: Pace) -> Pace:
    """What a benchmark measured in all, parted between intake and delivery as `seen`."""
    share = seen.api_us / (seen.api_us + seen.worker_us)
    return msgspec.structs.replace(
        seen,
        rate=bench.rate,
        api_us=bench.ours * share,
        worker_us=bench.ours * (1 - share),
        store_us=bench.servers,
        load_us=bench.load,
        receiver_us=bench.sink,
        others=0.0,
    )


def costs(figures: dict[str, Figure]) -> Costs:
    """As the simulation takes them."""
    write, log = figures["write"].value * US, figures["log"].value
    return Costs(
        intake=figures["intake"].value * US,
        delivery=figures["delivery"].value * US,
        transaction=figures["transaction"].value * US,
        accept_write=write * WRITE_PARTS[0],
        lease_write=write * WRITE_PARTS[1],
        dot_write=write * WRITE_PARTS[2],
        settle_write=write * WRITE_PARTS[3],
        accept_log=log * LOG_PARTS[0],
        lease_log=log * LOG_PARTS[1],
        dot_log=log * LOG_PARTS[2],
        settle_log=log * LOG_PARTS[3],
    )


def place(figures: dict[str, Figure]) -> Place:
    """As the simulation takes it."""
    return Place(
        flush=figures["flush"].value * MS,
        log_rate=figures["log_rate"].value * 1e6,
        trip=figures["trip"].value * MS,
        trips=round(figures["trips"].value),
        next_hop=figures["next_hop"].value * MS,
    )
