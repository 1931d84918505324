"""What is simulated: the costs of one order, and how many there are of each thing."""

import msgspec

US = 1e-6
MS = 1e-3


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """Of one order. In seconds of one core: `intake` and `delivery` of our processes; `*_write` of
    the store's own, and `transaction`, which each transaction costs it beside its rows. `*_log`:
    bytes of write-ahead log. `ask` and `take`: of whoever sends orders and takes mails, where they
    share the machine."""

    intake: float
    delivery: float
    accept_write: float = 0.0
    lease_write: float = 0.0
    dot_write: float = 0.0
    settle_write: float = 0.0
    transaction: float = 0.0
    accept_log: float = 0.0
    lease_log: float = 0.0
    dot_log: float = 0.0
    settle_log: float = 0.0
    ask: float = 0.0
    take: float = 0.0

    @property
    def log(self) -> float:
        """Bytes of write-ahead log for one order."""
        return self.accept_log + self.lease_log + self.dot_log + self.settle_log


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What it runs on. `flush`: seconds until a disk has what was written, `log_rate`: its bytes a
    second; `trip`: seconds to the store and back, `trips`: of them in a transaction; `next_hop`:
    seconds that a connection is busy with a mail, by its median, with a `spread` as of a lognormal
    distribution. `one_writer`: the store takes one transaction at a time, as SQLite does."""

    flush: float
    log_rate: float
    trip: float = 0.0
    trips: int = 0
    next_hop: float = 0.0
    spread: float = 0.3
    one_writer: bool = False


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each, in one partition. `pool`: connections of a process to the store;
    `in_flight`: mails that a worker has in hand; `connections`: of a worker to the next hop;
    `broker_rate`: messages a second through one queue of a broker, of which there are `queues`;
    None without one. `machine`: cores that all
    of it shares; None: each process has one of its own, and the store `store_cores`."""

    intakes: int
    workers: int
    store_cores: int = 1
    pool: int = 4
    in_flight: int = 64
    connections: int = 16
    broker_rate: float | None = None
    broker_confirm: float = 4 * MS
    queues: int = 1
    machine: int | None = None
