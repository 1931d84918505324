"""Blobs at rest: exactly what was given, and much smaller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.relational.codec import Codec
from twofifty.order import wire
from twofifty.order.specimen import specimen

SAMPLE = wire.encode(specimen()) * 2
PLAIN, TRAINED = Codec({}), Codec({1: SAMPLE})


@given(st.binary(max_size=2_000))
def test_a_blob_is_unpacked_as_it_was(data: bytes) -> None:
    for codec in (PLAIN, TRAINED):
        assert codec.unpack(codec.pack(data)) == data


@given(st.binary(max_size=500))
def test_old_blobs_stay_readable_after_a_new_dictionary(data: bytes) -> None:
    newest = Codec({1: SAMPLE, 2: b"other words " * 20})
    assert newest.unpack(TRAINED.pack(data)) == data
    assert newest.unpack(PLAIN.pack(data)) == data
    assert newest.pack(data)[0] == 2


def test_what_resembles_the_sample_becomes_small() -> None:
    order = wire.encode(specimen("USD"))
    assert len(TRAINED.pack(order)) < len(order) / 8
    assert len(TRAINED.pack(order)) < len(PLAIN.pack(order)) / 3


def test_a_blob_of_an_unknown_dictionary_is_an_error() -> None:
    with pytest.raises(KeyError):
        PLAIN.unpack(TRAINED.pack(b"something"))
