"""The signature of links and return paths is HMAC-SHA256, whatever the key and the text."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from twofifty.track.mac import mac


@given(st.binary(max_size=200), st.binary(max_size=40), st.binary(max_size=300))
def test_it_is_what_the_standard_library_says(key: bytes, label: bytes, message: bytes) -> None:
    assert mac(key, label, message) == hmac.digest(key, label + message, "sha256")


@given(st.lists(st.binary(max_size=20), min_size=2, max_size=5))
def test_no_message_leaves_a_trace_in_the_next(messages: list[bytes]) -> None:
    first = [mac(b"key", b"label", one) for one in messages]
    assert [mac(b"key", b"label", one) for one in reversed(messages)] == first[::-1]
