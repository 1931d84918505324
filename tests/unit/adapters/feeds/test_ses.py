"""Amazon SES: every event, whatever carries it, and SNS's proof and handshake."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from twofifty.adapters import feeds
from twofifty.errors import BadInput, ShopBusy
from twofifty.flow.feeds import FeedDoor, FeedSettings
from twofifty.intake.ports import Hook
from twofifty.testing.clock import FrozenClock
from twofifty.track.feedback import Feedback

TO = "anna@example.com"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail-events"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-010a507c18.pem"
CONFIRM = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=2336"
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
MAIL = {"messageId": "0000014644fe5ef6-9a483358", "destination": [TO]}


def read(document: object) -> tuple[Feedback, ...]:
    return feeds.reporter("ses").read(json.dumps(document).encode(), {})


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"eventType": kind, "mail": MAIL, **fields}


def bounced(kind: str, subtype: str, **recipient: str) -> dict[str, Any]:
    listed = [{"emailAddress": TO, **recipient}]
    said = {"bounceType": kind, "bounceSubType": subtype, "bouncedRecipients": listed}
    return event("Bounce", bounce=said)


EVENTS: list[tuple[dict[str, Any], tuple[str, str | None, str | None]]] = [
    (event("Send", send={}), ("sent", None, None)),
    (event("Delivery", delivery={"recipients": [TO]}), ("delivered", None, None)),
    (event("Open", open={}), ("opened", None, None)),
    (event("Click", click={"link": "https://shop.example.com/"}), ("clicked", None, None)),
    (event("Reject", reject={"reason": "Bad content"}), ("rejected", "blocked", None)),
    (event("Rendering Failure", failure={"errorMessage": "x"}), ("failed", "other", None)),
    (
        event("DeliveryDelay", deliveryDelay={"delayedRecipients": [{"emailAddress": TO}]}),
        ("deferred", None, None),
    ),
    (
        event("Complaint", complaint={"complainedRecipients": [{"emailAddress": TO}]}),
        ("complained", "spam", None),
    ),
    (bounced("Permanent", "General"), ("bounced", "bounced", "hard")),
    (bounced("Permanent", "OnAccountSuppressionList"), ("bounced", "bounced", "hard")),
    (bounced("Permanent", "General", status="5.7.1"), ("bounced", "bounced", "message")),
    (bounced("Permanent", "UnsubscribedRecipient"), ("bounced", "unsubscribed", "message")),
    (bounced("Transient", "General"), ("bounced", "bounced", "soft")),
    (bounced("Transient", "MailboxFull"), ("bounced", "bounced", "soft")),
    (bounced("Transient", "ContentRejected"), ("bounced", "bounced", "message")),
    (bounced("Transient", "CustomTimeoutExceeded"), ("bounced", "timed_out", "soft")),
    (bounced("Undetermined", "Undetermined"), ("bounced", "bounced", "soft")),
    (
        event("Subscription", subscription={"newTopicPreferences": {"unsubscribeAll": True}}),
        ("unsubscribed", None, None),
    ),
    (event("TomorrowsEvent"), ("unknown", None, None)),
]


@pytest.mark.parametrize(("document", "right"), EVENTS)
def test_every_event_of_ses(document: dict[str, Any], right: tuple[str, ...]) -> None:
    (news,) = read(document)
    assert (news.type, news.reject_reason, news.bounce) == right
    assert (news.recipient, news.message_id) == (TO, MAIL["messageId"])


def test_a_customer_who_subscribes_again_is_no_loss() -> None:
    topics = [{"topicName": "news", "subscriptionStatus": "OptIn"}]
    preferences = {"unsubscribeAll": False, "topicSubscriptionStatus": topics}
    (news,) = read(event("Subscription", subscription={"newTopicPreferences": preferences}))
    assert news.type == "subscribed"
    topics[0]["subscriptionStatus"] = "OptOut"
    (news,) = read(event("Subscription", subscription={"newTopicPreferences": preferences}))
    assert news.type == "unsubscribed"


def notification(message: object, **fields: str) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Type": "Notification", "MessageId": "22b80b92", "Message": text, **fields}


def test_the_same_event_is_read_out_of_whatever_carries_it() -> None:
    bare = bounced("Permanent", "General", diagnosticCode="smtp; 550 5.1.1 no such user")
    (right,) = read(bare)
    sns = notification(bare)
    for carrier, event_id in (
        (sns, "22b80b92"),
        ({"Records": [{"EventSource": "aws:sns", "Sns": sns}]}, "22b80b92"),
        ({"Records": [{"messageId": "059f36b4", "body": json.dumps(sns)}]}, "22b80b92"),
        ({"Records": [{"messageId": "059f36b4", "body": json.dumps(bare)}]}, "059f36b4"),
        ({"Messages": [{"MessageId": "059f36b4", "Body": json.dumps(bare)}]}, "059f36b4"),
        ({"id": "6a7e8feb", "detail-type": "Email Bounced", "detail": bare}, "6a7e8feb"),
    ):
        (news,) = read(carrier)
        assert news.event_id == event_id
        assert (news.type, news.recipient, news.text, news.bounce) == (
            *(right.type, right.recipient, right.text, right.bounce),
        )


def test_each_recipient_has_its_own_reply_and_its_own_id() -> None:
    listed = [
        {"emailAddress": TO, "status": "5.1.1"},
        {"emailAddress": "bert@example.com", "status": "5.2.2"},
    ]
    said = {"bounceType": "Permanent", "bouncedRecipients": listed}
    first, second = read(notification(event("Bounce", bounce=said)))
    assert (first.recipient, first.bounce) == (TO, "hard")
    assert (second.recipient, second.bounce) == ("bert@example.com", "soft")
    assert first.event_id == "22b80b92" != second.event_id


def test_tests_and_handshakes_tell_nothing() -> None:
    for document in (
        notification("Successfully validated SNS topic for Amazon SES event publishing."),
        notification({"notificationType": "AmazonSnsSubscriptionSucceeded"}),
        {"Type": "SubscriptionConfirmation", "MessageId": "1", "SubscribeURL": CONFIRM},
        {"Type": "UnsubscribeConfirmation", "MessageId": "1"},
    ):
        assert read(document) == ()


def test_mail_that_came_in_is_inbound() -> None:
    record = {"eventSource": "aws:ses", "ses": {"mail": MAIL, "receipt": {"recipients": [TO]}}}
    (news,) = read({"Records": [record]})
    assert (news.type, news.recipient) == ("inbound", TO)


class Amazon:
    """What stands at Amazon's addresses; `asked` is what was fetched."""

    def __init__(self, key: rsa.RSAPrivateKey = KEY, *, down: bool = False) -> None:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(AT - timedelta(days=1))
            .not_valid_after(AT + timedelta(days=1))
            .sign(key, SHA256())
        )
        self._found = {CERTIFICATE: made.public_bytes(Encoding.PEM), CONFIRM: b"<xml/>"}
        self._down = down
        self.asked: list[str] = []

    async def key(self, source: str, url: str) -> bytes | None:
        self.asked.append(url)
        return None if self._down else self._found.get(url)


