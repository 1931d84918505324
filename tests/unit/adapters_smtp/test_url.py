"""SMTP_URL: read exactly, refused in one sentence, and silent about the password."""

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twofifty.adapters.smtp.url import SmtpRoute, parse_routes
from twofifty.errors import SettingsError

LOOKUP = "https://relay.example.com/m/{message_id}?key=a+b"


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("smtp://relay.example.com", SmtpRoute("relay.example.com", 25, "starttls")),
        ("smtp://relay.example.com:587/", SmtpRoute("relay.example.com", 587, "starttls")),
        ("smtps://relay.example.com", SmtpRoute("relay.example.com", 465, "implicit")),
        ("SMTP://Relay.Example.com:2525", SmtpRoute("relay.example.com", 2525, "starttls")),
        ("smtp://mail_1:25?tls=none", SmtpRoute("mail_1", 25, "none")),
        ("smtp://mx.test?tls=opportunistic", SmtpRoute("mx.test", 25, "opportunistic")),
        ("smtp://localhost:1025", SmtpRoute("localhost", 1025, "none")),
        ("smtp://127.0.0.2:1025?tls=starttls", SmtpRoute("127.0.0.2", 1025, "starttls")),
        ("smtp://[::1]:1025", SmtpRoute("::1", 1025, "none")),
        ("smtp://[2001:db8::1]", SmtpRoute("2001:db8::1", 25, "starttls")),
        ("smtp://a%40b:p%3Aq%2F@mx.test", SmtpRoute("mx.test", 25, "starttls", "a@b", "p:q/")),
        ("smtp://user@127.0.0.1", SmtpRoute("127.0.0.1", 25, "none", "user")),
        (
            f"smtp://mx.test?lookup={quote(LOOKUP, safe='')}&settle=60&connections=3&timeout=1.5",
            SmtpRoute("mx.test", 25, "starttls", "", "", LOOKUP, 60.0, 3, 1.5, capability="lookup"),
        ),
    ],
)
def test_a_route_says_what_its_url_says(text: str, route: SmtpRoute) -> None:
    assert parse_routes(text) == (route,)


def test_several_are_kept_in_order() -> None:
    routes = parse_routes("smtp://a.test:1?tls=none, smtps://u:p,w@b.test,smtp://[::1]:2")
    assert [route.label for route in routes] == ["a.test:1", "b.test:465", "[::1]:2"]
    assert routes[1].password == "p,w"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "relay.example.com:587",
        "http://relay.example.com",
        "smtp://",
        "smtp://:25",
        "smtp://mx.test:",
        "smtp://mx.test:0",
        "smtp://mx.test:65536",
        "smtp://mx.test:abc",
        "smtp://mx.test/path",
        "smtp://mx.test#x",
        "smtp://mx.test#",
        "smtp://mx..test",
        "smtp://mx test",
        "smtp://mx.test\n",
        "smtp://mx\x00.test",
        "smtp://[::1",
        "smtp://[zz]",
        "smtp://a.test,,smtp://b.test",
        "smtp://a.test,b.test",
        "smtp://u:%zz@mx.test",
        "smtp://u:%ff@mx.test",
        "smtp://u:%00@mx.test",
        "smtp://:secret@mx.test",
        "smtp://u:p@mx.test?tls=none",
        "smtp://mx.test?tls=ssl",
        "smtp://mx.test?tls=",
        "smtp://mx.test?tls=implicit",
        "smtps://mx.test?tls=none",
        "smtps://mx.test?tls=opportunistic",
        "smtp://mx.test?tls=none&tls=starttls",
        "smtp://mx.test?colour=red",
        "smtp://mx.test?&",
        "smtp://mx.test?lookup=https%3A%2F%2Fx.test%2F",
        "smtp://mx.test?lookup=ftp%3A%2F%2Fx.test%2F{message_id}",
        "smtp://mx.test?lookup={message_id}",
        "smtp://mx.test?settle=-1",
        "smtp://mx.test?settle=nan",
        "smtp://mx.test?settle=1e9",
        "smtp://mx.test?settle=99999999",
        "smtp://mx.test?connections=0",
        "smtp://mx.test?connections=1.5",
        "smtp://mx.test?connections=1001",
        "smtp://mx.test?connections=²",
        "smtp://mx.test?timeout=0",
    ],
)
def test_a_malformed_url_is_refused_in_one_sentence(text: str) -> None:
    if text.endswith("\n"):
        text = f"smtp://u@{text}smtp://x"
    with pytest.raises(SettingsError) as caught:
        parse_routes(text)
    message = str(caught.value)
    assert message.startswith("SMTP_URL")
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_message_says_which_of_several_is_wrong() -> None:
    with pytest.raises(SettingsError, match=r"^SMTP_URL, address 2 of 2 "):
        parse_routes("smtp://a.test,smtp://b.test:x")


PASSWORDS = st.text(min_size=4, max_size=12).map(lambda text: f"s3cr{text}ET")
PLACES = st.sampled_from(
    [
        "smtp://user:{}@mx.test:587",
        "smtps://user:{}@mx.test?connections=0",
        "smtp://user:{}@mx.test:99999",
        "smtp://{}@mx.test",
        "smtp://mx.test?{}",
        "smtp://mx.test?tls={}",
        "smtp://mx.test:{}",
        "smtp://{}",
        "{}",
        "smtp://user:{}@127.0.0.1?lookup=https%3A%2F%2Fx.test%2F{{message_id}}%2F{}",
        "smtp://a.test,smtp://user:{}@mx.test?what=ever",
    ]
)


@given(PASSWORDS, PLACES, st.booleans())
def test_no_message_and_no_repr_shows_the_password(
    password: str, place: str, encoded: bool
) -> None:
    shown = quote(password, safe="") if encoded and password.isprintable() else password
    text = place.replace("{}", shown).replace("{{", "{").replace("}}", "}")
    try:
        routes = parse_routes(text)
    except SettingsError as error:
        said = f"{error} {error!r} {error.__cause__!r}"
    else:
        assume("{}@mx" in place or "user" in place or "?" in place)
        said = " ".join(f"{route} {route!r} {route.label}" for route in routes)
    assert "s3cr" not in said


@given(st.text(max_size=40))
def test_any_text_is_a_route_or_a_settings_error(text: str) -> None:
    for candidate in (text, f"smtp://{text}", f"smtp://{text}@mx.test", f"smtp://mx.test?{text}"):
        try:
            routes = parse_routes(candidate)
        except SettingsError:
            continue
        assert all(route.host and 0 < route.port < 65_536 for route in routes)


@given(st.text(min_size=1, max_size=12), st.text(max_size=12))
def test_credentials_survive_percent_encoding(user: str, password: str) -> None:
    assume("\x00" not in user + password)
    try:
        text = f"smtp://{quote(user, safe='')}:{quote(password, safe='')}@mx.test"
    except UnicodeEncodeError:
        assume(False)
    (route,) = parse_routes(text)
    assert (route.username, route.password) == (user, password)
