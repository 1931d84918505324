"""Every type of event that a provider documents, in the words of the field.

The payloads are cut down to what the reading is about; whole ones of the providers' users go
through the acceptance tests.
"""

from typing import Any

import msgspec
import pytest

from twofifty.adapters import feeds
from twofifty.track.feedback import Feedback

TO = "anna@example.com"
Said = tuple[str, str | None, str | None]


def read(provider: str, document: object) -> tuple[Feedback, ...]:
    return feeds.reporter(provider).read(msgspec.json.encode(document), {})


def one(provider: str, document: object) -> Feedback:
    (news,) = read(provider, document)
    return news


def said(news: Feedback) -> Said:
    return news.type, news.reject_reason, news.bounce


SENDGRID: list[tuple[dict[str, Any], Said]] = [
    ({"event": "processed"}, ("queued", None, None)),
    ({"event": "delivered", "response": "250 OK"}, ("delivered", None, None)),
    ({"event": "deferred", "response": "400 try again later"}, ("deferred", None, None)),
    ({"event": "open"}, ("opened", None, None)),
    ({"event": "click"}, ("clicked", None, None)),
    ({"event": "spamreport"}, ("complained", "spam", None)),
    ({"event": "unsubscribe"}, ("unsubscribed", None, None)),
    ({"event": "group_unsubscribe"}, ("unsubscribed", None, None)),
    ({"event": "group_resubscribe"}, ("subscribed", None, None)),
    ({"event": "bounce", "type": "bounce"}, ("bounced", "bounced", "hard")),
    ({"event": "bounce", "type": "blocked"}, ("bounced", "blocked", "message")),
    ({"event": "bounce", "type": "expired"}, ("bounced", "timed_out", "soft")),
    ({"event": "bounce"}, ("bounced", "bounced", "hard")),
    ({"event": "blocked"}, ("bounced", "blocked", "message")),
    (
        {"event": "bounce", "type": "bounce", "bounce_classification": "Mailbox Unavailable"},
        ("bounced", "bounced", "soft"),
    ),
    (
        {"event": "bounce", "type": "blocked", "bounce_classification": "Invalid Address"},
        ("bounced", "blocked", "hard"),
    ),
    ({"event": "dropped", "reason": "Bounced Address"}, ("rejected", "bounced", None)),
    ({"event": "dropped", "reason": "Invalid"}, ("rejected", "invalid", None)),
    ({"event": "dropped", "reason": "Unsubscribed Address"}, ("rejected", "unsubscribed", None)),
    ({"event": "dropped", "reason": "Spam Reporting Address"}, ("rejected", "spam", None)),
    ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, ("rejected", "other", None)),
    ({"event": "dropped"}, ("rejected", "other", None)),
    ({"event": "account_status_change", "type": "compliance_ban"}, ("unknown", None, None)),
    ({"event": None}, ("unknown", None, None)),
    ({"event": ["x"]}, ("unknown", None, None)),
]


@pytest.mark.parametrize(("event", "right"), SENDGRID)
def test_every_event_of_sendgrid(event: dict[str, Any], right: Said) -> None:
    news = one("sendgrid", [{"email": TO, "timestamp": 1_600_112_492, **event}])
    assert said(news) == right
    assert news.recipient == TO


def test_a_message_of_sendgrid_is_called_as_its_api_called_it() -> None:
    whole = "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0"
    entry = {"event": "open", "email": TO, "smtp-id": "<m_abc@example.com>"}
    assert one("sendgrid", {**entry, "sg_message_id": whole}).message_id == "LRzXl_NHStOGhQ4kofSm_A"
    recent = "LRzXl_NHStOGhQ4kofSm_A.recvd-85c4d9b9b6-2zhrk-1-64E3A3AA-27.0"
    assert one("sendgrid", [{**entry, "sg_message_id": recent}]).message_id is not None
    assert one("sendgrid", {**entry, "sg_message_id": "14c5d75ce93.dfd"}).message_id == (
        "14c5d75ce93.dfd"
    )
    assert one("sendgrid", entry).message_id == "m_abc@example.com"


