"""Delivery status notifications (RFC 3464), as they should be and as they are."""

from datetime import UTC, datetime

import pytest

from twofifty.track.bounce.read import read

HEAD = """\
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: shop@example.com
Date: Sun, 22 Nov 2026 10:00:00 +0100
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

This is a MIME-encapsulated message.

--b1
Content-Type: text/plain

{text}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 22 Nov 2026 09:59:00 +0100

{fields}

--b1
Content-Type: message/rfc822

Message-ID: <order-1@example.com>
X-Twofifty-ID: m_0123456789abcdef
From: shop@example.com
To: alice@example.org
Subject: Your order

Thank you.
--b1--
"""
FAILED = """\
Final-Recipient: rfc822; alice@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <alice@example.org>: Recipient address
    rejected: User unknown"""


def dsn(fields: str, text: str = "It could not be delivered.") -> bytes:
    return HEAD.format(fields=fields, text=text).encode()


def test_all_that_it_says_is_read() -> None:
    report = read(dsn(FAILED))
    (alice,) = report.recipients
    assert (report.cls, alice.cls, alice.address) == ("hard", "hard", "alice@example.org")
    assert (alice.status, alice.code, alice.action) == ("5.1.1", 550, "failed")
    assert alice.diagnostic.endswith("Recipient address rejected: User unknown")
    assert alice.remote_mta == "mx.example.org"
    assert report.reporter == "mx.example.net"
    assert report.arrived_at == datetime(2026, 11, 22, 8, 59, tzinfo=UTC)
    assert report.original.message_id == "order-1@example.com"
    assert report.original.own_id == "m_0123456789abcdef"
    assert ("subject", "Your order") in report.original.headers


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_line_ends_do_not_matter(ends: str) -> None:
    given = dsn(FAILED).replace(b"\n", ends.encode())
    assert read(given) == read(dsn(FAILED))


def test_each_recipient_has_a_verdict_of_its_own() -> None:
    full = "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.2.2"
    report = read(dsn(f"{FAILED}\n\n{full}"))
    assert [(one.address, one.cls) for one in report.recipients] == [
        ("alice@example.org", "hard"),
        ("bob@example.org", "soft"),
    ]
    assert report.cls == "hard"


def test_the_address_that_we_wrote_to_counts_and_not_the_one_that_it_became() -> None:
    fields = FAILED.replace("rfc822; alice@", "rfc822; alice.private@")
    report = read(dsn(f"Original-Recipient: rfc822; alice@example.org\n{fields}"))
    assert [one.address for one in report.recipients] == ["alice@example.org"]


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_what_arrived_is_no_bounce(action: str) -> None:
    fields = f"Final-Recipient: rfc822; alice@example.org\nAction: {action}\nStatus: 2.0.0"
    assert read(dsn(fields, "It was delivered.")).cls == "delivered"


def test_a_delay_is_not_final() -> None:
    fields = "Final-Recipient: rfc822; alice@example.org\nAction: delayed\nStatus: 4.4.1"
    report = read(dsn(fields))
    assert (report.cls, report.recipients[0].action) == ("soft", "delayed")


def test_the_text_for_people_is_heard_where_the_fields_say_nothing() -> None:
    fields = "Final-Recipient: rfc822; alice@example.org\nAction: failed\nStatus: 5.0.0"
    report = read(dsn(fields, "<alice@example.org>: mailbox is full"))
    assert report.recipients[0].reason == "mailbox_full"


@pytest.mark.parametrize(
    "recipient",
    [
        "rfc822;alice@example.org",
        "RFC822; <alice@example.org>",
        "alice@example.org",
        "X400; /RFC-822=alice(a)example.org/ADMD= /C=WW/",
        'rfc822; "alice" <alice@example.org>',
    ],
)
def test_addresses_are_found_however_they_are_written(recipient: str) -> None:
    fields = f"Final-Recipient: {recipient}\nAction: failed\nStatus: 5.1.1"
    assert [one.address for one in read(dsn(fields)).recipients] == ["alice@example.org"]


def test_fields_torn_apart_by_blank_lines_are_one_recipient() -> None:
    fields = "Final-Recipient: rfc822; alice@example.org\n\nAction: failed\nStatus: 5.1.1"
    assert [one.status for one in read(dsn(fields)).recipients] == ["5.1.1"]


def test_recipients_without_a_blank_line_between_are_two() -> None:
    bob = FAILED.replace("alice", "bob")
    assert len(read(dsn(f"{FAILED}\n{bob}")).recipients) == 2


def test_a_wrong_boundary_in_the_head_is_found_in_the_body() -> None:
    given = dsn(FAILED).replace(b'boundary="b1"', b'boundary="other"')
    assert read(given).recipients == read(dsn(FAILED)).recipients


def test_fields_in_a_plain_text_are_read() -> None:
    given = f"From: MAILER-DAEMON@example.net\nSubject: failed\n\nSorry.\n\n{FAILED}\n".encode()
    assert read(given).recipients[0].status == "5.1.1"


def test_a_notice_cut_off_still_says_what_it_said_so_far() -> None:
    given = dsn(FAILED)
    assert read(given[: given.index(b"--b1\nContent-Type: message/rfc822")]).cls == "hard"


def test_a_forwarded_bounce_that_a_person_attaches_is_no_bounce() -> None:
    mail = b"From: Alice <alice@example.org>\nSubject: what is this?\n"
    mail += b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee below.\n--x\n"
    mail += b"Content-Type: message/rfc822\n\n" + dsn(FAILED) + b"\n--x--\n"
    assert read(mail).cls == "none"
