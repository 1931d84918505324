"""How an order and the news of its parts stand against what is known."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.errors import StoreError
from twofifty.intake.standing import (
    Known,
    in_order,
    no_plan,
    references,
    same,
    settled,
    stamped,
)
from twofifty.order.events import Amendment
from twofifty.order.model import PaymentPart
from twofifty.order.specimen import specimen
from twofifty.testing.clock import NOON

ORDER = msgspec.structs.replace(specimen(), locale=None, time_zone=None)
NEWS = Amendment(type="payment.paid", source="shop", order_id="1", payment="paid")

AMENDMENTS = st.builds(
    lambda minutes, payment: msgspec.structs.replace(
        NEWS, at=NOON + timedelta(minutes=minutes), payment=payment
    ),
    st.integers(0, 3),
    st.sampled_from([None, "pending", "authorized", "paid", "refunded", "voided", "failed"]),
)


@given(
    st.lists(AMENDMENTS, max_size=6).flatmap(
        lambda all_: st.tuples(st.just(all_), st.permutations(all_))
    )
)
def test_amendments_have_one_order_whenever_they_came(
    pair: tuple[list[Amendment], list[Amendment]],
) -> None:
    one, two = pair
    assert in_order(one) == in_order(two)


def test_of_one_moment_a_payment_does_not_go_back() -> None:
    at = [
        stamped(msgspec.structs.replace(NEWS, payment=word), NOON) for word in ("paid", "pending")
    ]
    assert [news.payment for news in in_order(at)] == ["pending", "paid"]


def test_only_what_states_no_time_is_of_when_it_came() -> None:
    said = msgspec.structs.replace(NEWS, at=NOON)
    assert stamped(said, NOON + timedelta(hours=1)) is said
    assert stamped(NEWS, NOON).at == NOON


def test_an_order_in_the_same_words_is_the_very_same_object() -> None:
    german = msgspec.structs.replace(ORDER, locale="de", time_zone="Europe/Berlin")
    assert settled(german, None) is german
    assert settled(german, Known(1, b"", locale="de", time_zone="Europe/Berlin")) is german
    assert settled(german, Known(1, b"", locale="", time_zone="")) is german
    french = settled(german, Known(1, b"", locale="fr", time_zone="Asia/Tokyo"))
    assert (french.locale, french.time_zone) == ("fr", "Asia/Tokyo")
    assert settled(ORDER, Known(1, b"", locale="fr")).locale == "fr"


def test_an_order_is_the_same_whatever_its_revision_and_time() -> None:
    later = msgspec.structs.replace(ORDER, revision=9, updated_at=NOON)
    assert same(ORDER, later)
    assert not same(ORDER, msgspec.structs.replace(later, note="changed"))


def test_an_order_is_found_by_each_payment_that_has_an_id() -> None:
    parts = tuple(PaymentPart(method="card", reference=one) for one in ("a", None, "b", "a"))
    assert references(msgspec.structs.replace(ORDER, payments=parts)) == {"a", "b"}
    assert references(msgspec.structs.replace(ORDER, payments=())) == set()


def test_a_store_without_a_plan_says_so() -> None:
    with pytest.raises(StoreError, match="without a plan"):
        no_plan(ORDER)
