"""Works side by side: what several of them ask at the same point becomes one statement.

A work of the store is a plain function that asks a database again and again. Here each one is run
in a greenlet that stops where it asks. Those that stopped at the same query are asked together,
one statement for all, and each goes on with its own answer. Works that touch the same order are in
the same lane, where one begins when the one before it has ended. No threads: a thread beside a busy
loop waits for the interpreter lock at every statement.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import greenlet
import msgspec

from twofifty.adapters.relational.ports import Database, Values

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Database], Any]
Rounds = Generator["Asked", "Sequence[Found]", list[Any]]
NONE: Values = {}
IDS = "numbers for rows to be"
"""What `Pages.ids` asks, of `table` and `count`: the line knows where numbers come from."""


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A query with the values of everybody who asks it. `columns`: a page is to be filled instead,
    with the values of each column one after the other."""

    query: str
    rows: Sequence[Values]
    columns: Sequence[Sequence[Any]] = ()


class Found:
    """`relational.ports.Cursor`: one answer. `changed` None: a statement of many that does not say
    how many rows each one changed."""

    __slots__ = ("_changed", "_place", "_rows")

    def __init__(self, rows: Sequence[Any], changed: int | None = None) -> None:
        self._rows = rows
        self._changed = changed
        self._place = 0

    @property
    def rowcount(self) -> int:
        """See `relational.ports.Cursor`."""
        if self._changed is None:
            raise NotImplementedError("this statement does not say what it changed")
        return self._changed

    def fetchone(self) -> Any:
        """See `relational.ports.Cursor`."""
        self._place += 1
        return self._rows[self._place - 1] if self._place <= len(self._rows) else None

    def fetchall(self) -> list[Any]:
        """See `relational.ports.Cursor`."""
        left = list(self._rows[self._place :])
        self._place = len(self._rows)
        return left

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())


class Failed(Exception):
    """A work raised what is its `__cause__`; `place`: which one of them."""

    def __init__(self, place: int) -> None:
        super().__init__(f"work {place}")
        self.place = place


class Asking:
    """`relational.ports.Database` inside a work: stops it until the answer is there."""

    def execute(self, query: str, values: Values = NONE, /) -> Found:
        """See `relational.ports.Database`."""
        return _answered(Asked(query, (values,)))[0]

    def executemany(self, query: str, rows: Iterable[Values], /) -> None:
        """See `relational.ports.Database`."""
        if many := list(rows):
            _answered(Asked(query, many))

    def ids(self, table: str, count: int) -> Sequence[int]:
        """See `relational.ports.Pages`."""
        if count == 0:
            return ()
        asked = Asked(IDS, ({"table": table, "count": count},))
        return [int(row[0]) for row in _answered(asked)[0]]

    def fill(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """See `relational.ports.Pages`."""
        if rows:
            _answered(Asked(_page(table, columns), (NONE,), list(zip(*rows, strict=True))))

    def each(self, work: Callable[[T], R], rows: Sequence[T]) -> list[R]:
        """See `relational.ports.SideBySide`."""
        rounds = side_by_side([[_on(work, row)] for row in rows])
        try:
            asked = next(rounds)
            while True:
                asked = rounds.send(_answered(asked))
        except StopIteration as done:
            found: list[R] = done.value
            return found
        except Failed as failed:
            raise failed.__cause__ or failed from None
        finally:
            rounds.close()


def _on(work: Callable[[T], R], row: T) -> Work:
    return lambda _: work(row)


@lru_cache(maxsize=64)
def _page(table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f":{one}" for one in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608


def _answered(asked: Asked) -> Sequence[Found]:
    parent = greenlet.getcurrent().parent
    if parent is None:
        raise RuntimeError("a database is asked inside a work only")
    found: Sequence[Found] = parent.switch(asked)
    return found


class _Thread:
    """A work that has begun, and what it asks now; `place`: which one it is."""

    __slots__ = ("asked", "greenlet", "place")

    def __init__(self, place: int, work: Work) -> None:
        self.place = place
        self.greenlet = greenlet.greenlet(work)
        self.asked = Asked("", ())

    def step(self, given: object) -> object:
        """Runs on until it asks again; what it came to where it has ended. Raises Failed."""
        try:
            said = self.greenlet.switch(given)
        except Exception as fault:
            # Whatever it was: whoever waits for this very work is told.
            raise Failed(self.place) from fault
        if isinstance(said, Asked) and not self.greenlet.dead:
            self.asked = said
        return said

    def end(self) -> None:
        """Ends it where it stands."""
        while not self.greenlet.dead:
            self.greenlet.throw()


class _Lane:
    """Works one after the other; `now` is the one that runs."""

    __slots__ = ("_left", "now")

    def __init__(self, works: Iterable[tuple[int, Work]]) -> None:
        self._left = deque(works)
        self.now: _Thread | None = None

    def go_on(self, given: object, results: list[Any]) -> None:
        """Gives the work that runs what it asked for. Where it has ended, the next one begins."""
        while self.now is not None:
            said = self.now.step(given)
            if not self.now.greenlet.dead:
                return
            results[self.now.place] = said
            self.now = None
            given = self.begin()

    def begin(self) -> object:
        """Makes the next work the one that runs; what it is given first."""
        if self._left:
            self.now = _Thread(*self._left.popleft())
        return _ASKING


_ASKING = Asking()


def side_by_side(lanes: Sequence[Sequence[Work]]) -> Rounds:
    """Runs the works of all lanes, one of each lane at a time. Yields what is asked, is sent a
    `Found` for each of its rows, returns the results in the order of the lanes. Raises Failed;
    then, and where it is closed, all others are ended where they stand."""
    numbered = enumerate(work for lane in lanes for work in lane)
    running = [_Lane([next(numbered) for _ in lane]) for lane in lanes]
    results: list[Any] = [None] * sum(map(len, lanes))
    try:
        for lane in running:
            lane.go_on(lane.begin(), results)
        while running := [lane for lane in running if lane.now is not None]:
            group = _together(running)
            asked = [lane.now.asked for lane in group if lane.now is not None]
            answers = iter((yield _joined(asked)))
            for lane, one in zip(group, asked, strict=True):
                lane.go_on([next(answers) for _ in one.rows], results)
    finally:
        for lane in running:
            if lane.now is not None:
                lane.now.end()
    return results


def _together(running: Sequence[_Lane]) -> list[_Lane]:
    """Those that ask the same. Where not all do, the fewest first: what went another way for a
    while catches up with the rest."""
    groups: dict[str, list[_Lane]] = {}
    for lane in running:
        if lane.now is not None:
            groups.setdefault(lane.now.asked.query, []).append(lane)
    return min(groups.values(), key=len)


def _joined(asked: Sequence[Asked]) -> Asked:
    if len(asked) == 1:
        return asked[0]
    rows = [row for one in asked for row in one.rows]
    pages = zip(*(one.columns for one in asked), strict=True)
    return Asked(asked[0].query, rows, [[*chain.from_iterable(parts)] for parts in pages])
