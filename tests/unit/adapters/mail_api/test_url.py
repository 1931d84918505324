"""Addresses of APIs: read exactly, refused in one sentence, and silent about the key."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twofifty.adapters.mail_api.url import HOSTS, ApiRoute, is_api, parse_api
from twofifty.errors import SettingsError

SECRET = "k3y-0123456789"


@pytest.mark.parametrize(
    ("text", "url", "label"),
    [
        (
            f"postmark+api://:{SECRET}@default",
            "https://api.postmarkapp.com",
            "postmark api.postmarkapp.com",
        ),
        (
            f"POSTMARK+API://:{SECRET}@Default/",
            "https://api.postmarkapp.com",
            "postmark api.postmarkapp.com",
        ),
        (
            f"ses+api://AKID:{SECRET}@eu-west-1",
            "https://email.eu-west-1.amazonaws.com",
            "ses email.eu-west-1.amazonaws.com",
        ),
        (
            f"ses+api://AKID:{SECRET}@ses.test?region=us-gov-west-1",
            "https://ses.test",
            "ses ses.test",
        ),
        (
            f"mailgun+api://:{SECRET}@api.eu.mailgun.net/MG.example.com",
            "https://api.eu.mailgun.net",
            "mailgun api.eu.mailgun.net/mg.example.com",
        ),
        (
            f"sendgrid+api://:{SECRET}@default?region=eu",
            "https://api.eu.sendgrid.com",
            "sendgrid api.eu.sendgrid.com",
        ),
        (
            f"brevo+api://:{SECRET}@127.0.0.1:8025",
            "http://127.0.0.1:8025",
            "brevo 127.0.0.1:8025",
        ),
        (f"brevo+api://:{SECRET}@[::1]:8025", "http://[::1]:8025", "brevo [::1]:8025"),
        (f"brevo+api://:{SECRET}@localhost", "http://localhost", "brevo localhost"),
    ],
)
def test_a_route_says_what_its_address_says(text: str, url: str, label: str) -> None:
    route = parse_api(text, "SMTP_URL")
    assert (route.url, route.label, str(route), route.key) == (url, label, label, SECRET)


def test_keys_are_percent_decoded_and_options_handed_through() -> None:
    route = parse_api(
        "mailjet+api://pub%3Alic:p%40ss%2F@default?weight=3&rate=10%2Fs&settle=60&stream=",
        "SMTP_URL",
    )
    assert (route.user, route.key) == ("pub:lic", "p@ss/")
    assert dict(route.options) == {"weight": "3", "rate": "10/s", "settle": "60", "stream": ""}
    assert route.number("settle", 1.0) == 60.0
    assert route.number("timeout", 1.5) == 1.5


def test_an_option_that_no_route_knows_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean stream"):
        parse_api("postmark+api://:hush@default?strem=x", "SMTP_URL")


@pytest.mark.parametrize("provider", sorted(HOSTS))
def test_every_provider_has_an_address(provider: str) -> None:
    user = "u" if provider in ("ses", "mailjet") else ""
    host = "eu-central-1" if provider == "ses" else "default"
    path = "/mg.example.com" if provider == "mailgun" else ""
    route = parse_api(f"{provider}+api://{user}:{SECRET}@{host}{path}", "SMTP_URL")
    assert isinstance(route, ApiRoute)
    assert route.url.startswith("https://")
    assert is_api(f" {provider}+api://x")


BROKEN = [
    "",
    "postmark+api://",
    f"postmark://:{SECRET}@default",
    f"smtp://:{SECRET}@default",
    f"+api://:{SECRET}@default",
    f"nobody+api://:{SECRET}@default",
    f"postmark+api://{SECRET}@default",
    f"postmark+api://user:{SECRET}@default",
    "postmark+api://default",
    "postmark+api://:@default",
    f"postmark+api://:{SECRET}@",
    f"postmark+api://:{SECRET}@default:443",
    f"postmark+api://:{SECRET}@api.postmarkapp.com:8443",
    f"postmark+api://:{SECRET}@nowhere",
    f"postmark+api://:{SECRET}@10.0.0.1",
    f"postmark+api://:{SECRET}@127.0.0.1:0",
    f"postmark+api://:{SECRET}@127.0.0.1:",
    f"postmark+api://:{SECRET}@127.0.0.1:99999",
    f"postmark+api://:{SECRET}@[::1",
    f"postmark+api://:{SECRET}@default/path",
    f"postmark+api://:{SECRET}@default#x",
    f"postmark+api://:{SECRET}@de fault",
    f"postmark+api://:{SECRET}@x.test\n",
    f"postmark+api://:{SECRET}%0d%0aX-Evil: 1@default",
    f"postmark+api://:{SECRET}%0d%0aX-Evil@default",
    f"postmark+api://:{SECRET}%zz@default",
    f"postmark+api://:{SECRET}%ff@default",
    f"postmark+api://:{SECRET}%C3%A4@default",
    f"postmark+api://:{SECRET}@default?settle=soon",
    f"postmark+api://:{SECRET}@default?settle=-1",
    f"postmark+api://:{SECRET}@default?timeout=0",
    f"postmark+api://:{SECRET}@default?connections=0",
    f"postmark+api://:{SECRET}@default?a=1&a=2",
    f"postmark+api://:{SECRET}@default?A=1",
    f"postmark+api://:{SECRET}@default?&",
    f"postmark+api://:{SECRET}@default?a=%ff",
    f"ses+api://:{SECRET}@eu-west-1",
    f"ses+api://AKID:{SECRET}@default",
    f"ses+api://AKID:{SECRET}@127.0.0.1:80",
    f"ses+api://AKID:{SECRET}@default?region=a/b",
    f"postmark+api://:{SECRET}@default?region=eu",
    f"sendgrid+api://:{SECRET}@default?region=mars",
    f"mailgun+api://:{SECRET}@default",
    f"mailgun+api://:{SECRET}@default/a/b",
    f"mailgun+api://:{SECRET}@default/..%2f",
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_malformed_address_is_refused_in_one_sentence_without_its_key(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_api(text.replace("\n", "\n x"), "SMTP_URL, address 2 of 3")
    message = str(caught.value)
    assert message.startswith("SMTP_URL, address 2 of 3 ")
    assert message.endswith(".")
    assert SECRET not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def _read(address: str) -> ApiRoute | str:
    try:
        return parse_api(address, "SMTP_URL")
    except SettingsError as fault:
        return str(fault)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@example("ses+api://a:b@[")
@example("postmark+api://:k@127.0.0.1:١")
def test_any_text_is_a_route_or_a_sentence(text: str) -> None:
    for address in (text, f"postmark+api://:{text}@default", f"brevo+api://:k@{text}"):
        read = _read(address)
        if isinstance(read, str):
            assert read.startswith("SMTP_URL ")
        else:
            assert read.key.isascii()
            assert read.key.isprintable()