def test_an_open_by_a_machine_is_marked_where_the_provider_says_so() -> None:
    opened = {"event": "open", "email": TO}
    assert one("sendgrid", {**opened, "sg_machine_open": True}).machine
    assert not one("sendgrid", {**opened, "sg_machine_open": False}).machine
    assert one("brevo", {"event": "proxy_open", "email": TO}).machine
    assert one("brevo", {"event": "unique_proxy_open", "email": TO}).machine
    assert not one("brevo", {"event": "unique_opened", "email": TO}).machine
    opened = {"event": "opened", "recipient": TO}
    for client, machine in (
        ({"bot": "apple", "client-type": "robot"}, True),
        ({"bot": "", "client-type": "browser"}, False),
        (None, False),
    ):
        assert one("mailgun", {"event-data": {**opened, "client-info": client}}).machine is machine
    prefetched = {"type": "open", "rcpt_to": TO, "user_agent_parsed": {"is_prefetched": True}}
    assert one("sparkpost", [{"msys": {"track_event": prefetched}}]).machine


POSTMARK: list[tuple[dict[str, Any], Said]] = [
    ({"RecordType": "Delivery"}, ("delivered", None, None)),
    ({"RecordType": "Open", "FirstOpen": True}, ("opened", None, None)),
    ({"RecordType": "Click"}, ("clicked", None, None)),
    ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, ("complained", "spam", None)),
    ({"RecordType": "Inbound"}, ("inbound", None, None)),
    ({"RecordType": "SubscriptionChange", "SuppressSending": False}, ("subscribed", None, None)),
    (
        {"RecordType": "SubscriptionChange", "SuppressSending": True},
        ("unsubscribed", "unsubscribed", None),
    ),
    (
        {
            "RecordType": "SubscriptionChange",
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
        },
        ("unsubscribed", "unsubscribed", None),
    ),
    (
        {
            "RecordType": "SubscriptionChange",
            "SuppressSending": True,
            "SuppressionReason": "SpamComplaint",
        },
        ("complained", "spam", None),
    ),
    ({"RecordType": "Bounce", "Type": "SoftBounce"}, ("bounced", "bounced", "soft")),
    ({"RecordType": "Bounce", "Type": "Transient"}, ("deferred", None, None)),
    ({"RecordType": "Bounce", "Type": "DnsError"}, ("deferred", None, None)),
    ({"RecordType": "Bounce", "Type": "AutoResponder"}, ("autoresponded", None, None)),
    ({"RecordType": "Bounce", "Type": "ChallengeVerification"}, ("autoresponded", None, None)),
    ({"RecordType": "Bounce", "Type": "Blocked"}, ("bounced", "blocked", "message")),
    ({"RecordType": "Bounce", "Type": "BadEmailAddress"}, ("rejected", "invalid", None)),
    ({"RecordType": "Bounce", "Type": "SMTPApiError"}, ("failed", "other", None)),
    ({"RecordType": "Bounce", "Type": "InboundError"}, ("inbound_failed", None, None)),
    ({"RecordType": "Bounce", "Type": "Unknown"}, ("unknown", None, None)),
    ({"RecordType": "Bounce"}, ("unknown", None, None)),
    ({"RecordType": "TomorrowsRecord"}, ("unknown", None, None)),
    (
        {"Type": "HardBounce", "BouncedAt": "2014-08-01T13:28:10-04:00"},
        ("bounced",) * 2 + ("hard",),
    ),
    ({"DeliveredAt": "2014-08-01T13:28:10-04:00"}, ("delivered", None, None)),
    ({"FirstOpen": True}, ("opened", None, None)),
]