def sns(**fields: str) -> Hook:
    """A message as SNS signs it."""
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": json.dumps(event("Send", send={})),
        "Timestamp": "2026-03-01T12:00:00.000Z",
        **fields,
    }
    text = "".join(f"{name}\n{message[name]}\n" for name in sorted(message)).encode()
    signature = base64.b64encode(KEY.sign(text, padding.PKCS1v15(), SHA256())).decode()
    proof = {"SignatureVersion": "2", "Signature": signature, "SigningCertURL": CERTIFICATE}
    return Hook({}, json.dumps({**message, **proof}).encode())


def confirmation(url: str = CONFIRM) -> Hook:
    asked = {"Type": "SubscriptionConfirmation", "Message": "Confirm.", "Token": "2336"}
    return sns(**asked, SubscribeURL=url)


def door(amazon: Amazon, *secrets: str) -> FeedDoor:
    stated = FeedSettings(secrets=secrets or (TOPIC,))
    return FeedDoor(feeds.opened({"ses": stated}), FrozenClock(AT), amazon)


def heard(door: FeedDoor, hook: Hook) -> tuple[Feedback, ...]:
    return asyncio.run(door.hear("ses", hook))


def test_a_message_of_our_topic_is_believed() -> None:
    amazon = Amazon()
    (news,) = heard(door(amazon), sns())
    assert (news.type, news.recipient) == ("sent", TO)
    assert amazon.asked == [CERTIFICATE]


def test_a_message_of_somebody_elses_topic_is_refused_and_nothing_is_fetched() -> None:
    amazon = Amazon()
    for hook in (sns(TopicArn=f"{TOPIC}-theirs"), Hook({}, b"{}")):
        with pytest.raises(BadInput) as refused:
            heard(door(amazon), hook)
        assert refused.value.status == 401
    assert amazon.asked == []


def test_a_certificate_of_another_key_proves_nothing() -> None:
    with pytest.raises(BadInput) as refused:
        heard(door(Amazon(OTHER_KEY)), sns())
    assert refused.value.status == 401


def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else() -> None:
    amazon = Amazon()
    assert heard(door(amazon), confirmation()) == ()
    assert amazon.asked == [CERTIFICATE, CONFIRM]
    for url in (
        "https://sns.eu-west-1.amazonaws.com.example.net/?Action=ConfirmSubscription&Token=1",
        "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1",
        "https://sns.eu-west-1.amazonaws.com@example.net/?Action=ConfirmSubscription&Token=1",
        "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&Token=1",
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1\n.example.net",
    ):
        amazon = Amazon()
        assert heard(door(amazon), confirmation(url)) == ()
        assert amazon.asked == [CERTIFICATE]


def test_while_amazon_cannot_be_asked_the_message_is_wanted_again() -> None:
    with pytest.raises(ShopBusy):
        heard(door(Amazon(down=True)), sns())


def test_what_comes_without_sns_carries_a_secret_and_the_topic_is_none() -> None:
    body = json.dumps(event("Send", send={})).encode()
    opened = door(Amazon(), TOPIC, "right")
    (news,) = heard(opened, Hook({"authorization": "Bearer right"}, body))
    assert news.type == "sent"
    for wrong in (TOPIC, "", "wrong"):
        with pytest.raises(BadInput) as refused:
            heard(opened, Hook({"authorization": f"Bearer {wrong}"}, body))
        assert refused.value.status == 401
