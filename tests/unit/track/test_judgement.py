"""What the world says of a message is weighed the same in whatever order it comes."""

from datetime import UTC, datetime
from random import Random
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.lifecycle import LEFT, MOVES, may
from twofifty.notice.model import Status
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType, RejectReason
from twofifty.track.judgement import (
    Heard,
    bounce_class,
    engagement,
    is_entered,
    judged,
    key_of,
    own_id_of,
    sound,
    waits,
    when,
)

TYPES: tuple[FeedbackType, ...] = get_args(FeedbackType)
CLASSES: tuple[BounceClass | None, ...] = (None, *get_args(BounceClass))
REASONS: tuple[RejectReason | None, ...] = (None, *get_args(RejectReason))
STATUSES: tuple[Status, ...] = get_args(Status)


def news(said: FeedbackType, **more: object) -> Feedback:
    return msgspec.structs.replace(Feedback(type=said, recipient="buyer@example.com"), **more)


def at(second: float, said: FeedbackType, **more: object) -> Heard:
    return Heard(news(said, **more), second)


HEARD = st.builds(
    lambda second, said, bounce, reason, machine, text: at(
        second, said, bounce=bounce, reject_reason=reason, machine=machine, text=text
    ),
    st.integers(0, 3).map(float),
    st.sampled_from(TYPES),
    st.sampled_from(CLASSES),
    st.sampled_from(REASONS),
    st.booleans(),
    st.sampled_from(["", "no", "full"]),
)


@given(
    heard=st.lists(HEARD, max_size=8),
    status=st.sampled_from(STATUSES),
    dotted=st.booleans(),
    seed=st.randoms(),
)
def test_no_order_of_coming_counts(
    heard: list[Heard], status: Status, dotted: bool, seed: Random
) -> None:
    coming = sorted(heard, key=lambda _: seed.random())
    found = [judged(status, one, dotted=dotted) for one in (heard, coming)]
    said = [None if one is None else (one.status, one.code, one.reason) for one in found]
    assert said[0] == said[1]


@given(heard=st.lists(HEARD, max_size=8), status=st.sampled_from(STATUSES), dotted=st.booleans())
def test_every_move_is_one_that_the_lifecycle_knows(
    heard: list[Heard], status: Status, dotted: bool
) -> None:
    found = judged(status, heard, dotted=dotted)
    assert found is None or found.status == status or may(status, found.status)
    assert found is None or (found.code is None) == (found.status != "bounced")


@given(heard=st.lists(HEARD, max_size=8), dotted=st.booleans())
def test_what_is_over_or_withdrawn_stays_so(heard: list[Heard], dotted: bool) -> None:
    for status in STATUSES:
        if not MOVES[status] or status in ("held", "scheduled", "sending"):
            assert judged(status, heard, dotted=dotted) is None


def test_what_never_left_hears_nothing() -> None:
    for status in ("queued", "deferred"):
        assert judged(status, [at(1, "delivered")], dotted=False) is None
        assert waits(status, dotted=False)
        assert not waits(status, dotted=True)
    assert waits("sending", dotted=True)
    assert not any(waits(status, dotted=False) for status in LEFT)


@pytest.mark.parametrize(
    ("heard", "status"),
    [
        ([at(1, "delivered"), at(2, "bounced")], "bounced"),
        ([at(2, "delivered"), at(1, "bounced")], "delivered"),
        ([at(1, "bounced"), at(1, "delivered")], "delivered"),
        ([at(1, "bounced"), at(2, "opened")], "delivered"),
        ([at(1, "bounced"), at(2, "opened", machine=True)], "bounced"),
        ([at(1, "sent"), at(1, "queued")], "sent"),
        ([at(1, "rejected"), at(2, "sent")], "bounced"),
        ([at(1, "complained")], "delivered"),
    ],
)
def test_the_later_of_two_counts(heard: list[Heard], status: Status) -> None:
    found = judged("in_doubt", heard, dotted=True)
    assert found is not None
    assert found.status == status


def test_a_machine_proves_nothing() -> None:
    heard = [at(1, "opened", machine=True), at(2, "clicked", machine=True)]
    assert judged("sent", heard, dotted=True) is None
    assert engagement(heard) == {}


def test_only_a_loss_has_a_class() -> None:
    for said in TYPES:
        lost = said in ("bounced", "rejected", "failed")
        assert (bounce_class(news(said)) == "soft") == (said == "bounced")
        assert bounce_class(news(said, reject_reason="invalid")) == ("hard" if lost else None)
    assert bounce_class(news("rejected", reject_reason="bounced")) == "hard"
    assert bounce_class(news("bounced", reject_reason="bounced")) == "soft"
    assert bounce_class(news("failed", reject_reason="blocked")) is None


def test_a_moment_is_neither_before_the_message_nor_after_now() -> None:
    for said, found in ((0, 10.0), (15, 15.0), (99, 20.0)):
        one = news("delivered", at=datetime.fromtimestamp(said, UTC))
        assert when(one, 10.0, 20.0) == found
    assert when(news("delivered"), 10.0, 20.0) == 20.0


def test_the_first_look_is_entered_and_no_other() -> None:
    first, other = news("opened"), news("clicked")
    assert is_entered(first, [])
    assert is_entered(first, [other, news("opened", machine=True)])
    assert not is_entered(first, [first])
    assert is_entered(news("deferred"), [news("deferred")])
    assert not any(is_entered(news(said), []) for said in ("queued", "sent", "subscribed"))


def test_the_same_event_is_known_by_its_id_and_other_news_by_all_it_says() -> None:
    named = news("opened", event_id="e1")
    assert key_of(named) == key_of(msgspec.structs.replace(named, text="told otherwise"))
    assert key_of(named) != key_of(msgspec.structs.replace(named, recipient="b@example.com"))
    plain = news("bounced", text="no")
    assert key_of(plain) == key_of(news("bounced", text="no"))
    for more in ({"bounce": "hard"}, {"own_id": "m_1"}, {"code": 550}, {"machine": True}):
        assert key_of(plain) != key_of(msgspec.structs.replace(plain, **more))


@pytest.mark.parametrize(
    ("carried", "found"),
    [
        ({"own_id": "m_1"}, "m_1"),
        ({"message_id": "m_2@shop.example.com"}, "m_2"),
        ({"message_id": "<m_3@shop.example.com>"}, "m_3"),
        ({"message_id": "0102018f-aa"}, None),
        ({}, None),
    ],
)
def test_our_id_is_read_wherever_it_is(carried: dict[str, str], found: str | None) -> None:
    assert own_id_of(news("delivered", **carried)) == found


@given(text=st.text(st.characters(codec=None), max_size=20))
def test_what_is_sound_can_be_kept_and_stays_as_it_is(text: str) -> None:
    mended = sound(news("bounced", text=text))
    assert len(mended.text.encode()) >= len(text)
    assert sound(mended) == mended
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert mended.text == text
