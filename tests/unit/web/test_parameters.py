from typing import get_args

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.model import Status
from twofifty.web.api.shapes import MessagesQuery, OrdersQuery
from twofifty.web.parameters import properties, read_parameters
from twofifty.web.problem import Trouble

NAMES = st.sampled_from([*properties(MessagesQuery), "sort", ""])
VALUES = st.one_of(st.text(max_size=30), st.integers(-5, 300).map(str), st.sampled_from(["sent"]))


def test_what_is_given_is_read_and_the_rest_keeps_its_default() -> None:
    read = read_parameters([("q", "ada"), ("limit", "5"), ("source", "")], OrdersQuery)
    assert read == OrdersQuery(q="ada", limit=5)


def outcome(pairs: list[tuple[str, str]]) -> MessagesQuery | Trouble:
    try:
        return read_parameters(pairs, MessagesQuery)
    except Trouble as trouble:
        return trouble


@given(st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_any_query_is_read_or_every_bad_parameter_is_named(pairs: list[tuple[str, str]]) -> None:
    read = outcome(pairs)
    if isinstance(read, Trouble):
        assert read.document.status == 400
        named = {problem.path for problem in read.document.errors}
        assert named
        assert named <= {f"query.{name}" for name, _ in pairs}
    else:
        assert 1 <= read.limit <= 200
        assert read.status is None or read.status in get_args(Status)


@pytest.mark.parametrize(
    ("query", "path", "words"),
    [
        ("limit=0", "query.limit", "from 1 to 200"),
        ("limit=201", "query.limit", "from 1 to 200"),
        ("limit=ten", "query.limit", "a whole number"),
        ("limit=٣", "query.limit", "a whole number"),
        ("before=-1", "query.before", "a whole number"),
        ("before=99999999999999999999", "query.before", "a whole number"),
        ("status=lost", "query.status", "in_doubt"),
        ("kind=spam", "query.kind", "confirmation"),
        ("sort=asc", "query.sort", "recipient"),
        ("order=1&order=2", "query.order", "twice"),
    ],
)
def test_a_bad_parameter_is_told_what_is_allowed(
    query: str, path: str, words: str, api: httpx2.Client
) -> None:
    answer = api.get(f"/v1/messages?{query}")
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert problem["path"] == path
    assert words in problem["message"]
