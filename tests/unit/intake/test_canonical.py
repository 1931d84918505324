"""The canonical door: what it takes, all that it says of what it does not."""

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twofifty.errors import BadInput, Problem
from twofifty.intake import canonical
from twofifty.order import wire
from twofifty.order.model import Order

GOOD: dict[str, object] = {
    "source": "shop",
    "id": "1001",
    "currency": "EUR",
    "totals": {"total": "12.50"},
    "lines": [{"id": "1", "title": "Tea", "quantity": "2"}],
    "placed_at": "2026-01-31T09:30:00+01:00",
}


def body(**changed: object) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


def problems(raw: bytes) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        canonical.order(raw)
    assert caught.value.status == 422
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_good_order_is_read_without_a_word() -> None:
    read = canonical.order(body())
    assert read.warnings == ()
    assert read.event.type == "order.updated"
    assert read.event.order.totals.total == Decimal("12.50")


def test_an_order_that_names_no_source_comes_from_the_api() -> None:
    unnamed = {name: value for name, value in GOOD.items() if name != "source"}
    assert canonical.order(json.dumps(unnamed).encode()).event.order.source == "api"
    event = json.dumps({"type": "order.placed", "order": unnamed}).encode()
    assert canonical.event(event).event.order.source == "api"


def test_an_event_keeps_its_type_and_its_paths_start_at_the_order() -> None:
    raw = json.dumps({"type": "payment.paid", "order": {**GOOD, "colour": 1}}).encode()
    read = canonical.event(raw)
    assert read.event.type == "payment.paid"
    assert [warning.path for warning in read.warnings] == ["order.colour"]
    with pytest.raises(BadInput) as caught:
        canonical.event(json.dumps({"type": "order.plcaed", "order": {**GOOD, "id": 5}}).encode())
    said = {problem.path: problem.message for problem in caught.value.problems}
    assert said.keys() == {"type", "order.id"}
    assert "order.placed" in said["type"]


def test_every_bad_field_is_named_at_once() -> None:
    said = problems(
        body(
            id=5,
            currency="eur",
            placed_at="2026-01-31T09:30:00",
            totals={"tax": "a", "shipping": True},
            lines=[{"title": 1, "quantity": "x"}, 7],
            state={"payment": "payed"},
        )
    )
    assert said.keys() == {
        "id",
        "currency",
        "placed_at",
        "totals.total",
        "totals.tax",
        "totals.shipping",
        "lines[0].id",
        "lines[0].title",
        "lines[0].quantity",
        "lines[1]",
        "state.payment",
    }


@pytest.mark.parametrize(
    ("changed", "path", "advice"),
    [
        ({"id": 1001}, "id", 'write it as a string: "1001"'),
        ({"currency": "€"}, "currency", "ISO 4217"),
        ({"placed_at": "yesterday"}, "placed_at", "RFC 3339"),
        ({"placed_at": "2026-01-31T09:30:00"}, "placed_at", "offset"),
        ({"totals": {"total": "12,50"}}, "totals.total", "decimal number"),
        ({"totals": {}}, "totals.total", "required"),
        ({"totals": 5}, "totals", "object in braces"),
        ({"lines": {}}, "lines", "list in brackets"),
        ({"test": "yes"}, "test", "true or false"),
        ({"revision": "7"}, "revision", "whole number"),
        ({"state": {"payment": "payed"}}, "state.payment", "did you mean paid?"),
    ],
)
def test_the_message_says_how_to_mend_it(
    changed: dict[str, object], path: str, advice: str
) -> None:
    assert advice in problems(body(**changed))[path]


@pytest.mark.parametrize(
    "figure", ["NaN", "Infinity", "-Infinity", "sNaN", "1e999", "1e15", "9" * 40]
)
def test_what_is_no_sum_of_money_is_refused(figure: str) -> None:
    assert problems(body(totals={"total": figure})).keys() == {"totals.total"}
    line = {"id": "1", "title": "Tea", "quantity": "1", "tax": figure}
    assert problems(body(lines=[line])).keys() == {"lines[0].tax"}


def test_less_than_nothing_cannot_be_ordered() -> None:
    line = {"id": "1", "title": "Tea", "quantity": "-1"}
    assert problems(body(lines=[line])).keys() == {"lines[0].quantity"}


def test_money_written_as_a_number_keeps_every_digit() -> None:
    raw = body().replace(b'"12.50"', b"12.50")
    assert str(canonical.order(raw).event.order.totals.total) == "12.50"


def test_an_unknown_field_is_accepted_and_named_with_the_nearest_known_one() -> None:
    line = {"id": "1", "title": "Tea", "quantity": "2", "unitprice": "6.25"}
    read = canonical.order(body(lines=[line], colour="red"))
    assert [warning.path for warning in read.warnings] == ["colour", "lines[0].unitprice"]
    assert "did you mean unit_price?" in read.warnings[1].message


