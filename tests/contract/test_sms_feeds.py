"""Every gateway's reader of status callbacks keeps the promises of its port, but for those about
mail addresses and about lists, which gateways do not send."""

import json
from pathlib import Path
from typing import Any

import pytest

from twofifty.adapters import feeds
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook
from twofifty.testing.contracts.feed import NOW, URL, FeedContract
from twofifty.track.blocking import UNSUBSCRIBED, block
from twofifty.track.judgement import bounce_class

CALLBACK = Path(__file__).parents[2].parent / "shared/corpora/sms-events/twilio"
OWN = "m_" + "b3" * 13
FORM = (
    "ErrorCode=30005&SmsSid=SM42&SmsStatus=undelivered&MessageStatus=undelivered"
    "&To=%2B4915123456789&MessageSid=SM42&AccountSid=AC1&From=%2B15550100&ApiVersion=2010-04-01"
)


class _OfPhones(FeedContract):
    def test_a_batch_has_an_id_for_each_piece_of_news(self) -> None:
        other = self.body.replace(b"4915123456789", b"4915123456780")
        news = self.read(b"[" + self.body + b"," + other + b"]")
        assert len({each.event_id for each in news}) == len(news) > 1


class TestVonage(_OfPhones):
    provider = "vonage"
    body = json.dumps(
        {
            "message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",
            "to": "4915123456789",
            "from": "Shop",
            "timestamp": "2026-01-31T09:29:00Z",
            "status": "undeliverable",
            "error": {
                "type": "https://developer.vonage.com/api-errors/messages#1240",
                "title": "1240",
            },
            "client_ref": OWN,
            "channel": "sms",
        }
    ).encode()

    def test_our_reference_comes_back_as_our_id(self) -> None:
        (news,) = self.read(self.body)
        assert (news.own_id, news.type, news.bounce) == (OWN, "bounced", "hard")
        assert news.recipient == "+4915123456789"

    def test_a_token_of_another_body_is_refused(self) -> None:
        hook = self.hook(self.body)
        other = Hook(hook.headers, self.body.replace(b"undeliverable", b"delivered"), URL, NOW)
        assert not self.believed(other, self.secret)

    def test_a_token_of_last_week_is_refused(self) -> None:
        hook = self.hook(self.body)
        later = Hook(hook.headers, hook.body, URL, NOW.replace(month=2, day=7))
        assert not self.believed(later, self.secret)


class TestTwilio(_OfPhones):
    provider = "twilio"
    body = json.dumps(
        {
            "MessageSid": "SM42",
            "MessageStatus": "undelivered",
            "ErrorCode": "30005",
            "To": "+4915123456789",
        }
    ).encode()

    def test_a_form_is_believed_and_its_address_names_the_message(self) -> None:
        url = f"{URL}?id={OWN}"
        signature = self.reporter.signature
        hook = Hook(
            signature.signed(FORM.encode(), self.secret, url=url, at=NOW), FORM.encode(), url
        )
        assert self.believed(hook, self.secret)
        assert not self.believed(Hook(hook.headers, hook.body, f"{URL}?id=m_other"), self.secret)
        (news,) = self.reporter.read(hook.body, {":path": hook.url})
        assert (news.own_id, news.message_id, news.type) == (OWN, "SM42", "bounced")
        assert (news.recipient, news.bounce, news.text) == (
            "+4915123456789",
            "hard",
            "Twilio says 30005",
        )


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_stop_is_a_wish_and_no_bounce(status: str) -> None:
    body = FORM.replace("30005", "21610").replace("=undelivered", f"={status}").encode()
    lost, wish = feeds.reporter("twilio").read(body, {":path": f"{URL}?id={OWN}"})
    assert (lost.type, lost.reject_reason, bounce_class(lost)) == ("rejected", "unsubscribed", None)
    found = block(wish, "shipment", 0.0)
    assert (wish.type, wish.recipient, wish.own_id) == ("unsubscribed", "+4915123456789", OWN)
    assert found is not None
    assert (found.scope, found.cause, found.until) == ("service", UNSUBSCRIBED, None)
    assert lost.event_id != wish.event_id


@pytest.mark.parametrize(
    ("status", "type_"),
    [
        ("queued", "queued"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "opened"),
        ("failed", "failed"),
        ("odd", "unknown"),
    ],
)
def test_twilios_words(status: str, type_: str) -> None:
    body = FORM.replace("=undelivered", f"={status}").encode()
    (news,) = feeds.reporter("twilio").read(body, {})
    assert news.type == type_
    assert (news.bounce is not None) == (type_ == "bounced")


@pytest.mark.skipif(not CALLBACK.exists(), reason=f"no callbacks at {CALLBACK}")
def test_real_callbacks_are_understood() -> None:
    files = sorted(CALLBACK.glob("*.txt"))
    assert files
    for file in files:
        told: dict[str, Any] = json.loads(file.read_bytes())
        (news,) = feeds.reporter("twilio").read(told["payload"].encode(), {})
        expected = told["expected_symfony"]
        assert news.type == expected["event"].lower()
        assert news.recipient == expected["RecipientPhone"]


def test_every_gateway_that_reports_is_under_the_contract() -> None:
    suites = (TestTwilio, TestVonage)
    assert {suite.provider for suite in suites} == set(feeds.GATEWAYS)


def test_what_is_no_form_of_twilios_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        feeds.reporter("twilio").read(b"order=1", {})
    assert refused.value.status == 422
