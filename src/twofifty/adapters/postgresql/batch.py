"""What waits at the same moment, in lanes: what touches the same runs one after the other."""

import asyncio
import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from twofifty.adapters.postgresql.lockstep import Work
from twofifty.adapters.relational.ports import Bulk

APART = frozenset({"worker", "relay"})
"""What begins with these words touches work of many orders, one worker's at a time: it runs beside
others, but never in one transaction with them."""
LOOKING = "due"
"""What begins with it looks at one thing and changes nothing: it needs no transaction."""


class Waiting:
    """An item, the bulk that it is for (None: it is a work itself), and who waits for it."""

    __slots__ = ("bulk", "future", "item", "touches")

    def __init__(
        self,
        bulk: Bulk[Any, Any] | None,
        item: Any,
        touches: tuple[Hashable, ...],
        future: "asyncio.Future[Any]",
    ) -> None:
        self.bulk = bulk
        self.item = item
        self.touches = touches
        self.future = future

    def resolve(self, result: object) -> None:
        """Gives the result to who waits, unless nobody does any more."""
        if not self.future.done():
            self.future.set_result(result)

    def fail(self, fault: Exception) -> None:
        """Gives the error to who waits, unless nobody does any more."""
        if not self.future.done():
            self.future.set_exception(fault)

    def is_apart(self) -> bool:
        """Whether it may share no transaction."""
        return self._first() in APART or self.looks()

    def looks(self) -> bool:
        """Whether it only looks."""
        return self._first() == LOOKING

    def _first(self) -> object:
        first = self.touches[0] if self.touches else None
        return first[0] if isinstance(first, tuple) else None


class Unit:
    """What runs as one work, and whose results it has."""

    __slots__ = ("members", "work")

    def __init__(self, members: list[Waiting], work: Work) -> None:
        self.members = members
        self.work = work

    def hand_out(self, result: Any) -> None:
        """Gives everybody their own."""
        if self.members[0].bulk is None:
            self.members[0].resolve(result)
            return
        for member, one in zip(self.members, result, strict=True):
            member.resolve(one)


def units(batch: Sequence[Waiting]) -> list[Unit]:
    """Items of one bulk together, each where the first of them stood."""
    made: dict[object, Unit] = {}
    for waiting in batch:
        bulk = waiting.bulk
        if bulk is None:
            made[waiting] = Unit([waiting], waiting.item)
        elif bulk in made:
            made[bulk].members.append(waiting)
        else:
            made[bulk] = _bulk_unit(bulk, waiting)
    return list(made.values())


def _bulk_unit(bulk: Bulk[Any, Any], first: Waiting) -> Unit:
    members = [first]

    def work(db: Any) -> Sequence[Any]:
        return bulk(db, [member.item for member in members])

    return Unit(members, work)


def lanes(found: Sequence[Unit]) -> list[list[Unit]]:
    """Units that touch the same, also by way of a third, in one lane, in the order of coming."""
    lane_of: dict[Hashable, list[Unit]] = {}
    for unit in found:
        touches = {touch for member in unit.members for touch in member.touches}
        joined = [lane_of[touch] for touch in touches if touch in lane_of]
        lane = _joined(joined)
        lane.append(unit)
        touches |= {touch for one in lane for each in one.members for touch in each.touches}
        lane_of.update(dict.fromkeys(touches, lane))
    return list({id(lane): lane for lane in lane_of.values()}.values())


def _joined(found: Sequence[list[Unit]]) -> list[Unit]:
    if len(found) == 1:
        return found[0]
    different = {id(lane): lane for lane in found}.values()
    return [unit for lane in different for unit in lane]


def keys(batch: Sequence[Waiting]) -> list[int]:
    """The locks that a batch needs, in the order in which everybody takes them."""
    return sorted({key(touch) for waiting in batch for touch in waiting.touches})


def key(touch: Hashable) -> int:
    """A lock's number, the same in every process: 64 bits of a hash."""
    text = "\x00".join(map(str, touch)) if isinstance(touch, tuple) else str(touch)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


EVERYTHING = key(("twofifty", "everything"))
"""The lock that works share, and that a work takes for itself which must be alone."""

Announced = Callable[[], None]
