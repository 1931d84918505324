"""The names of what is owed: the same for ever, and never the same for two things."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.model import NoticeKey, message_id, message_id_of

KEY = NoticeKey(source="shop", order_id="1001", kind="confirmation", recipient="buyer@example.com")
FREE = ("source", "order_id", "recipient", "channel", "facts")
KEYS = st.builds(
    NoticeKey,
    source=st.text(max_size=6),
    order_id=st.text(max_size=6),
    kind=st.sampled_from(["confirmation", "update"]),
    recipient=st.text(max_size=6),
    channel=st.text(max_size=6),
    facts=st.text(max_size=6),
)
TRICKY = st.text(alphabet="a:1\x1f", max_size=4)


def test_a_name_once_given_never_changes() -> None:
    assert KEY.digest() == "cgawr32mephcjrweerycans5wy"
    assert message_id(KEY, 0) == "m_55vgzicrp5khtvibat7h52uym4"


@given(KEYS, KEYS)
def test_two_keys_share_a_name_only_if_they_are_equal(one: NoticeKey, two: NoticeKey) -> None:
    assert (one.digest() == two.digest()) == (one == two)


@pytest.mark.parametrize("name", FREE)
@given(key=KEYS, value=st.text(max_size=6))
def test_every_field_counts(name: str, key: NoticeKey, value: str) -> None:
    other = msgspec.structs.replace(key, **{name: value})
    assert (other.digest() == key.digest()) == (value == getattr(key, name))


@given(TRICKY, TRICKY, TRICKY, TRICKY)
def test_fields_cannot_run_into_each_other(a: str, b: str, c: str, d: str) -> None:
    one = NoticeKey(source=a, order_id=b, kind="update", recipient="")
    two = NoticeKey(source=c, order_id=d, kind="update", recipient="")
    assert (one.digest() == two.digest()) == ((a, b) == (c, d))


@given(KEYS)
def test_a_name_is_fit_for_urls_and_message_ids(key: NoticeKey) -> None:
    digest = key.digest()
    assert len(digest) == 26
    assert set(digest) <= set("abcdefghijklmnopqrstuvwxyz234567")


@given(KEYS, st.integers(0, 50), st.integers(0, 50))
def test_every_copy_has_its_own_id(key: NoticeKey, one: int, two: int) -> None:
    assert (message_id(key, one) == message_id(key, two)) == (one == two)
    assert message_id(key, one) == message_id_of(key.digest(), one)
    assert message_id(key, one).startswith("m_")


def test_text_that_is_no_utf8_has_a_name_too() -> None:
    assert msgspec.structs.replace(KEY, order_id="\ud800").digest() != KEY.digest()
