"""What a report becomes: the news that every channel of feedback brings."""

from tests.unit.track.bounce.test_notifications import FAILED, dsn
from twofifty.track.bounce.news import feedback
from twofifty.track.bounce.read import read


def test_a_bounce_is_news_of_a_message() -> None:
    (news,) = feedback(read(dsn(FAILED)))
    assert (news.type, news.bounce, news.recipient) == ("bounced", "hard", "alice@example.org")
    assert (news.own_id, news.message_id) == ("m_0123456789abcdef", "order-1@example.com")
    assert (news.code, news.enhanced) == (550, "5.1.1")
    assert news.at is not None
    assert not news.machine


def test_the_same_mail_is_the_same_news_whatever_its_line_ends() -> None:
    first, again = feedback(read(dsn(FAILED))), feedback(read(dsn(FAILED).replace(b"\n", b"\r\n")))
    assert [one.event_id for one in first] == [one.event_id for one in again]


def test_two_recipients_of_one_notice_are_two_pieces_of_news() -> None:
    news = feedback(read(dsn(f"{FAILED}\n\n{FAILED.replace('alice', 'bob')}")))
    assert len({one.event_id for one in news}) == 2


def test_a_delay_counts_against_nobody() -> None:
    fields = "Final-Recipient: rfc822; alice@example.org\nAction: delayed\nStatus: 4.4.1"
    (news,) = feedback(read(dsn(fields)))
    assert (news.type, news.bounce) == ("deferred", None)


def test_an_arrival_is_news_too() -> None:
    fields = "Final-Recipient: rfc822; alice@example.org\nAction: delivered\nStatus: 2.0.0"
    (news,) = feedback(read(dsn(fields)))
    assert (news.type, news.bounce) == ("delivered", None)


def test_ordinary_mail_is_no_news() -> None:
    assert feedback(read(b"From: alice@example.org\nSubject: hello\n\nhello\n")) == ()