@pytest.mark.parametrize(("record", "right"), POSTMARK)
def test_every_record_of_postmark(record: dict[str, Any], right: Said) -> None:
    news = one("postmark", {"MessageID": "f4830d10", "Recipient": TO, "Email": TO, **record})
    assert said(news) == right
    assert (news.recipient, news.message_id) == (TO, "f4830d10")


def test_the_list_of_postmarks_bounce_api_is_a_batch() -> None:
    listed = [{"Type": "HardBounce", "ID": each, "Email": TO, "BouncedAt": ""} for each in (1, 2)]
    assert [news.event_id for news in read("postmark", {"TotalCount": 2, "Bounces": listed})] == (
        ["1", "2"]
    )


def failed(severity: str, reason: str, code: int, message: str = "") -> dict[str, Any]:
    status = {"code": code, "message": message}
    return {"event": "failed", "severity": severity, "reason": reason, "delivery-status": status}


MAILGUN: list[tuple[dict[str, Any], Said]] = [
    ({"event": "accepted"}, ("queued", None, None)),
    ({"event": "delivered"}, ("delivered", None, None)),
    ({"event": "opened"}, ("opened", None, None)),
    ({"event": "clicked"}, ("clicked", None, None)),
    ({"event": "unsubscribed"}, ("unsubscribed", None, None)),
    ({"event": "complained"}, ("complained", "spam", None)),
    ({"event": "stored"}, ("inbound", None, None)),
    ({"event": "rejected", "reject": {"reason": "Sandbox"}}, ("rejected", "other", None)),
    (failed("temporary", "generic", 498), ("deferred", "other", None)),
    (failed("permanent", "bounce", 550), ("bounced", "bounced", "hard")),
    (failed("permanent", "bounce", 552, "5.2.2 full"), ("bounced", "bounced", "soft")),
    (failed("permanent", "bounce", 554, "5.7.1 spam"), ("bounced", "bounced", "message")),
    (failed("permanent", "old", 602), ("bounced", "timed_out", "soft")),
    (failed("permanent", "suppress-bounce", 605), ("rejected", "bounced", None)),
    (failed("permanent", "suppress-complaint", 607), ("rejected", "spam", None)),
    (failed("permanent", "suppress-unsubscribe", 606), ("rejected", "unsubscribed", None)),
    ({"event": "list_member_uploaded"}, ("unknown", None, None)),
    ({"event": 7}, ("unknown", None, None)),
]


@pytest.mark.parametrize(("event", "right"), MAILGUN)
def test_every_event_of_mailgun(event: dict[str, Any], right: Said) -> None:
    whole = {"recipient": TO, "timestamp": 1521472262.908181, "id": "x", **event}
    news = one("mailgun", {"signature": {"token": "t"}, "event-data": whole})
    assert said(news) == right
    assert news.recipient == TO
    assert read("mailgun", {"items": [whole], "paging": {}}) == (news,)
    assert one("mailgun", whole) == news


def test_mailguns_own_codes_are_no_replies_of_a_server() -> None:
    assert one("mailgun", failed("temporary", "generic", 498)).code is None
    assert one("mailgun", failed("permanent", "old", 602)).code is None
    assert one("mailgun", failed("permanent", "bounce", 550)).code == 550


def test_an_old_form_of_mailgun_is_read_like_json() -> None:
    body = (
        b"recipient=anna%40example.com&code=550&error=5.1.1+no+such+user&event=bounced"
        b"&Message-Id=%3C20160421175529.1%40example.com%3E&timestamp=1461261330&token=t1"
        b"&twofifty_id=m_abc234&event=theirs&signature=00"
    )
    (news,) = feeds.reporter("mailgun").read(body, {})
    assert said(news) == ("bounced", "bounced", "hard")
    assert (news.recipient, news.message_id) == (TO, "20160421175529.1@example.com")
    assert (news.own_id, news.event_id, news.code, news.enhanced) == (
        *("m_abc234", "t1"),
        *(550, "5.1.1"),
    )


