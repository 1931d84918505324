"""Nobody is told by a channel that they did not agree to."""

from typing import Any

import msgspec
import pytest

from twofifty.notice.consent import consented
from twofifty.order.model import Order
from twofifty.order.specimen import specimen


def order(consent: dict[str, bool] | None = None, **attributes: str) -> Order:
    whole = specimen()
    customer = msgspec.structs.replace(whole.customer, consent=consent or {})
    changes: dict[str, Any] = {"customer": customer, "attributes": attributes}
    return msgspec.structs.replace(whole, **changes)


@pytest.mark.parametrize("channel", ["sms", "push"])
def test_what_is_not_stated_is_no_consent(channel: str) -> None:
    assert not consented(order(), channel)


@pytest.mark.parametrize("channel", ["sms", "push"])
def test_a_stated_yes_is_consent(channel: str) -> None:
    assert consented(order({channel: True}), channel)


@pytest.mark.parametrize("word", ["true", "Yes", " 1 ", "on"])
def test_a_ticked_box_at_the_checkout_is_consent(word: str) -> None:
    assert consented(order(sms_consent=word), "sms")
    assert not consented(order(sms_consent=word), "push")


@pytest.mark.parametrize("word", ["false", "no", "0", "", "maybe", "off"])
def test_any_other_word_in_that_box_is_a_no(word: str) -> None:
    assert not consented(order(sms_consent=word), "sms")
    assert not consented(order({"sms": True}, sms_consent=word), "sms")


def test_consent_to_marketing_is_none_to_messages_of_an_order() -> None:
    assert not consented(order({"marketing": True}), "sms")


def test_a_webhook_needs_no_yes_but_obeys_a_no() -> None:
    assert consented(order(), "webhook")
    assert not consented(order({"webhook": False}), "webhook")
