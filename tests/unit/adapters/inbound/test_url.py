"""`INBOUND_URL`: what it may say, and that no error repeats it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.inbound.url import Imap, Listen, parse_inbound
from twofifty.errors import SettingsError

PASSWORD = "hunter2-and-more"


def test_nothing_is_said_by_nothing() -> None:
    assert parse_inbound("") == parse_inbound("  ") == ()


def test_several_ways_in_stand_with_commas_between() -> None:
    text = "lmtp://127.0.0.1:2424, smtp://mx.example.com,imaps://me:pw@mail.example.com/Bounces?delete=yes"
    assert parse_inbound(text) == (
        Listen("lmtp", "127.0.0.1", 2424),
        Listen("smtp", "mx.example.com", 25),
        Imap("mail.example.com", 993, "me", "pw", "Bounces", delete=True),
    )


def test_credentials_and_folders_are_percent_encoded() -> None:
    (imap,) = parse_inbound(
        "imaps://me%40example.com:p%2Fw%2C%3A%40@[::1]:9993/A%2FB?move=Old%20ones"
    )
    assert imap == Imap("::1", 9993, "me@example.com", "p/w,:@", "A/B", move="Old ones")


def test_unencrypted_is_for_this_machine_only() -> None:
    (imap,) = parse_inbound("imap://me:pw@127.0.0.1:1143?tls=none")
    assert isinstance(imap, Imap)
    assert not imap.encrypted
    assert not imap.tls
    (other,) = parse_inbound("imap://me:pw@mail.example.com")
    assert isinstance(other, Imap)
    assert other.tls
    with pytest.raises(SettingsError, match="tls"):
        parse_inbound("imap://me:pw@mail.example.com?tls=none")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pop3://me:hunter2-and-more@mail.example.com", "must begin with"),
        ("hunter2-and-more", "must begin with"),
        ("imaps://mail.example.com/INBOX", "a user and a password"),
        ("imaps://me@mail.example.com/INBOX", "a user and a password"),
        ("imaps://me:hunter2-and-more@/INBOX", "no host"),
        ("imaps://me:hunter2-and-more@mail.example.com:0", "a port between"),
        ("imaps://me:hunter2-and-more@mail.example.com:99999", "a port between"),
        ("imaps://me:hunter2-and-more@mail.example.com:", "a port between"),
        ("imaps://me:hunter2-and-more@mail.example.com/a#b", "%23"),
        ("imaps://me:hunter2-and-more@mail.example.com/%22", "folder"),
        ("imaps://me:hunter2-and-more@mail.example.com?delete=perhaps", "yes or no"),
        ("imaps://me:hunter2-and-more@mail.example.com?delete=yes&move=Old", "one of delete"),
        ("imaps://me:hunter2-and-more@mail.example.com?delete=yes&delete=yes", "twice"),
        ("imaps://me:hunter2-and-more@mail.example.com?move=INBOX", "where it is read"),
        ("imaps://me:hunter2-and-more@mail.example.com?every=1", "seconds from 5"),
        ("imaps://me:hunter2-and-more@mail.example.com?ca=", "a file"),
        ("imaps://me:hunter2-and-more@mail.example.com?purge=yes", "not one of"),
        ("imaps://me:hunter2-and-more@mail.example.com?tls=none", "of imap:// only"),
        ("imaps://me:%ffhunter2@mail.example.com", "UTF-8"),
        ("imaps://me:%0dhunter2@mail.example.com", "control"),
        ("imaps://me:hunter2 and@mail.example.com", "space"),
        ("imaps://me:hunter2-and-more@[mail.example.com", "not a URL"),
        ("lmtp://127.0.0.1:2424/INBOX", "where to listen"),
        ("lmtp://me:hunter2-and-more@127.0.0.1:2424", "where to listen"),
        ("lmtp://127.0.0.1:2424,imaps://me:hunter2-and-more@/", "address 2 of 2 names no host"),
    ],
)
def test_what_is_wrong_is_said_without_a_word_of_the_address(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        parse_inbound(text)
    assert "hunter2" not in str(caught.value)
    assert "mail.example.com" not in str(caught.value)


def test_a_printed_address_has_no_password_in_it() -> None:
    (imap,) = parse_inbound(f"imaps://somebody:{PASSWORD}@mail.example.com")
    assert PASSWORD not in repr(imap)
    assert "somebody" not in f"{imap}"


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    for whole in (text, f"imaps://{text}", f"imaps://me:pw@{text}"):
        assert refused(whole) in ("", "INBOUND_URL")


def refused(text: str) -> str:
    """The first word of why, where it is."""
    try:
        parse_inbound(text)
    except SettingsError as fault:
        return str(fault).replace(",", " ").split()[0]
    return ""
