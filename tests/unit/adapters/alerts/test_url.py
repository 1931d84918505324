"""Addresses of gateways: read whole or refused, and never repeated."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.alerts.registry import channel_of, parsed
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError

SECRET = "s3cr3t-hunter"


@pytest.mark.parametrize(
    ("channel", "address", "url"),
    [
        ("sms", f"twilio://AC1:{SECRET}@default?from=%2B15550100", "https://api.twilio.com"),
        ("sms", f"twilio://AC1:{SECRET}@default?from=+15550100", "https://api.twilio.com"),
        ("sms", f"vonage://k:{SECRET}@default?from=My%20Shop", "https://api.nexmo.com"),
        ("sms", f"messagebird://:{SECRET}@default?from=Shop", "https://rest.messagebird.com"),
        ("sms", f"sns://A:{SECRET}@eu-west-1", "https://sns.eu-west-1.amazonaws.com"),
        ("sms", f"sns://A:{SECRET}@127.0.0.1:80?region=eu-west-1", "http://127.0.0.1:80"),
        ("push", "fcm://@default?key=a.json", "https://fcm.googleapis.com"),
        ("push", "fcm://default?key=a.json&timeout=5", "https://fcm.googleapis.com"),
        ("webhook", "https://shop.example.com:8443/a?b=c", "https://shop.example.com:8443"),
        ("webhook", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_address_says_where_to(channel: str, address: str, url: str) -> None:
    route = parsed(channel, address)
    assert route.url == url
    assert SECRET not in repr(route) + str(route)


def test_a_plus_is_a_plus() -> None:
    assert parsed("sms", f"twilio://A:{SECRET}@default?from=+1555").options["from"] == "+1555"


@pytest.mark.parametrize(
    ("channel", "address", "why"),
    [
        ("sms", f"twillio://AC1:{SECRET}@default?from=1", "must begin with one of"),
        ("sms", "fcm://default?key=x", "must begin with one of"),
        ("sms", f"twilio://AC1:{SECRET}@default", "needs the option from"),
        ("sms", "twilio://AC1@default?from=1", "needs USER:SECRET"),
        ("sms", f"twilio://AC1:{SECRET}@api.example.com?from=1", "needs `default`"),
        ("sms", f"twilio://AC1:{SECRET}@default:99?from=1", "port on loopback only"),
        ("sms", f"twilio://AC1:{SECRET}@default/x?from=1", "no path"),
        ("sms", f"twilio://AC1:{SECRET}@default?from=1&form=2", "has an option that"),
        ("sms", f"twilio://AC1:{SECRET}@default?from=1&from=2", "has it twice"),
        ("sms", f"twilio://AC1:{SECRET}@default?from=1&timeout=0", "no number of at least"),
        ("sms", f"messagebird://u:{SECRET}@default?from=1", "needs :KEY"),
        ("sms", f"sns://A:{SECRET}@default", "needs a region"),
        ("sms", f"twilio://AC1:{SECRET}%zz@default?from=1", "not an escape"),
        ("sms", f"twilio://AC1:{SECRET} x@default?from=1", "holds a blank"),
        ("push", "webpush://default?key=a", "needs the option subject"),
        ("webhook", "http://shop.example.com/", "must begin with https://"),
        ("webhook", f"https://u:{SECRET}@shop.example.com/", "no user or password"),
        ("webhook", "ftp://shop.example.com/", "must begin with https://"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_of_it_repeated(
    channel: str, address: str, why: str
) -> None:
    with pytest.raises(SettingsError, match=why) as refused:
        parsed(channel, address)
    assert SECRET not in str(refused.value)


def refusal(channel: str, address: str) -> str:
    try:
        parsed(channel, address, "secret")
    except SettingsError as fault:
        return str(fault)
    return ""


@given(st.text(max_size=80), st.sampled_from(["sms", "push", "webhook"]))
def test_whatever_is_written_there_is_a_route_or_a_settings_error(text: str, channel: str) -> None:
    for address in (text, f"twilio://{text}", f"sns://A:{text}@eu-west-1", f"https://{text}"):
        said = refusal(channel, address)
        assert len(text) < 12 or text not in said


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("webpush://default?key={keys}/missing.pem&subject=mailto:a@example.com", "cannot be read"),
        ("webpush://default?key={keys}/rsa.pem&subject=mailto:a@example.com", "curve P-256"),
        ("webpush://default?key={keys}/p384.pem&subject=mailto:a@example.com", "curve P-256"),
        ("webpush://default?key={keys}/vapid.pem&subject=a@example.com", "must begin with"),
        ("fcm://default?key={keys}/vapid.pem", "none of a service account"),
        ("fcm://default?key={keys}/account.json", "none of a service account"),
    ],
)
def test_a_key_file_that_is_none_is_a_settings_error(address: str, why: str, keys: Path) -> None:
    with pytest.raises(SettingsError, match=why):
        channel_of(parsed("push", address.format(keys=keys)), SystemClock())


@pytest.mark.parametrize("secret", ["", "plain words", "whsec_c2hvcnQ=", "whsec_"])
def test_a_webhook_needs_a_secret_worth_the_name(secret: str) -> None:
    with pytest.raises(SettingsError, match="ALERT_SECRET"):
        channel_of(parsed("webhook", "https://shop.example.com/", secret), SystemClock())
