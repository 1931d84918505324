"""Lanes: what touches the same runs one after the other, all else side by side."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.postgresql.batch import EVERYTHING, Waiting, key, keys, lanes, units

TOUCHES = st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=3), max_size=15)


def waiting(*touches: object, bulk: object = None) -> Waiting:
    return Waiting(bulk, None, touches, asyncio.Future(loop=asyncio.new_event_loop()))  # type: ignore[arg-type]


def named(number: int) -> tuple[str, str]:
    return ("shop", str(number))


@given(TOUCHES)
def test_what_touches_the_same_is_in_one_lane_in_the_order_of_its_coming(
    touches: list[set[int]],
) -> None:
    batch = [waiting(*map(named, sorted(one))) for one in touches]
    found = lanes(units(batch))
    places = {id(unit.members[0]): at for at, lane in enumerate(found) for unit in lane}
    assert sorted(places) == sorted(id(one) for one in batch)
    for first, before in enumerate(touches):
        for second in range(first + 1, len(touches)):
            if before & touches[second]:
                assert places[id(batch[first])] == places[id(batch[second])]
    for lane in found:
        order = [batch.index(unit.members[0]) for unit in lane]
        assert all(
            order.index(one) < order.index(two)
            for one in order
            for two in order
            if one < two and touches[one] & touches[two]
        )


@given(TOUCHES)
def test_everybody_takes_locks_in_the_same_order(touches: list[set[int]]) -> None:
    found = keys([waiting(*map(named, one)) for one in touches])
    assert found == sorted(set(found))
    assert set(found) == {key(named(number)) for one in touches for number in one}


def test_items_of_one_bulk_are_one_unit() -> None:
    def bulk(db: object, items: object) -> None:
        raise NotImplementedError

    batch = [waiting(named(1), bulk=bulk), waiting(named(2)), waiting(named(3), bulk=bulk)]
    assert [len(unit.members) for unit in units(batch)] == [2, 1]
    both = lanes(units([*batch, waiting(named(3))]))
    assert [len(lane) for lane in both] == [2, 1]


def test_a_lock_is_the_same_in_every_process() -> None:
    assert key(("shop", "1001")) == key(("shop", "1001")) != key(("shop", "1002"))
    assert EVERYTHING == 5997132911838292327
    assert key(("shop", "\ud800")) != key(("shop", "?"))