@pytest.mark.parametrize("raw", [b"[]", b"3", b"null", b'"order"'])
def test_a_body_that_is_no_object_is_refused(raw: bytes) -> None:
    for read in (canonical.order, canonical.event):
        with pytest.raises(BadInput) as caught:
            read(raw)
        assert caught.value.problems == (Problem("body", "write an object in braces"),)


def digest(order: Order) -> bytes:
    return canonical.facts_digest(order, wire.encode(order))


def test_facts_do_not_change_with_the_revision_alone() -> None:
    order = canonical.order(body()).event.order
    later = msgspec.structs.replace(order, revision=9, updated_at=datetime(2026, 2, 1, tzinfo=UTC))
    other = msgspec.structs.replace(order, note="ring twice")
    assert digest(later) == digest(order)
    assert digest(other) != digest(order)
    assert len(digest(order)) == 32


MOMENTS = [datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 1, 9, 30, 0, 5, tzinfo=UTC)]
LOOKALIKES = st.dictionaries(
    st.sampled_from(["a", "revision", "updated_at"]),
    st.sampled_from(["9", "2026-02-01T00:00:00Z", ',"revision":9,', '"}', "é"]),
)


@given(
    st.sampled_from([None, 0, 9, 90]),
    st.sampled_from([None, *MOMENTS]),
    st.tuples(LOOKALIKES, LOOKALIKES),
    st.sampled_from([None, ',"revision":9', ',"updated_at":"2026-02-01T00:00:00Z",']),
)
def test_facts_are_the_same_bytes_as_those_of_an_order_that_has_no_times(
    revision: int | None,
    updated_at: datetime | None,
    attributes: tuple[dict[str, str], dict[str, str]],
    note: str | None,
) -> None:
    good = canonical.order(body()).event.order
    line = msgspec.structs.replace(good.lines[0], attributes=attributes[0])
    plain = msgspec.structs.replace(good, lines=(line,), attributes=attributes[1], note=note)
    order = msgspec.structs.replace(plain, revision=revision, updated_at=updated_at)
    assert wire.facts(order, wire.encode(order)) == wire.encode(plain)


def test_an_order_is_read_with_its_encoding() -> None:
    for raw in (body(), body(revision=7), body(test=True)):
        read = canonical.order(raw)
        assert read.encoded == wire.encode(read.event.order)
    cart = json.dumps({"type": "cart.abandoned", "order": GOOD}).encode()
    read = canonical.event(cart)
    assert read.event.order.state.draft
    assert read.encoded == wire.encode(read.event.order)


FIGURES = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.from_regex(r"-?[0-9]{1,18}(\.[0-9]{1,18})?(E[+-]?[0-9]{1,2})?", fullmatch=True),
)


@settings(max_examples=300)
@given(FIGURES, st.sampled_from(["totals", "quantity", "tax"]))
def test_no_odd_figure_goes_by_the_quick_look(figure: str, place: str) -> None:
    line = {"id": "1", "title": "Tea", "quantity": "2", "tax": "0.10"}
    changed = {"totals": {"total": figure}} if place == "totals" else {"totals": GOOD["totals"]}
    lines = [line if place == "totals" else {**line, place: figure}]
    raw = body(lines=lines, **changed)
    value = Decimal(figure)
    sound = value.is_finite() and -15 <= value.adjusted() < 15 and len(str(value)) <= 34
    if place == "quantity":
        sound = sound and value >= 0
    try:
        canonical.order(raw)
        taken = True
    except BadInput:
        taken = False
    assert taken == sound


JUNK = st.sampled_from([None, "", 0, -1, True, [], {}, "x", [1], {"a": 1}, "NaN", 2.5, "é" * 300])
PLACES = st.sampled_from(
    [("id",), ("source",), ("totals",), ("totals", "total"), ("lines",), ("lines", 0), ("new",)]
    + [("lines", 0, name) for name in ("id", "title", "quantity", "tax", "attributes", "stock")]
    + [(name,) for name in Order.__struct_encode_fields__]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PLACES, JUNK), min_size=1, max_size=4))
def test_whatever_is_in_the_fields_an_order_is_sound_or_refused_with_paths(
    changes: list[tuple[tuple[str | int, ...], object]],
) -> None:
    document = json.loads(body())
    for (*way, last), junk in changes:
        node = document
        for step in way:
            node = node[step] if _holds(node, step) else {}
        if _holds(node, last) or isinstance(node, dict):
            node[last] = copy.deepcopy(junk)
    try:
        order = canonical.order(json.dumps(document).encode()).event.order
    except BadInput as bad:
        refused = bad
    else:
        assert wire.decode(wire.encode(order)) == order
        return
    assert refused.status == 422
    assert all(problem.path and problem.message for problem in refused.problems)


def _holds(node: object, step: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(step, int) and step < len(node)
    return isinstance(node, dict) and step in node
