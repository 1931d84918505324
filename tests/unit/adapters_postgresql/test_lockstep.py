"""Works side by side: what they ask together, and that each goes on with its own answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.postgresql.lockstep import Failed, Found, Work, side_by_side


def driven(lanes: list[list[Work]]) -> tuple[list[Any], list[tuple[str, int]]]:
    """The results, and each statement with how many asked it. An answer is ten times the number."""
    rounds, asked_together = side_by_side(lanes), []
    try:
        asked = next(rounds)
        while True:
            asked_together.append((asked.query, len(asked.rows)))
            asked = rounds.send([Found([(10 * row["n"],)]) for row in asked.rows])
    except StopIteration as done:
        return done.value, asked_together


def asking(number: int, *queries: str) -> Work:
    def work(db: Any) -> list[int]:
        return [db.execute(query, {"n": number}).fetchone()[0] for query in queries]

    return work


def test_what_all_ask_at_the_same_point_is_one_statement() -> None:
    found, asked = driven([[asking(n, "a", "b")] for n in range(50)])
    assert found == [[10 * n, 10 * n] for n in range(50)]
    assert asked == [("a", 50), ("b", 50)]


def test_who_went_another_way_for_a_while_catches_up() -> None:
    _, asked = driven([[asking(1, "a", "b")], [asking(2, "a", "x", "b")], [asking(3, "a", "b")]])
    assert asked == [("a", 3), ("x", 1), ("b", 3)]


def test_in_a_lane_one_begins_when_the_one_before_has_ended() -> None:
    told: list[int] = []

    def noting(number: int) -> Work:
        def work(db: Any) -> int:
            told.append(number)
            db.execute("a", {"n": number})
            told.append(-number)
            return number

        return work

    found, _ = driven([[noting(1), noting(2), noting(3)]])
    assert (found, told) == ([1, 2, 3], [1, -1, 2, -2, 3, -3])


def test_rows_of_one_work_are_asked_side_by_side_too() -> None:
    def work(db: Any) -> list[int]:
        return db.each(lambda n: db.execute("a", {"n": n}).fetchone()[0], [1, 2, 3])

    found, asked = driven([[work], [asking(4, "a")]])
    assert found == [[10, 20, 30], [40]]
    assert asked == [("a", 4)]


def test_a_work_that_raises_is_named_and_the_others_are_ended() -> None:
    ended: list[str] = []

    def patient(db: Any) -> None:
        try:
            db.execute("a", {"n": 1})
            db.execute("b", {"n": 1})
        finally:
            ended.append("patient")

    def raising(db: Any) -> None:
        db.execute("a", {"n": 2})
        raise ValueError("no")

    with pytest.raises(Failed) as failed:
        driven([[asking(0, "a", "b"), asking(9, "a")], [patient], [raising]])
    assert failed.value.place == 3
    assert isinstance(failed.value.__cause__, ValueError)
    assert ended == ["patient"]


@given(
    st.lists(
        st.lists(st.lists(st.sampled_from("abc"), max_size=4), min_size=1, max_size=3), max_size=6
    )
)
def test_whatever_they_ask_each_gets_its_own_answers(lanes: list[list[list[str]]]) -> None:
    numbers = iter(range(1000))
    wanted: list[list[int]] = []
    works: list[list[Work]] = []
    for lane in lanes:
        works.append([])
        for queries in lane:
            number = next(numbers)
            works[-1].append(asking(number, *queries))
            wanted.append([10 * number] * len(queries))
    found, asked = driven(works)
    assert found == wanted
    assert sum(count for _, count in asked) == sum(len(one) for lane in lanes for one in lane)
