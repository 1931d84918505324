"""A bounce's recipient names the message that came back, whatever servers did to it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.errors import SettingsError
from twofifty.notice.model import NoticeKey, message_id
from twofifty.track.verp import LONGEST, envelope_sender, message_of

NEW, OLD, OTHER = b"n" * 32, b"o" * 32, b"x" * 32
HOME = "bounces@b.example.com"
ID = message_id(NoticeKey("shop", "1001", "confirmation", "buyer@example.net"), 0)
IDS = st.builds(
    lambda order, copy: message_id(NoticeKey("shop", order, "update", "a@example.net"), copy),
    st.text(max_size=20),
    st.integers(0, 9),
)
LOCALS = st.text(string.ascii_letters + string.digits + "-_+", min_size=1, max_size=18)


@given(LOCALS, IDS)
def test_a_return_path_names_its_message(local: str, identity: str) -> None:
    path = envelope_sender(f"{local}@b.example.com", identity, NEW)
    assert message_of(path, (NEW,)) == identity
    assert message_of(path, (OTHER, NEW)) == identity
    assert message_of(path, (OTHER,)) is None
    assert message_of(path, ()) is None


@given(LOCALS, IDS)
def test_a_return_path_is_an_address_that_every_server_takes(local: str, identity: str) -> None:
    path = envelope_sender(f"{local}@b.example.com", identity, NEW)
    before, _, domain = path.rpartition("@")
    assert len(before) <= LONGEST
    assert before.startswith(local + "+")
    assert set(before[len(local) :]) <= set(string.ascii_lowercase + string.digits + "+._")
    assert domain == "b.example.com"


def test_the_same_message_has_the_same_return_path_for_ever() -> None:
    assert envelope_sender(HOME, "m_abc", b"secret") == (
        "bounces+m_abc.5rhf4btbzap6vwfk@b.example.com"
    )


@given(IDS, st.data())
def test_the_case_of_letters_does_not_matter(identity: str, data: st.DataObject) -> None:
    path = envelope_sender(HOME, identity, NEW)
    upper = data.draw(st.lists(st.booleans(), min_size=len(path), max_size=len(path)))
    cased = "".join(sign.upper() if up else sign for sign, up in zip(path, upper, strict=True))
    assert message_of(cased, (NEW,)) == identity


@pytest.mark.parametrize(
    "wrapped",
    [
        "<{path}>",
        "prvs=0123456789={path}",
        "msprvs1=20260105abcdef={path}",
        "btv1==012345678ab=={path}",
        "SRS0=Hash=T7=b.example.com={local}@forwarder.example.net",
        "SRS0+Hash=T7=b.example.com={local}@forwarder.example.net",
        "SRS1=Hash=first.example.org==Hash=T7=b.example.com={local}@second.example.net",
        "@relay.example.net:{path}",
        "{local}%b.example.com@gateway.example.net",
        '"{local}"@b.example.com',
        "rfc822;{path}",
        "b.example.com!{local}@uucp.example.net",
    ],
)
def test_what_servers_put_around_it_does_not_matter(wrapped: str) -> None:
    path = envelope_sender(HOME, ID, NEW)
    said = wrapped.format(path=path, local=path.partition("@")[0])
    assert message_of(said, (NEW, OLD)) == ID
    assert message_of(said.upper(), (NEW, OLD)) == ID
    assert message_of(said, (OTHER,)) is None


@given(IDS, st.data())
def test_any_sign_of_id_or_mac_that_is_changed_makes_it_nobodys(
    identity: str, data: st.DataObject
) -> None:
    path = envelope_sender(HOME, identity, NEW)
    start, end = path.index("+m_") + 3, path.index("@")
    at = data.draw(st.integers(start, end - 1))
    sign = data.draw(st.sampled_from(string.ascii_lowercase + string.digits + ".+_-="))
    if sign != path[at]:
        assert message_of(path[:at] + sign + path[at + 1 :], (NEW,)) is None


@given(IDS, IDS)
def test_the_mac_of_one_message_is_not_anothers(one: str, other: str) -> None:
    mac = envelope_sender(HOME, one, NEW).partition("@")[0].rpartition(".")[2]
    named = message_of(f"bounces+{other}.{mac}@b.example.com", (NEW,))
    assert named == (one if one == other else None)


@given(st.text(max_size=2_000))
def test_whatever_else_comes_names_none(recipient: str) -> None:
    assert message_of(recipient, (NEW, OLD)) is None


@pytest.mark.parametrize("said", ["", "@", "+", HOME, "bounces+m_abc@b.example.com", "m_a.b" * 400])
def test_an_address_without_a_mac_names_none(said: str) -> None:
    assert message_of(said, (NEW,)) is None


def test_both_secrets_are_live_while_they_rotate() -> None:
    before, after = envelope_sender(HOME, ID, OLD), envelope_sender(HOME, ID, NEW)
    assert message_of(before, (NEW, OLD)) == message_of(after, (NEW, OLD)) == ID
    assert message_of(before, (NEW,)) is None


def test_an_address_of_18_characters_before_its_at_has_room_and_one_of_19_has_not() -> None:
    assert envelope_sender("a" * 18 + "@b.example.com", ID, NEW).index("@") == LONGEST
    with pytest.raises(SettingsError, match="18 characters"):
        envelope_sender("a" * 19 + "@b.example.com", ID, NEW)


@pytest.mark.parametrize(
    "address", ["", "bounces", "@b.example.com", "bounces@", "a b@b.example.com", "ü@b.example.com"]
)
def test_a_bounce_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(SettingsError, match="bounce address"):
        envelope_sender(address, ID, NEW)
