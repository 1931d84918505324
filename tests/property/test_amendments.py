"""News of parts of an order: however it comes, the order ends the same."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from twofifty.order.amend import amended
from twofifty.order.events import Amendment
from twofifty.order.model import Line, Order, Parcel, Refund, State, Totals

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PAYMENTS = ("pending", "paid", "partially_refunded", "refunded")


def order(hours: int | None = None) -> Order:
    return Order(
        source="shop",
        id="1",
        currency="EUR",
        totals=Totals(total=Decimal(50)),
        lines=(Line(id="1", title="Tea", quantity=Decimal(1)),),
        updated_at=None if hours is None else BEGIN + timedelta(hours=hours),
        state=State(payment="pending"),
        parcels=(Parcel(id="known", status="packed"),),
    )


def at(hours: int) -> datetime:
    return BEGIN + timedelta(hours=hours)


@st.composite
def histories(draw: st.DrawFn) -> list[Amendment]:
    """Amendments each at an hour of its own."""
    hours = draw(st.lists(st.integers(0, 40), unique=True, max_size=6))
    return [
        Amendment(
            type="order.updated",
            source="shop",
            order_id="1",
            at=at(hour),
            payment=draw(st.sampled_from((None, *PAYMENTS))),
            refunds=tuple(
                Refund(id=name, amount=Decimal(draw(st.integers(1, 9))))
                for name in draw(st.sets(st.sampled_from("ab")))
            ),
            parcels=tuple(
                Parcel(id=name, status=f"{hour}")
                for name in draw(st.sets(st.sampled_from(("known", "x", "y"))))
            ),
        )
        for hour in hours
    ]


def same(one: Order, other: Order) -> bool:
    def plain(found: Order) -> Order:
        return msgspec.structs.replace(
            found,
            refunds=tuple(sorted(found.refunds, key=lambda each: each.id)),
            parcels=tuple(sorted(found.parcels, key=lambda each: each.id)),
        )

    return plain(one) == plain(other)


@given(histories(), st.integers(0, 40) | st.none(), st.randoms())
def test_the_order_in_which_news_comes_does_not_matter(
    history: list[Amendment], hours: int | None, chance: Random
) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)
    assert same(amended(order(hours), history), amended(order(hours), shuffled))


@given(histories(), st.integers(0, 40) | st.none())
def test_the_same_news_twice_changes_nothing(history: list[Amendment], hours: int | None) -> None:
    assert same(amended(order(hours), history), amended(order(hours), history + history))


@given(histories())
def test_an_order_that_is_newer_keeps_its_own_word_and_gains_what_it_did_not_say(
    history: list[Amendment],
) -> None:
    found = amended(order(100), history)
    assert found.state == order().state
    assert found.parcels[0] == Parcel(id="known", status="packed")
    named = {one.id for news in history for one in news.parcels} | {"known"}
    assert {one.id for one in found.parcels} == named


@given(histories())
def test_of_several_words_about_one_parcel_the_newest_counts(history: list[Amendment]) -> None:
    for hours in (None, 100):
        for parcel in amended(order(hours), history).parcels:
            said = [news for news in history for one in news.parcels if one.id == parcel.id]
            if said and parcel.id != "known":
                newest = max(said, key=lambda news: news.at or BEGIN)
                assert newest.at == at(int(parcel.status or ""))


def test_what_went_back_is_the_most_that_anybody_says() -> None:
    news = Amendment(
        type="order.refunded",
        source="shop",
        order_id="1",
        at=at(1),
        refunds=(Refund(id="a", amount=Decimal(5)), Refund(id="b", amount=Decimal(7))),
    )
    assert amended(order(), [news]).totals.refunded == Decimal(12)
    stated = msgspec.structs.replace(news, refunded=Decimal(20))
    assert amended(order(), [news, stated]).totals.refunded == Decimal(20)
    assert amended(order(), []).totals.refunded is None


def test_the_last_word_on_the_payment_counts() -> None:
    def paid(word: str, hours: int) -> Amendment:
        return Amendment(
            type="payment.paid",
            source="shop",
            order_id="1",
            at=at(hours),
            payment=word,  # type: ignore[arg-type]
        )

    late_word_first = [paid("paid", 3), paid("failed", 2)]
    assert amended(order(), late_word_first).state.payment == "paid"
    assert amended(order(5), late_word_first).state.payment == "pending"


def test_older_news_fills_what_the_order_does_not_say() -> None:
    news = Amendment(
        type="payment.paid",
        source="shop",
        order_id="1",
        at=at(1),
        payment="paid",
        cancelled_at=at(1),
    )
    silent = msgspec.structs.replace(order(5), state=State())
    assert amended(silent, [news]).state == State(payment="paid", cancelled_at=at(1))
    assert amended(order(5), [news]).state.payment == "pending"
