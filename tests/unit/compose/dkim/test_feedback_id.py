"""Gmail's rules for `Feedback-ID`."""

import re

from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.feedback_id import NAME, SENDER, feedback_id
from twofifty.compose.mime.field import further_field


def test_it_reads_from_what_is_narrow_to_who_sends() -> None:
    assert feedback_id("shipment", "shop", "a.example.com") == (
        "shipment:s-shop:i-a.example.com:twofifty"
    )


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_the_names_are_it_has_four_parts_that_are_one_word(
    source: str, instance: str
) -> None:
    value = feedback_id("update", source, instance)
    assert re.fullmatch(r"update:s-[\w.-]*:i-[\w.-]*:twofifty", value, re.ASCII)
    assert further_field(NAME, value).replace("\r\n", "") == f"{NAME}: {value}"


def test_the_sender_has_a_length_that_gmail_counts() -> None:
    assert 5 <= len(SENDER) <= 15


@given(st.sampled_from(["confirmation", "update", "shop"]))
def test_no_word_means_two_things(name: str) -> None:
    words = feedback_id("update", name, name).split(":")
    assert len(set(words)) == 4
