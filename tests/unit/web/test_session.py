from base64 import urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from twofifty.web.console.session import Session, csrf_matches, csrf_token, opened, sealed
from twofifty.web.keys import SingleKey, presented

SECRET = b"k" * 32
SESSION = Session("ci", 1_000.0, "nonce")


def test_a_sealed_session_opens_until_it_is_over() -> None:
    cookie = sealed(SECRET, SESSION)
    assert opened(SECRET, cookie, 999.9) == SESSION
    assert opened(SECRET, cookie, 1_000.0) is None


def test_another_secret_opens_nothing() -> None:
    assert opened(b"o" * 32, sealed(SECRET, SESSION), 0.0) is None


@given(st.integers(0, 200), st.characters(codec="utf-8"))
def test_a_cookie_that_was_touched_never_opens(place: int, character: str) -> None:
    cookie = sealed(SECRET, SESSION)
    spot = place % len(cookie)
    touched = cookie[:spot] + character + cookie[spot + 1 :]
    if touched != cookie:
        assert opened(SECRET, touched, 0.0) is None


@given(st.text(max_size=80))
def test_any_cookie_is_refused_without_a_fault(cookie: str) -> None:
    assert opened(SECRET, cookie, 0.0) is None


def test_a_csrf_token_is_no_session_and_belongs_to_one() -> None:
    token = csrf_token(SECRET, SESSION)
    other = Session("ci", 1_000.0, "other")
    assert csrf_matches(SECRET, SESSION, token)
    assert not csrf_matches(SECRET, other, token)
    assert not csrf_matches(SECRET, SESSION, "")
    payload = urlsafe_b64encode(b"nonce").decode()
    assert opened(SECRET, f"{payload}.{token}", 0.0) is None


@given(st.text(max_size=30))
def test_only_the_key_itself_is_allowed(key: str) -> None:
    keys = SingleKey("right", "ci")
    assert keys.allows(key) == ("ci" if key == "right" else None)


def test_an_empty_key_allows_nobody() -> None:
    assert SingleKey("").allows("") is None


def test_a_key_is_found_in_either_header() -> None:
    assert presented([(b"host", b"x"), (b"authorization", b"Bearer  a b ")]) == "a b"
    assert presented([(b"x-api-key", b" k ")]) == "k"
    assert presented([(b"authorization", b"Basic eA==")]) == ""
