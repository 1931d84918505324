"""What stands inside envelopes is found; what lies beside it is not."""

from hypothesis import given
from hypothesis import strategies as st

from twofifty.intake.node import Node
from twofifty.intake.wrapping import opened

WORDS = ("data", "body")


def ids(value: object) -> list[object]:
    return [node.raw("id") for node in opened(value, WORDS)]


def test_lists_are_gone_through_and_envelopes_opened_in_their_order() -> None:
    assert ids([{"body": {"id": 1}}, {"data": [{"id": 2}, {"id": 3}]}, {"id": 4}]) == [1, 2, 3, 4]


def test_what_lies_beside_is_no_document() -> None:
    assert ids({"data": {"id": 1}, "deleted": {"id": 2}}) == [1]


def test_a_word_that_names_no_document_opens_nothing() -> None:
    assert ids({"id": 1, "body": "a text", "data": None}) == [1]


def test_what_is_known_is_not_opened_further() -> None:
    document = {"id": 1, "total": "2.00", "data": {"id": 2}}
    assert [node.raw("id") for node in opened(document, WORDS, lambda it: "total" in it)] == [1]


def test_what_is_neither_list_nor_object_holds_nothing() -> None:
    assert [list(opened(value, WORDS)) for value in (5, "x", None, [1, "x"])] == [[], [], [], []]


@given(st.lists(st.sampled_from([*WORDS, "[]"]), max_size=30))
def test_any_wrapping_ends_and_a_shallow_one_hides_nothing(layers: list[str]) -> None:
    document: object = {"id": 1}
    for word in layers:
        document = [document] if word == "[]" else {word: document}
    found = list(opened(document, WORDS))
    assert len(found) == (1 if len(layers) < 10 else 0)
    assert all(isinstance(each, Node) for each in found)