def test_an_event_of_mailgun_is_the_same_when_it_is_signed_anew() -> None:
    event = {"event": "opened", "recipient": TO, "timestamp": 1521472262.9, "id": "Fs7-5t81S2"}
    first, again = (
        one("mailgun", {"signature": {"token": token}, "event-data": event}) for token in ("a", "b")
    )
    tomorrow = one("mailgun", {"event-data": {**event, "timestamp": 1521558662.9}})
    assert first.event_id == again.event_id != tomorrow.event_id


def resend(kind: str, **data: Any) -> dict[str, Any]:
    whole = {"email_id": "56761188", "to": [TO], **data}
    return {"type": kind, "created_at": "2026-11-22T23:41:12.126Z", "data": whole}


RESEND: list[tuple[dict[str, Any], Said]] = [
    (resend("email.scheduled"), ("queued", None, None)),
    (resend("email.sent"), ("sent", None, None)),
    (resend("email.delivered"), ("delivered", None, None)),
    (resend("email.delivery_delayed"), ("deferred", None, None)),
    (resend("email.opened"), ("opened", None, None)),
    (resend("email.clicked"), ("clicked", None, None)),
    (resend("email.complained"), ("complained", "spam", None)),
    (resend("email.failed", failed={"reason": "quota"}), ("failed", "other", None)),
    (resend("email.suppressed"), ("rejected", "bounced", None)),
    (resend("email.received"), ("inbound", None, None)),
    (resend("email.bounced"), ("bounced", "bounced", "hard")),
    (resend("email.bounced", bounce={"type": "Transient"}), ("bounced", "bounced", "soft")),
    (
        resend("email.bounced", bounce={"type": "Permanent", "subType": "Suppressed"}),
        ("bounced", "bounced", "hard"),
    ),
    (
        resend("email.bounced", bounce={"type": "Transient", "subType": "MessageTooLarge"}),
        ("bounced", "bounced", "message"),
    ),
    (resend("contact.updated"), ("unknown", None, None)),
    (resend("domain.created"), ("unknown", None, None)),
]


@pytest.mark.parametrize(("event", "right"), RESEND)
def test_every_event_of_resend(event: dict[str, Any], right: Said) -> None:
    news = one("resend", event)
    assert said(news) == right
    assert (news.recipient, news.message_id) == (TO, "56761188")


def test_a_bounce_of_a_mail_to_several_counts_against_none_of_them() -> None:
    several = [TO, "Bert <bert@example.com>"]
    bounce = {"type": "Permanent", "message": "550 5.1.1 no such user"}
    found = read("resend", resend("email.bounced", to=several, bounce=bounce))
    assert [each.recipient for each in found] == [TO, "bert@example.com"]
    assert {each.bounce for each in found} == {"message"}
    complained = read("resend", resend("email.complained", to=several))
    assert {each.type for each in complained} == {"unknown"}
    assert {each.type for each in read("resend", resend("email.sent", to=several))} == {"sent"}


BREVO: list[tuple[str, Said]] = [
    ("request", ("queued", None, None)),
    ("delivered", ("delivered", None, None)),
    ("deferred", ("deferred", None, None)),
    ("hard_bounce", ("bounced", "bounced", "hard")),
    ("soft_bounce", ("bounced", "bounced", "soft")),
    ("invalid_email", ("bounced", "invalid", "hard")),
    ("blocked", ("rejected", "blocked", None)),
    ("error", ("failed", None, None)),
    ("complaint", ("complained", "spam", None)),
    ("spam", ("complained", "spam", None)),
    ("unsubscribed", ("unsubscribed", None, None)),
    ("opened", ("opened", None, None)),
    ("unique_opened", ("opened", None, None)),
    ("click", ("clicked", None, None)),
    ("list_addition", ("subscribed", None, None)),
    ("tomorrows_event", ("unknown", None, None)),
]


