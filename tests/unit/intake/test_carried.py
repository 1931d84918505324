"""What queues and recorders carry in texts is unfolded; nothing else is touched."""

import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from twofifty.intake.carried import ENVELOPES, unfolded
from twofifty.intake.node import Node
from twofifty.intake.wrapping import opened

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
ORDER = {"id": "o1", "body": '{"id": "no order"}'}


def is_order(node: Node) -> bool:
    return node.text("id") == "o1"


def found(value: object) -> list[object]:
    return [each.value for each in opened(unfolded(value, is_order), ENVELOPES, is_order)]


def test_json_in_a_text_is_found_however_deep_it_is_packed() -> None:
    packed: object = ORDER
    for name in ("Message", "body", "data"):
        packed = {name: json.dumps(packed)}
    assert found(packed) == [ORDER]


def test_base64_is_read_too() -> None:
    data = base64.b64encode(json.dumps(ORDER).encode()).decode()
    assert found({"message": {"data": data}}) == [ORDER]


def test_a_known_document_keeps_its_texts() -> None:
    assert unfolded(ORDER, is_order) is ORDER


def test_text_that_is_no_json_stays_text() -> None:
    for text in ("", "hello", "{not json", "[1, 2", "e25vdCBqc29ufQ=="):
        assert unfolded({"body": text}, is_order) == {"body": text}


def test_texts_of_other_names_are_not_read() -> None:
    assert unfolded({"note": "{}"}, is_order) == {"note": "{}"}


@given(JSON)
def test_every_document_can_be_unfolded(document: object) -> None:
    unfolded(document, is_order)


def test_what_is_packed_without_end_is_left_at_some_depth() -> None:
    deep: object = "end"
    for _ in range(200):
        deep = [deep]
    assert unfolded(deep, is_order) is not None
