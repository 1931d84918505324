"""Notices for people only, by the mail systems that write them. Each text in `notices/CLASS/` is
made up after the form that the system is known to use."""

from pathlib import Path

import pytest

from twofifty.track.bounce.read import read

DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\n"
COPY = "From: shop@example.com\nTo: alice@example.org\nSubject: Your order\n\nThank you.\n"

FOLDER = Path(__file__).parent / "notices"
NOTICES = sorted(FOLDER.glob("*/*.eml"))


@pytest.mark.parametrize("file", NOTICES, ids=lambda file: file.stem)
def test_a_notice_names_the_recipient_and_the_class(file: Path) -> None:
    report = read(file.read_bytes())
    assert [one.address for one in report.recipients] == ["alice@example.org"]
    assert report.cls == file.parent.name


def test_there_are_notices() -> None:
    assert len(NOTICES) > 30


def test_a_reason_below_a_list_of_addresses_is_that_of_each() -> None:
    raw = f"{DAEMON}Subject: Delivery failure\n\nNot delivered to:\n\n  alice@example.org\n"
    report = read(f"{raw}  bob@example.org\n\nThe mailbox is full.\n".encode())
    assert [(one.address, one.cls) for one in report.recipients] == [
        ("alice@example.org", "soft"),
        ("bob@example.org", "soft"),
    ]


def test_who_sent_the_mail_is_not_taken_for_whom_it_went_to() -> None:
    raw = f"{DAEMON}To: shop@example.com\nSubject: Delivery failure\n\nshop@example.com\nwrote;"
    raw += f"\n\nalice@example.org\ndoes not exist\n\n--- Original message ---\n\n{COPY}"
    assert [one.address for one in read(raw.encode()).recipients] == ["alice@example.org"]


def test_what_nobody_names_is_where_the_returned_mail_went() -> None:
    raw = f"{DAEMON}Subject: Returned mail\n\nYour mail could not be delivered.\n\n"
    raw += f"--- Original message ---\n\n{COPY}"
    assert [one.address for one in read(raw.encode()).recipients] == ["alice@example.org"]


@pytest.mark.parametrize(
    "raw",
    [
        "From: Alice <alice@example.org>\nSubject: Re: Your order\n\nMy mail was not delivered?\n",
        "From: Alice <alice@example.org>\nSubject: delivery failed\n\nThe courier did not come.\n",
        "From: news@example.org\nSubject: Delivery report for November\n\nAll parcels arrived.\n",
        "From: shop@example.com\nSubject: Your order\nAuto-Submitted: auto-generated\n\nBye\n",
        "",
        "\n\n\n",
        "hello",
    ],
)
def test_ordinary_mail_is_none(raw: str) -> None:
    assert read(raw.encode()).cls == "none"