@pytest.mark.parametrize(("event", "right"), BREVO)
def test_every_event_of_brevo(event: str, right: Said) -> None:
    entry = {"event": event, "email": TO, "message-id": "<2026.1@relay.example.com>"}
    news = one("brevo", entry)
    assert said(news) == right
    assert (news.recipient, news.message_id) == (TO, "2026.1@relay.example.com")
    assert len(read("brevo", [entry, entry])) == len(read("brevo", {"events": [entry, {}]})) == 2


def test_brevo_s_exact_time_wins_over_one_that_is_hours_away() -> None:
    entry = {"event": "delivered", "email": TO, "ts_event": 1_520_331_023}
    zoned = one("brevo", {**entry, "ts_epoch": 1_520_363_423_000}).at
    assert zoned is not None
    assert zoned.timestamp() == 1_520_363_423
    near = one("brevo", {**entry, "ts_epoch": 1_520_331_022_999}).at
    assert near is not None
    assert near.timestamp() == 1_520_331_023


MAILJET: list[tuple[dict[str, Any], Said]] = [
    ({"event": "sent"}, ("delivered", None, None)),
    ({"event": "open"}, ("opened", None, None)),
    ({"event": "click"}, ("clicked", None, None)),
    ({"event": "spam"}, ("complained", "spam", None)),
    ({"event": "unsub"}, ("unsubscribed", None, None)),
    (
        {"event": "bounce", "hard_bounce": True, "error": "user unknown"},
        ("bounced", "bounced", "hard"),
    ),
    (
        {"event": "bounce", "hard_bounce": False, "error": "quota exceeded"},
        ("bounced", "bounced", "soft"),
    ),
    (
        {"event": "bounce", "hard_bounce": True, "error": "content blocked"},
        ("bounced", "blocked", "message"),
    ),
    ({"event": "bounce", "error": "greylisted"}, ("deferred", "other", None)),
    ({"event": "blocked", "error": "preblocked"}, ("rejected", "blocked", None)),
    ({"event": "blocked", "error": "spam reporter"}, ("rejected", "spam", None)),
    ({"event": "blocked"}, ("rejected", "other", None)),
    ({"event": "typofix"}, ("unknown", None, None)),
]


@pytest.mark.parametrize(("event", "right"), MAILJET)
def test_every_event_of_mailjet(event: dict[str, Any], right: Said) -> None:
    entry = {"email": TO, "time": 1_430_812_195, "MessageID": 104427216766056450, **event}
    news = one("mailjet", entry)
    assert said(news) == right
    assert (news.recipient, news.message_id) == (TO, "104427216766056450")


SPARKPOST: list[tuple[dict[str, Any], Said]] = [
    ({"type": "injection"}, ("queued", None, None)),
    ({"type": "delivery"}, ("delivered", None, None)),
    ({"type": "delay", "bounce_class": "20"}, ("deferred", "bounced", None)),
    ({"type": "bounce", "bounce_class": "10"}, ("bounced", "invalid", "hard")),
    ({"type": "bounce", "bounce_class": 30}, ("bounced", "bounced", "hard")),
    ({"type": "bounce", "bounce_class": "22"}, ("bounced", "bounced", "soft")),
    ({"type": "bounce", "bounce_class": "52"}, ("bounced", "spam", "message")),
    ({"type": "bounce", "bounce_class": "60"}, ("autoresponded", "other", None)),
    ({"type": "bounce", "bounce_class": "100"}, ("autoresponded", "other", None)),
    ({"type": "bounce", "bounce_class": "90"}, ("unsubscribed", "unsubscribed", None)),
    ({"type": "out_of_band", "bounce_class": "10"}, ("bounced", "invalid", "hard")),
    ({"type": "policy_rejection"}, ("rejected", "blocked", None)),
    ({"type": "generation_rejection"}, ("rejected", "blocked", None)),
    ({"type": "generation_failure"}, ("failed", None, None)),
    ({"type": "spam_complaint"}, ("complained", "spam", None)),
    ({"type": "link_unsubscribe"}, ("unsubscribed", None, None)),
    ({"type": "open"}, ("opened", None, None)),
    ({"type": "click"}, ("clicked", None, None)),
    ({"type": "relay_permfail"}, ("inbound_failed", None, None)),
    ({"type": "ab_test_completed"}, ("unknown", None, None)),
]


