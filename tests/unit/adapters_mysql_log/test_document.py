"""MySQL's binary JSON, written here after its documentation and read by the product."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.mysql_log import document
from twofifty.adapters.mysql_log.wire import Garbled

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=300)
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


def binary(value: object, *, large: bool = False) -> bytes:
    type_, data = _encoded(value, large)
    return bytes((type_,)) + data


def _encoded(value: object, large: bool) -> tuple[int, bytes]:
    if value is None or isinstance(value, bool):
        return 4, bytes(({None: 0, True: 1, False: 2}[value],))
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, float):
        return 11, struct.pack("<d", value)
    if isinstance(value, str):
        return 12, _sized(value.encode())
    if isinstance(value, list):
        return (3 if large else 2), _container([], value, large)
    assert isinstance(value, dict)
    return (1 if large else 0), _container(list(value), list(value.values()), large)


def _number(value: int) -> tuple[int, bytes]:
    for type_, form in ((5, "<h"), (6, "<H"), (7, "<i"), (8, "<I"), (9, "<q")):
        try:
            return type_, struct.pack(form, value)
        except struct.error:
            continue
    return 10, struct.pack("<Q", value)


def _sized(data: bytes) -> bytes:
    size, head = len(data), b""
    while size > 127:
        head += bytes((size & 127 | 128,))
        size >>= 7
    return head + bytes((size,)) + data


def _container(keys: list[str], values: list[object], large: bool) -> bytes:
    width = 4 if large else 2
    number = struct.Struct("<I" if large else "<H").pack
    at = 2 * width + len(keys) * (width + 2) + len(values) * (1 + width)
    entries, data = b"", b""
    for key in keys:
        name = key.encode()
        entries += number(at + len(data)) + struct.pack("<H", len(name))
        data += name
    for value in values:
        type_, inner = _encoded(value, large)
        inline = type_ in (4, 5, 6) or (large and type_ in (7, 8))
        place = inner.ljust(width, b"\0") if inline else number(at + len(data))
        entries += bytes((type_,)) + place
        data += b"" if inline else inner
    return number(len(values)) + number(at + len(data)) + entries + data


@given(DOCUMENTS, st.booleans())
def test_every_document_is_read_as_it_was_written(value: object, large: bool) -> None:
    assert json.loads(document.text(binary(value, large=large))) == value


@given(DOCUMENTS, st.data())
def test_a_document_cut_or_changed_is_garbled_or_json(value: object, data: st.DataObject) -> None:
    whole = bytearray(binary(value))
    if data.draw(st.booleans()):
        del whole[data.draw(st.integers(1, len(whole))) :]
    else:
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        json.loads(document.text(bytes(whole)))
    except Garbled:
        pass


def opaque(type_: int, inner: bytes) -> bytes:
    return bytes((15, type_)) + _sized(inner)


def test_a_decimal_in_a_document_keeps_its_digits() -> None:
    exact = bytes((4, 2)) + bytes.fromhex("8c22")  # DECIMAL(4,2): 12.34
    assert document.text(opaque(246, exact)) == "12.34"


def test_times_in_a_document_are_words() -> None:
    day = (2026 * 13 + 11) << 5 | 21
    clock = 10 << 12 | 30 << 6 | 59
    packed = (day << 17 | clock) << 24 | 250
    assert document.text(opaque(12, packed.to_bytes(8, "little"))) == '"2026-11-21 10:30:59.000250"'
    assert document.text(opaque(10, (day << 41).to_bytes(8, "little"))) == '"2026-11-21"'


def test_an_empty_value_is_null() -> None:
    assert document.text(b"") == "null"


def test_a_document_nested_without_end_is_garbled() -> None:
    value: object = None
    for _ in range(150):
        value = [value]
    with pytest.raises(Garbled, match="deep"):
        document.text(binary(value))
