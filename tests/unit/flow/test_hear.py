"""From a mail that came back to news of a message: whose it is, and that nothing is lost."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.inbound.book import (
    ANSWER,
    BOUNCES,
    ID,
    SECRET,
    SENDER,
    VACATION,
    Book,
    bounce,
    hearing,
    return_path,
)
from twofifty.clock import SystemClock
from twofifty.errors import StoreError, StoreFull
from twofifty.flow.feeds import FeedDoor
from twofifty.flow.hear import KEPT, LARGE, STRANGE_KEPT, Addresses, Hearing
from twofifty.track.bounce.report import Report
from twofifty.track.feedback import Feedback
from twofifty.track.model import Taken

OTHER = "m_other56789012345678"


def heard(raw: bytes, recipient: str | None = None, book: Book | None = None) -> list[Feedback]:
    book = book or Book()
    asyncio.run(hearing(book).mail(raw, recipient))
    return book.news()


def test_the_return_path_is_believed_before_what_stands_in_the_mail() -> None:
    (news,) = heard(bounce(own_id=OTHER), return_path())
    assert news.own_id == ID
    assert news.recipient == "buyer@example.net"


def test_without_a_return_path_the_mail_says_which_message_it_was() -> None:
    (news,) = heard(bounce(own_id=OTHER), BOUNCES)
    assert news.own_id == OTHER


def test_a_return_path_that_somebody_made_up_says_nothing() -> None:
    (news,) = heard(bounce(), f"bounces+{ID}.aaaaaaaaaaaaaaaa@b.example.com")
    assert news.own_id is None


@pytest.mark.parametrize("name", ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_a_mail_from_a_mailbox_says_itself_where_it_went(name: str) -> None:
    raw = bounce().replace(b"To: <", b"X-To: <", 1)
    (news,) = heard(f"{name}: <{return_path()}>\r\n".encode() + raw)
    assert news.own_id == ID


def test_only_the_head_of_a_mail_says_where_it_went() -> None:
    (news,) = heard(ANSWER + f"\r\n\r\nTo: {return_path()}\r\n".encode())
    assert news.own_id is None


def test_a_bounce_that_names_nobody_is_about_the_message_of_its_return_path() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example.net\r\nSubject: failure notice\r\n\r\n"
        b"Hi. This is the qmail-send program at mx.example.net.\r\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        b"Sorry, no mailbox here by that name. (#5.1.1)\r\n"
    )
    (news,) = heard(raw, return_path())
    assert (news.type, news.own_id) == ("bounced", ID)


def test_a_delay_is_no_bounce() -> None:
    (news,) = heard(bounce(action="delayed", status="4.4.1"), return_path())
    assert news.type == "deferred"


def test_an_answering_machine_changes_nothing_and_a_person_is_not_lost() -> None:
    assert [one.type for one in heard(VACATION, SENDER)] == ["autoresponded"]
    assert [(one.type, one.recipient) for one in heard(ANSWER, SENDER)] == [("inbound", SENDER)]


def test_the_same_mail_is_the_same_news_whatever_its_line_ends() -> None:
    book = Book()
    for raw in (bounce(), bounce().replace(b"\r\n", b"\n"), ANSWER, ANSWER):
        heard(raw, return_path(), book)
    assert len(book.known) == 2


def test_a_large_mail_is_read_whole_and_kept_in_part() -> None:
    book = Book()
    raw = bounce() + b"x" * (KEPT + LARGE)
    (news,) = heard(raw, return_path(), book)
    assert news.type == "bounced"
    assert len(book.pages[0][2]) == KEPT


def test_a_store_that_refuses_is_told_of() -> None:
    book = Book()
    book.fault = StoreError()
    with pytest.raises(StoreError):
        heard(bounce(), return_path(), book)


def test_a_reader_that_stumbles_keeps_the_mail() -> None:
    def stumble(raw: bytes) -> Report:
        raise RecursionError

    book = Book()
    ear = Hearing(book, Addresses((), (SECRET,)), FeedDoor({}, SystemClock()), reads=stumble)
    for raw in (bounce(), ANSWER):
        assert asyncio.run(ear.mail(raw, return_path())) == Taken(kept=1)
    assert [raw for _, _, raw in book.pages] == [bounce(), ANSWER]


def test_a_bounce_that_came_to_a_plain_address_too_is_not_taken_for_known() -> None:
    book = Book()
    for recipient in (BOUNCES, return_path(), return_path(), return_path(OTHER)):
        heard(bounce(), recipient, book)
    assert len(book.known) == 3
    assert [one.own_id for one in book.news()] == [None, ID, ID, OTHER]


def test_only_our_own_addresses_are_expected() -> None:
    ear = hearing(Book())
    assert ear.expects(BOUNCES)
    assert ear.expects(SENDER.upper())
    assert ear.expects(return_path())
    assert ear.expects(
        f"SRS0=abcd=xy=b.example.com={return_path().split('@')[0]}@relay.example.org"
    )
    assert not ear.expects(f"bounces+{ID}@b.example.com")
    assert not ear.expects("somebody@example.com")
    assert not ear.expects("")


@given(st.binary(max_size=400), st.text(max_size=60))
def test_whatever_comes_is_kept_once(raw: bytes, recipient: str) -> None:
    book = Book()
    for _ in range(2):
        heard(raw, recipient, book)
    assert len(book.pages) == 2
    assert len(book.known) == len({one.event_id for one in book.news()})


def test_of_a_strangers_mail_only_the_beginning_is_kept() -> None:
    for raw, recipient in (
        (ANSWER, SENDER),
        (bounce(own_id=OTHER), BOUNCES),
        (ANSWER, return_path()),
    ):
        book = Book()
        heard(raw + b"x" * KEPT, recipient, book)
        assert [len(kept) for _, _, kept in book.pages] == [STRANGE_KEPT]


def test_no_mail_is_taken_while_the_disk_is_nearly_full() -> None:
    book = Book()
    door = FeedDoor({}, SystemClock())
    ear = Hearing(book, Addresses((), (SECRET,)), door, low=lambda: True)
    with pytest.raises(StoreFull):
        asyncio.run(ear.mail(bounce(), return_path()))
    assert not book.pages