@pytest.mark.parametrize(("event", "right"), SPARKPOST)
def test_every_event_of_sparkpost(event: dict[str, Any], right: Said) -> None:
    whole = {"raw_rcpt_to": TO, "event_id": "84", "transmission_id": "65", **event}
    news = one("sparkpost", [{"msys": {"message_event": whole}}])
    assert said(news) == right
    assert (news.recipient, news.message_id, news.event_id) == (TO, "65", "84")
    assert read("sparkpost", {"results": [whole]}) == (news,)


def test_the_test_batch_of_sparkpost_tells_nothing() -> None:
    assert read("sparkpost", [{"msys": {}}]) == ()


def test_mail_that_sparkpost_relays_is_inbound() -> None:
    relayed = {"msys": {"relay_message": {"rcpt_to": TO, "content": {"text": "Hello"}}}}
    assert one("sparkpost", [relayed]).type == "inbound"


MAILERSEND: list[tuple[str, Said]] = [
    ("activity.sent", ("sent", None, None)),
    ("activity.delivered", ("delivered", None, None)),
    ("activity.deferred", ("deferred", None, None)),
    ("activity.soft_bounced", ("bounced", "bounced", "soft")),
    ("activity.hard_bounced", ("bounced", "bounced", "hard")),
    ("activity.opened", ("opened", None, None)),
    ("activity.opened_unique", ("opened", None, None)),
    ("activity.clicked", ("clicked", None, None)),
    ("activity.clicked_unique", ("clicked", None, None)),
    ("activity.unsubscribed", ("unsubscribed", None, None)),
    ("activity.spam_complaint", ("complained", "spam", None)),
    ("activity.survey_opened", ("unknown", None, None)),
    ("inbound_forward.failed", ("inbound_failed", None, None)),
    ("sender_identity.verified", ("unknown", None, None)),
    ("maintenance.start", ("unknown", None, None)),
]


@pytest.mark.parametrize(("kind", "right"), MAILERSEND)
def test_every_event_of_mailersend(kind: str, right: Said) -> None:
    email = {"message": {"id": "62fb"}, "recipient": {"email": TO}, "tags": ["m_abc234"]}
    news = one("mailersend", {"type": kind, "data": {"id": "1", "email": email, "morph": None}})
    assert said(news) == right
    assert (news.recipient, news.message_id, news.own_id) == (TO, "62fb", "m_abc234")
    light = {"id": "1", "message_id": "62fb", "recipient": {"email": TO}, "tags": ["m_abc234"]}
    assert one("mailersend", {"type": kind, "data": light}).recipient == TO


def test_what_a_server_says_decides_over_what_the_provider_makes_of_it() -> None:
    for reason, right in (
        ("552 5.2.2 mailbox full", "soft"),
        ("554 5.7.1 message looks like spam", "message"),
        ("550 5.1.1 no such user", "hard"),
        ("552 5.3.4 message too big", "message"),
        ("421 4.7.0 try again later", "soft"),
        ("something else", "hard"),
    ):
        news = one("brevo", {"event": "hard_bounce", "email": TO, "reason": reason})
        assert news.bounce == right, reason


def test_a_long_reply_is_cut_and_has_no_line_breaks() -> None:
    reason = "550-5.1.1 no\r\n550 5.1.1 such user " + "é" * 600
    news = one("brevo", {"event": "hard_bounce", "email": TO, "reason": reason})
    assert len(news.text) == 500
    assert "\n" not in news.text
    assert (news.code, news.enhanced) == (550, "5.1.1")
