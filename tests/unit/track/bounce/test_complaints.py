"""Complaints (ARF, X-ARF, Microsoft's), automatic answers, and Amazon's notifications by mail."""

import json

import pytest

from twofifty.track.bounce.news import feedback
from twofifty.track.bounce.read import read

RETURNED = """\
Message-ID: <order-1@example.com>
X-Twofifty-ID: m_0123456789abcdef
From: shop@example.com
To: alice@example.org
Subject: Your order

Thank you.
"""


def arf(fields: str, returned: str = RETURNED) -> bytes:
    return (
        "From: fbl@example.net\nSubject: Abuse report\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b1"\n\n'
        "--b1\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n"
        f"--b1\nContent-Type: message/feedback-report\n\n{fields}\n\n"
        f"--b1\nContent-Type: message/rfc822\n\n{returned}\n--b1--\n"
    ).encode()


ABUSE = "Feedback-Type: abuse\nUser-Agent: Example/1.0\nVersion: 1"


def test_a_complaint_says_who_and_about_which_mail() -> None:
    report = read(arf(f"{ABUSE}\nOriginal-Rcpt-To: <alice@example.org>"))
    assert (report.cls, report.feedback_type) == ("complaint", "abuse")
    assert [one.address for one in report.recipients] == ["alice@example.org"]
    assert report.original.own_id == "m_0123456789abcdef"
    (news,) = feedback(report)
    assert (news.type, news.recipient, news.bounce) == ("complained", "alice@example.org", None)


def test_where_nobody_is_named_the_mail_itself_tells() -> None:
    assert [one.address for one in read(arf(ABUSE)).recipients] == ["alice@example.org"]


def test_several_people_may_complain_at_once() -> None:
    fields = f"{ABUSE}\nOriginal-Rcpt-To: alice@example.org\nOriginal-Rcpt-To: bob@example.org"
    assert len(read(arf(fields)).recipients) == 2


@pytest.mark.parametrize("kind", ["auth-failure", "not-spam"])
def test_a_report_that_blames_nobody_is_no_news_of_a_customer(kind: str) -> None:
    report = read(arf(f"Feedback-Type: {kind}\nOriginal-Rcpt-To: alice@example.org"))
    assert (report.cls, report.feedback_type) == ("complaint", kind)
    assert feedback(report) == ()


def test_microsoft_complains_without_a_report() -> None:
    raw = "From: staff@example.net\nSubject: complaint about message from 192.0.2.1\n"
    raw += "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: message/rfc822\n\n"
    raw += f"X-HmXmrOriginalRecipient: alice@example.org\n{RETURNED}\n--b1--\n"
    report = read(raw.encode())
    assert (report.cls, report.recipients[0].address) == ("complaint", "alice@example.org")


XARF = [
    {
        "Version": "3",
        "ReporterInfo": {"ReporterOrg": "Example", "ReporterOrgEmail": "abuse@example.net"},
        "Report": {"ReportType": "Spam", "SmtpRcptToAddress": "alice@example.org"},
    },
    {
        "xarf_version": "4.0.0",
        "category": "messaging",
        "type": "spam",
        "smtp_to": "alice@example.org",
    },
]


@pytest.mark.parametrize("given", XARF)
def test_xarf_is_a_complaint(given: dict[str, object]) -> None:
    raw = "From: abuse@example.net\nX-XARF: PLAIN\nSubject: abuse report\n"
    raw += "Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nHello\n"
    raw += f"--b1\nContent-Type: application/json; name=xarf.json\n\n{json.dumps(given)}\n--b1--\n"
    report = read(raw.encode())
    assert (report.cls, report.feedback_type) == ("complaint", "spam")
    assert [one.address for one in report.recipients] == ["alice@example.org"]


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\nSubject: hello",
        "Auto-Submitted: auto-replied (vacation)\nReturn-Path: <>\nSubject: Away",
        "X-Autoreply: yes\nSubject: Re: Your order",
        "Precedence: auto_reply\nSubject: Re: Your order",
        "Subject: Out of Office: Your order",
        "Subject: Automatic reply: Your order",
        "Subject: Automatische Antwort: Ihre Bestellung",
        "Subject: =?utf-8?B?UsOpcG9uc2UgYXV0b21hdGlxdWU=?= : Votre commande",
        "Subject: Re: [Auto-Reply] Your order",
        "Subject: =?utf-8?B?6Ieq5YuV6L+U5L+h?=",
    ],
)
def test_an_automatic_answer_is_no_bounce(head: str) -> None:
    raw = (
        f"From: Alice <alice@example.org>\nIn-Reply-To: <order-1@example.com>\n{head}\n\nI am away."
    )
    report = read(raw.encode())
    assert report.cls == "auto_reply"
    assert report.recipients[0].address == "alice@example.org"
    assert report.original.message_id == "order-1@example.com"
    (news,) = feedback(report)
    assert (news.type, news.machine) == ("autoresponded", True)


def test_an_answer_that_talks_of_failed_deliveries_is_still_an_answer() -> None:
    raw = "From: Alice <alice@example.org>\nSubject: Automatic reply: Undeliverable mail\n"
    raw += "Auto-Submitted: auto-replied\n\nI am away. Mail that could not be delivered waits.\n"
    assert read(raw.encode()).cls == "auto_reply"


def sns(body: dict[str, object]) -> bytes:
    text = json.dumps(body)
    return f"From: no-reply@sns.example.com\nSubject: Notification\n\n{text}\n\n--\nBye\n".encode()


def test_a_topic_of_amazon_tells_of_bounces() -> None:
    bounced = {
        "emailAddress": "alice@example.org",
        "status": "5.2.2",
        "diagnosticCode": "smtp; 552 full",
    }
    bounce = {"bounceType": "Transient", "bouncedRecipients": [bounced]}
    report = read(sns({"notificationType": "Bounce", "bounce": bounce}))
    assert (report.cls, report.recipients[0].address) == ("soft", "alice@example.org")


def test_a_topic_of_amazon_tells_of_complaints_and_arrivals() -> None:
    people = {"complainedRecipients": [{"emailAddress": "alice@example.org"}]}
    assert read(sns({"notificationType": "Complaint", "complaint": people})).cls == "complaint"
    arrived = {"recipients": ["alice@example.org"], "smtpResponse": "250 2.6.0 Ok"}
    report = read(sns({"notificationType": "Delivery", "delivery": arrived}))
    assert (report.cls, report.recipients[0].status) == ("delivered", "2.6.0")


@pytest.mark.parametrize(
    "body", [{}, {"notificationType": "Other"}, {"notificationType": "Bounce"}]
)
def test_other_json_in_a_mail_is_no_news(body: dict[str, object]) -> None:
    assert not read(sns(body)).recipients
