"""Every provider's reader of delivery events keeps the promises of its port."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from twofifty.adapters import feeds
from twofifty.intake.ports import Hook
from twofifty.testing.contracts.feed import NOW, URL, FeedContract

KEY, OTHER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


def public(key: ec.EllipticCurvePrivateKey) -> str:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


class TestSendGrid(FeedContract):
    provider = "sendgrid"
    body = body(
        event="bounce",
        email="anna@example.com",
        timestamp=1_769_851_000,
        status="5.1.1",
        reason="550 5.1.1 no such user",
        type="bounce",
        sg_event_id="ZXZlbnQ",
        sg_message_id="LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
        **{"smtp-id": "<m_abc234@example.com>"},
    )
    secret = public(KEY)
    other_secret = public(OTHER_KEY)

    def hook(self, body: bytes, secret: str = "") -> Hook:
        time = str(int(NOW.timestamp()))
        made = KEY.sign(time.encode() + body, ec.ECDSA(SHA256()))
        prefix = "x-twilio-email-event-webhook"
        code = base64.b64encode(made).decode()
        return Hook({f"{prefix}-signature": code, f"{prefix}-timestamp": time}, body, URL, NOW)


class TestPostmark(FeedContract):
    provider = "postmark"
    covers_body = False
    body = body(
        RecordType="Bounce",
        ID=42,
        Type="HardBounce",
        MessageID="883953f4-6105-42a2-a16a-77a8eac79483",
        Metadata={"twofifty_id": "m_abc234"},
        Email="anna@example.com",
        Details="smtp;550 5.1.1 no such user",
        BouncedAt="2026-01-31T09:29:00Z",
    )


class TestMailgun(FeedContract):
    provider = "mailgun"
    covers_body = False
    event: ClassVar[dict[str, object]] = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1769851000.375624,
        "recipient": "anna@example.com",
        "message": {"headers": {"message-id": "m_abc234@example.com"}},
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        "user-variables": {"twofifty_id": "m_abc234"},
        "client-info": {"bot": "", "client-type": "browser"},
    }
    body = body(**{"event-data": event})

    def hook(self, body: bytes, secret: str = "") -> Hook:
        return self.stamped(body, str(int(NOW.timestamp())), secret or self.secret)

    def stamped(self, body: bytes, time: str, secret: str) -> Hook:
        token = "c4" * 25
        code = hmac.new(secret.encode(), f"{time}{token}".encode(), hashlib.sha256).hexdigest()
        signature = {"timestamp": time, "token": token, "signature": code}
        whole = {**json.loads(body), "signature": signature}
        return Hook({}, json.dumps(whole).encode(), URL, NOW)

    def test_a_flipped_byte_of_the_proof_is_refused(self) -> None:
        held = json.loads(self.hook(self.body).body)
        for name, right in held["signature"].items():
            for place in range(len(right)):
                wrong = right[:place] + ("0" if right[place] != "0" else "1") + right[place + 1 :]
                changed = {**held, "signature": {**held["signature"], name: wrong}}
                hook = Hook({}, json.dumps(changed).encode(), URL, NOW)
                assert not self.believed(hook, self.secret)

    def test_a_form_of_the_old_webhooks_is_believed(self) -> None:
        found = json.loads(self.hook(self.body).body)["signature"]
        fields = "&".join(f"{name}={value}" for name, value in found.items())
        hook = Hook({}, f"event=delivered&recipient=anna%40example.com&{fields}".encode(), URL, NOW)
        assert self.believed(hook, self.secret)
        assert [each.recipient for each in self.read(hook.body)] == ["anna@example.com"]

    def test_the_parent_accounts_signature_will_do(self) -> None:
        held = json.loads(self.hook(self.body).body)
        wrong = {**held["signature"], "signature": "0" * 64}
        changed = {**held, "signature": wrong, "parent-signature": held["signature"]}
        assert self.believed(Hook({}, json.dumps(changed).encode(), URL, NOW), self.secret)

    def test_what_was_signed_before_the_last_retry_is_refused(self) -> None:
        for ago, believed in ((8 * 3_600, True), (10 * 3_600, False), (-10 * 3_600, False)):
            hook = self.stamped(self.body, str(int(NOW.timestamp()) - ago), self.secret)
            assert self.believed(hook, self.secret) is believed


class TestResend(FeedContract):
    provider = "resend"
    secret = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes,...").decode()
    other_secret = "whsec_" + base64.b64encode(b"another secret of as many bytes.").decode()
    body = body(
        type="email.bounced",
        created_at="2026-01-31T09:29:00.126Z",
        data={
            "email_id": "56761188-7520-42d8-8898-ff6fc54ce618",
            "to": ["anna@example.com"],
            "bounce": {"message": "no such user", "subType": "General", "type": "Permanent"},
            "tags": {"twofifty_id": "m_abc234"},
            "headers": [{"name": "X-Twofifty-ID", "value": "m_abc234"}],
            "click": {"link": "https://shop.example.com/"},
        },
    )

    def test_five_minutes_are_the_most_that_a_signature_is_worth(self) -> None:
        old = self.hook(self.body)
        late = Hook(old.headers, old.body, URL, NOW.replace(minute=36))
        assert not self.believed(late, self.secret)


class TestBrevo(FeedContract):
    provider = "brevo"
    covers_body = False
    body = body(
        event="hard_bounce",
        email="anna@example.com",
        id=814119,
        ts_event=1_769_851_000,
        ts_epoch=1_769_851_000_372,
        reason="550 5.1.1 no such user",
        tags=["m_abc234"],
        **{"message-id": "<202601310929.85220493321@smtp-relay.mailin.test>"},
    )


class TestMailjet(FeedContract):
    provider = "mailjet"
    covers_body = False
    body = body(
        event="bounce",
        time=1_769_851_000,
        MessageID=104427216766056450,
        email="anna@example.com",
        hard_bounce=True,
        error_related_to="recipient",
        error="user unknown",
        comment="550 5.1.1 no such user",
        CustomID="m_abc234",
        Payload="",
    )


class TestSparkPost(FeedContract):
    provider = "sparkpost"
    covers_body = False
    body = body(
        msys={
            "message_event": {
                "type": "bounce",
                "bounce_class": "10",
                "error_code": "550",
                "event_id": "84345317653491230",
                "raw_rcpt_to": "anna@example.com",
                "raw_reason": "550 5.1.1 no such user",
                "rcpt_meta": {"twofifty_id": "m_abc234"},
                "timestamp": "1769851000",
                "transmission_id": "84345317650824116",
                "user_agent_parsed": {"is_prefetched": False},
            }
        }
    )


class TestMailerSend(FeedContract):
    provider = "mailersend"
    body = body(
        type="activity.hard_bounced",
        created_at="2026-01-31T09:29:00.000000Z",
        data={
            "id": "62f114f8165fe0d8db0288e5",
            "type": "hard_bounced",
            "created_at": "2026-01-31T09:29:00.000000Z",
            "email": {
                "tags": ["m_abc234"],
                "message": {"id": "62fb66bef54a112e920b5493"},
                "recipient": {"email": "anna@example.com"},
            },
            "morph": {"object": "recipient_bounce", "reason": "550 5.1.1 no such user"},
        },
    )


class TestSes(FeedContract):
    """What comes without SNS: a shared secret. SNS's own signatures: unit tests."""

    provider = "ses"
    covers_body = False
    options: Mapping[str, str] = {}
    body = body(
        eventType="Bounce",
        bounce={
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "timestamp": "2026-01-31T09:29:00.101Z",
            "bouncedRecipients": [
                {
                    "emailAddress": "anna@example.com",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 no such user",
                }
            ],
        },
        mail={
            "messageId": "00000137860315fd-34208509-5b74-41f3-95c5-22c1edc3c924-000000",
            "destination": ["anna@example.com"],
            "headers": [{"name": "X-Twofifty-ID", "value": "m_abc234"}],
            "tags": {"twofifty_id": ["m_abc234"]},
            "commonHeaders": {"messageId": "x@example.com"},
        },
    )


SUITES: tuple[type[FeedContract], ...] = (
    *(TestSendGrid, TestPostmark, TestMailgun, TestResend, TestBrevo, TestMailjet),
    *(TestSparkPost, TestMailerSend, TestSes),
)


def test_every_provider_is_under_the_contract() -> None:
    assert {suite.provider for suite in SUITES} == set(feeds.PROVIDERS)


def test_every_provider_tells_a_hard_bounce_in_the_same_words() -> None:
    for suite in SUITES:
        (news,) = feeds.reporter(suite.provider).read(suite.body, {})
        assert (news.type, news.bounce, news.recipient, news.own_id) == (
            *("bounced", "hard", "anna@example.com", "m_abc234"),
        ), suite.provider
        assert news.at is not None
        assert news.at.isoformat().startswith(("2026-01-31T09:16:40", "2026-01-31T09:29:00"))
