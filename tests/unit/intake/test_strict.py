"""Strict JSON: what is accepted, what is refused, and where the refusal points."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twofifty.errors import BadInput
from twofifty.intake import place, strict


def refusal(body: bytes) -> tuple[int, str]:
    with pytest.raises(BadInput) as caught:
        strict.tree(body)
    assert len(caught.value.problems) == 1
    return caught.value.status, caught.value.problems[0].path


def test_numbers_with_a_point_are_exact_decimals_and_never_floats() -> None:
    assert strict.tree(b'[1.10, 2, 1E+2, -0.0, "1.5"]') == [
        Decimal("1.10"),
        2,
        Decimal("1E+2"),
        Decimal("-0.0"),
        "1.5",
    ]
    assert str(strict.tree(b"19.90")) == "19.90"


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"", 400, "body"),
        (b"id=1", 400, "body"),
        (b'\xef\xbb\xbf{"a": 1}', 400, "body"),
        ('{"a": 1}'.encode("utf-16"), 400, "body"),
        (b'{"customer": {"name": "M\xfcller"}}', 400, "customer.name"),
        (b'{"a": [1, "\xed\xa0\x80"]}', 400, "a[1]"),
        (b'{"line_items": [{"price": NaN}]}', 400, "line_items[0].price"),
        (b'{"a": {"b": -Infinity}}', 400, "a.b"),
        (b'{"a": ["x", "\\ud800"]}', 400, "a[1]"),
        (b'{"a": "\\udc00\\ud800"}', 400, "a"),
        (b'{"a": {"b": [1, 2,]}}', 400, "a.b[2]"),
        (b'{"a": "\x01"}', 400, "a"),
        (b'{"a": 1} trailing', 400, "body"),
        (b'{"a": 01}', 400, "a"),
        (b'{"a": 1, "b": 2, "a": 3}', 422, "a"),
        (b'{"a": [{"x": 1}, {"y": 1, "\\u0079": 2}]}', 422, "a[1].y"),
        (b'{"a" : 1, "a"\t:"x"}', 422, "a"),
        (b'{"total": 1e999}', 422, "total"),
        (b'{"total": 1e-999}', 422, "total"),
        (b'{"x": {"total": -1234567890123456789012345678901}}', 422, "x.total"),
        (b'{"total": 0.1234567890123456789012345678901}', 422, "total"),
        (b'{"total": ' + b"9" * 5_000 + b"}", 422, "total"),
        (b'{"lines": [' + b"1," * 1_000 + b"1]}", 422, "lines[1000]"),
        (b'{"tags": [' + b"1," * 5_000 + b"1]}", 422, "tags[5000]"),
    ],
)
def test_a_refusal_says_which_field(body: bytes, status: int, path: str) -> None:
    assert refusal(body) == (status, path)


@pytest.mark.parametrize("bracket", [b"[", b'{"a":', b'[{"a":'])
def test_nesting_without_end_is_refused_before_it_can_hurt(bracket: bytes) -> None:
    status, path = refusal(bracket * 100_000)
    assert status == 422
    assert len(path) < 200


def test_thirty_two_levels_are_enough_and_thirty_three_too_many() -> None:
    assert strict.tree(b"[" * 32 + b"]" * 32)
    assert refusal(b"[" * 33 + b"]" * 33)[0] == 422
    assert refusal(b'{"a":' * 33 + b'"]]]]]"' + b"}" * 33)[0] == 422


def test_lists_up_to_their_limit_and_numbers_up_to_thirty_digits_are_read() -> None:
    assert len(str(strict.tree(b"[" + b"9" * 30 + b"]"))) == 32
    document = strict.tree(b'{"lines": [' + b"1," * 999 + b'1], "a": [' + b"1," * 4_999 + b"1]}")
    assert isinstance(document, dict)
    assert (len(document["lines"]), len(document["a"])) == (1_000, 5_000)


def test_long_digits_in_a_string_are_not_a_number() -> None:
    assert strict.tree(b'{"tracking": "' + b"1" * 60 + b'"}') == {"tracking": "1" * 60}


def test_one_mebibyte_is_read_and_a_byte_more_is_too_large() -> None:
    most = b'"' + b"a" * (strict.MAX_BYTES - 2) + b'"'
    assert len(str(strict.tree(most))) == strict.MAX_BYTES - 2
    assert refusal(most[:-1] + b'a"') == (413, "body")
    strict.checked_size(strict.MAX_BYTES)
    with pytest.raises(BadInput):
        strict.checked_size(strict.MAX_BYTES + 1)


def test_nul_is_taken_out_of_values_and_other_controls_are_kept() -> None:
    assert strict.tree(b'{"a": ["x\\u0000y\\u0007", {"b": "\\u0000"}]}') == {
        "a": ["xy\x07", {"b": ""}]
    }


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert strict.tree(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}


HOSTILE = st.text(alphabet='"\\:,{}[] \t\nau0é😀', max_size=6)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | HOSTILE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HOSTILE, inner, max_size=4),
    max_leaves=25,
)
BLANKS = st.text(alphabet=" \t\r\n", max_size=3)


@st.composite
def written(draw: st.DrawFn, depth: int = 0) -> str:
    """JSON as no library writes it: any blanks, any escapes, keys that may come twice."""
    blank = draw(BLANKS)
    if depth == 3 or draw(st.integers(0, 3)) == 0:
        leaf = draw(st.sampled_from(["1", "null", "-2.5", "true"]) | HOSTILE.map(draw(_escaping())))
        return f"{blank}{leaf}{draw(BLANKS)}"
    if draw(st.booleans()):
        items = [draw(written(depth + 1)) for _ in range(draw(st.integers(0, 3)))]
        return f"{blank}[{','.join(items) or blank}]{blank}"
    keys = draw(st.lists(st.sampled_from(['a"', ":", "\\", "{", "b"]) | HOSTILE, max_size=3))
    pairs = [f"{blank}{draw(_escaping())(key)}{blank}:{draw(written(depth + 1))}" for key in keys]
    return f"{blank}{{{','.join(pairs) or blank}}}{blank}"


def _escaping() -> st.SearchStrategy:
    def every_character(text: str) -> str:
        units = text.encode("utf-16-be").hex()
        return '"' + "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)) + '"'

    def plain(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return st.sampled_from([plain, json.dumps, every_character])


def says_a_key_twice(body: str) -> bool:
    found = False

    def pairs(seen: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal found
        found = found or len({key for key, _ in seen}) != len(seen)
        return dict(seen)

    json.loads(body, object_pairs_hook=pairs)
    return found


@settings(max_examples=400, deadline=None)
@given(written())
def test_a_key_said_twice_is_always_seen_however_it_is_written(body: str) -> None:
    raw = body.encode()
    twice = says_a_key_twice(body)
    assert (place.outrage(raw) is not None) == twice
    if twice:
        assert refusal(raw)[0] == 422
    else:
        assert strict.tree(raw) == without_nul(json.loads(body, parse_float=Decimal))


def without_nul(node: object) -> object:
    if isinstance(node, str):
        return node.replace("\0", "")
    if isinstance(node, dict):
        return {without_nul(key): without_nul(value) for key, value in node.items()}
    return [without_nul(item) for item in node] if isinstance(node, list) else node


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.sampled_from([None, 1, 3]), st.booleans())
def test_any_sound_document_comes_through_whole(
    document: object, indent: int | None, ascii_only: bool
) -> None:
    body = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    assert strict.tree(body) == document


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0 1e-.tnNa', max_size=60).map(str.encode)
)
def test_whatever_comes_in_is_read_or_refused_with_a_place(body: bytes) -> None:
    try:
        strict.tree(body)
    except BadInput as bad:
        refused = bad
    else:
        return
    assert refused.status in (400, 422)
    assert refused.problems[0].path


@given(st.integers(1, 40), st.text(alphabet="[]{}", max_size=8))
def test_depth_is_counted_exactly_whatever_strings_contain(depth: int, noise: str) -> None:
    body = json.dumps([noise, noise[::-1]])
    for _ in range(depth - 1):
        body = f"[{json.dumps(noise)},{body}]"
    if depth <= place.MAX_DEPTH:
        assert strict.tree(body.encode())
    else:
        assert refusal(body.encode())[0] == 422
