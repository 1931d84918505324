"""The log as batches of transactions. It blocks, so it runs in a thread of its own."""

import select
from collections.abc import Iterator, Mapping
from functools import partial

from twofifty.adapters.mysql_log import position as positions
from twofifty.adapters.mysql_log import server as servers
from twofifty.adapters.mysql_log.schema import Schema
from twofifty.adapters.mysql_log.session import Address, Session
from twofifty.adapters.mysql_log.transactions import Notice, Setting, Transactions
from twofifty.adapters.mysql_log.wire import Garbled
from twofifty.errors import ShopBusy, ShopError
from twofifty.intake.log import Committed

_SILENCE = servers.HEARTBEAT_SECONDS * 5
_BATCH = 500
_BATCH_ROWS = 5_000


class Stream:
    """Everything after a position. Raises ShopBusy, ShopError or LogLost; then it is over."""

    def __init__(self, where: Address, server_id: int) -> None:
        self._log = Session(where, silence=_SILENCE)
        self._questions = Session(where)
        self._server_id = server_id
        self._told: Iterator[Committed] = iter(())
        self._fault: ShopError | None = None

    def begin(self, position: str, wanted: Mapping[str, frozenset[str]], notice: Notice) -> None:
        """Begins to stream behind `position`."""
        place, seconds = positions.parsed(position)
        kind = servers.server(self._log)
        schema = Schema(
            wanted,
            partial(servers.described, self._questions),
            servers.charsets(self._log, kind),
            fold=kind.fold,
        )
        transactions = Transactions(Setting(schema, tuple(wanted), notice), place, seconds)
        checked = servers.begin_dump(self._log, kind, place, self._server_id)
        transactions.start(checked=checked)
        self._told = self._transactions(transactions)

    def batch(self) -> list[Committed]:
        """What comes next: at least one, and as many as are there already, up to a bound. What was
        read before a fault is told before it."""
        if self._fault is not None:
            raise self._fault
        found: list[Committed] = []
        try:
            self._fill(found)
        except ShopError as fault:
            if not found:
                raise
            self._fault = fault
        return found

    def _fill(self, found: list[Committed]) -> None:
        rows = 0
        for committed in self._told:
            found.append(committed)
            rows += len(committed.changes)
            if len(found) >= _BATCH or rows >= _BATCH_ROWS or not self._is_more():
                return

    def cut(self) -> None:
        """Ends `batch`, from another thread."""
        self._log.cut()

    def close(self) -> None:
        """Ends the connections."""
        self._log.close()
        self._questions.close()

    def _transactions(self, transactions: Transactions) -> Iterator[Committed]:
        try:
            for packet in self._log.packets():
                yield from transactions.feed(packet, 1)
        except Garbled as fault:
            raise ShopError(f"the binary log cannot be read: {fault}") from None
        raise ShopBusy("the server ended the log's stream")

    def _is_more(self) -> bool:
        """Whether the server has sent more already."""
        poll = select.poll()
        poll.register(self._log.line(), select.POLLIN)
        return bool(poll.poll(0))
