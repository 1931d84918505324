"""The door for delivery events: who is let in, who is told what, and the registry behind it."""

import asyncio
from datetime import UTC, datetime

import pytest

from twofifty.adapters import feeds
from twofifty.errors import BadInput, SettingsError
from twofifty.flow.feeds import FeedDoor, FeedSettings
from twofifty.intake.ports import Hook
from twofifty.testing.clock import FrozenClock
from twofifty.track.feedback import Feedback

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = b'{"event": "sent", "email": "anna@example.com", "MessageID": 1}'
SECRETS = ("shop:new", "shop:old")


def basic(secret: str) -> dict[str, str]:
    return feeds.reporter("mailjet").signature.signed(BODY, secret, url="", at=AT)


def door() -> FeedDoor:
    stated = {
        "mailjet": FeedSettings(secrets=SECRETS),
        "old-account": FeedSettings(kind="mailjet", secrets=("shop:other",)),
    }
    return FeedDoor(feeds.opened(stated), FrozenClock(AT))


def heard(name: str, hook: Hook) -> tuple[Feedback, ...]:
    return asyncio.run(door().hear(name, hook))


def status(name: str, hook: Hook) -> int:
    with pytest.raises(BadInput) as refused:
        heard(name, hook)
    return refused.value.status


def test_news_of_a_provider_that_proves_itself_comes_in() -> None:
    for secret in SECRETS:
        (news,) = heard("mailjet", Hook(basic(secret), BODY))
        assert (news.type, news.recipient) == ("delivered", "anna@example.com")


def test_two_accounts_of_one_provider_have_a_door_each() -> None:
    assert heard("old-account", Hook(basic("shop:other"), BODY))
    assert status("mailjet", Hook(basic("shop:other"), BODY)) == 401


def test_a_batch_of_thousands_comes_in_whole_and_in_order() -> None:
    entry = '{"event": "sent", "email": "%d@example.com", "MessageID": %d}'
    body = f"[{','.join(entry % (each, each) for each in range(3_000))}]".encode()
    news = heard("mailjet", Hook(basic("shop:new"), body))
    assert [each.message_id for each in news] == [str(each) for each in range(3_000)]


def test_an_unknown_provider_is_a_404() -> None:
    assert status("postmark", Hook({}, BODY)) == 404


def test_a_wrong_secret_is_a_401_before_anything_is_read() -> None:
    for headers in ({}, basic("shop:wrong"), {"authorization": "Basic !"}):
        assert status("mailjet", Hook(headers, b"{")) == 401


def test_a_body_that_is_none_is_a_400_and_one_of_somebody_else_a_422() -> None:
    assert status("mailjet", Hook(basic("shop:new"), b"{")) == 400
    assert status("mailjet", Hook(basic("shop:new"), b'{"RecordType": "Bounce"}')) == 422


def test_the_door_says_why_a_request_does_not_prove_itself() -> None:
    said = door().why("mailjet", Hook(basic("shop:wrong"), BODY))
    assert said.code == "wrong_secret"
    assert "shop:" not in said.message
    assert door().why("mailjet", Hook(basic("shop:new"), BODY)).code == "valid"
    assert door().why("mailjet", Hook({}, BODY)).code == "missing_header"


def test_a_provider_is_found_by_its_usual_names() -> None:
    assert feeds.provider_of("SendGrid") == "sendgrid"
    assert feeds.provider_of("amazon_ses") == "ses"
    assert feeds.provider_of("sendinblue") == "brevo"
    assert {feeds.reporter(name).name for name in feeds.PROVIDERS} == set(feeds.PROVIDERS)


def test_an_unknown_name_is_told_the_nearest_known_one() -> None:
    with pytest.raises(SettingsError, match="did you mean postmark"):
        feeds.reporter("postmrk")
    with pytest.raises(SettingsError, match=r"providers\.main: there is no mail provider 'main'"):
        feeds.opened({"main": FeedSettings()})
