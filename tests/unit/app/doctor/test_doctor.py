"""The parts of `doctor` that need no network."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from twofifty.adapters.mail_api.url import parse_api
from twofifty.app.doctor.feedback import judged, mailboxes_shut
from twofifty.app.doctor.keyed import verdict, whose
from twofifty.app.doctor.leaving import leaving
from twofifty.app.doctor.looks import Look, looked
from twofifty.errors import SettingsError
from twofifty.intake.log import Check
from twofifty.settings import ProviderSettings, Settings, SourceSettings
from twofifty.testing.ports import free_port
from twofifty.track.model import Silence

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
APIS = {
    "postmark": "postmark+api://:KEY@default",
    "sendgrid": "sendgrid+api://:KEY@default",
    "mailgun": "mailgun+api://:KEY@default/mg.shop.test",
    "resend": "resend+api://:KEY@default",
    "brevo": "brevo+api://:KEY@default",
    "mailjet": "mailjet+api://PUBLIC:KEY@default",
    "sparkpost": "sparkpost+api://:KEY@default",
    "mailersend": "mailersend+api://:KEY@default",
}


def found(*looks: Look, seconds: float = 5.0) -> list[Check]:
    async def run() -> list[Check]:
        return [check async for check in looked(looks, seconds)]

    return asyncio.run(run())


def good(
    name: str, *, after: asyncio.Event | None = None, sets: asyncio.Event | None = None
) -> Look:
    async def run() -> Sequence[Check]:
        if after:
            await after.wait()
        if sets:
            sets.set()
        return [Check(name, "ok", "")]

    return Look(name, run)


def test_looks_run_at_once_and_are_told_in_their_order() -> None:
    later = asyncio.Event()
    told = found(good("first", after=later), good("second", sets=later))
    assert [one.name for one in told] == ["first", "second"]


def test_a_look_without_end_is_called_unchecked_and_stops_no_other() -> None:
    never = asyncio.Event()
    told = found(good("slow", after=never), good("quick"), seconds=0.05)
    assert [(one.name, one.state) for one in told] == [("slow", "warn"), ("quick", "ok")]
    assert told[0].message.startswith("could not be checked: ")


def test_a_setting_that_cannot_be_used_fails_its_look_alone() -> None:
    async def run() -> Sequence[Check]:
        raise SettingsError("dkim/x.pem: no key")

    told = found(Look("dkim shop.test", run), good("quick"))
    assert told[0] == Check("dkim shop.test", "fail", "dkim/x.pem: no key")
    assert told[1].state == "ok"


def test_senders_of_sources_count_and_each_once() -> None:
    mail = leaving(
        Settings(
            sender="Shop <orders@Shop.test>",
            sources={
                "a": SourceSettings(kind="shopify", sender="A <a@a.test>"),
                "b": SourceSettings(kind="shopify", sender="B <b@shop.test>"),
                "c": SourceSettings(kind="shopify"),
            },
        )
    )
    assert mail.authors == ("shop.test", "a.test")
    assert mail.return_paths == mail.authors


def test_a_bounce_address_is_where_everything_returns_to() -> None:
    mail = leaving(Settings(sender="a@shop.test", bounce_address="bounces@b.shop.test"))
    assert mail.return_path("shop.test") == "b.shop.test"
    assert mail.return_paths == ("b.shop.test",)


def test_providers_that_write_their_own_return_path_take_spf_off_the_sender() -> None:
    api = leaving(Settings(smtp_url="postmark+api://:KEY@default,smtp://smtp.sendgrid.net"))
    assert (len(api.apis), len(api.smtp), api.keeps_return_path) == (1, 1, False)
    relay = leaving(Settings(smtp_url="postmark+api://:KEY@default,smtp://relay.shop.test"))
    assert relay.keeps_return_path
    google = leaving(Settings(smtp_url="smtp://smtp-relay.gmail.com:587"))
    assert (google.keeps_return_path, google.include) == (True, "_spf.google.com")


@pytest.mark.parametrize("provider", sorted(APIS))
def test_a_key_is_tried_by_reading_only(provider: str) -> None:
    call = whose(parse_api(APIS[provider], "SMTP_URL"))
    assert call is not None
    assert (call.method, call.body) == ("GET", b"")
    assert call.url.startswith("https://")
    assert "KEY" not in call.url
    assert "KEY" not in repr(call)


def test_a_provider_whose_requests_are_signed_is_left_out() -> None:
    assert whose(parse_api("ses+api://ACCESS:SECRET@eu-west-1", "SMTP_URL")) is None


@pytest.mark.parametrize(
    ("provider", "status", "state"),
    [
        ("postmark", 200, "ok"),
        ("postmark", 401, "fail"),
        ("resend", 401, "warn"),
        ("brevo", 503, "warn"),
        ("brevo", 404, "warn"),
    ],
)
def test_a_key_fails_only_where_the_answer_can_mean_nothing_else(
    provider: str, status: int, state: str
) -> None:
    assert verdict(provider, status)[0] == state


def test_a_way_in_that_fell_silent_is_a_warning() -> None:
    listening = Settings(providers={"postmark": ProviderSettings()}, silence_after=100)
    heard = NOW - timedelta(hours=5)
    assert judged(Silence(99, last=heard), listening, NOW).state == "ok"
    silent = judged(Silence(100, last=heard), listening, NOW)
    assert (silent.state, "last heard 5 hours ago" in silent.message) == ("warn", True)
    assert judged(Silence(0), Settings(), NOW).state == "warn"
    assert "nothing was heard yet" in judged(Silence(3), listening, NOW).message


def test_a_mailbox_that_cannot_be_read_is_named_without_its_password() -> None:
    url = f"imap://me:hunter2@127.0.0.1:{free_port()}/INBOX?tls=none"
    (wrong,) = mailboxes_shut(Settings(inbound_url=url))
    assert wrong.startswith("127.0.0.1/INBOX: ")
    assert "hunter2" not in wrong
    assert mailboxes_shut(Settings(inbound_url="lmtp://127.0.0.1:2424")) == ()
