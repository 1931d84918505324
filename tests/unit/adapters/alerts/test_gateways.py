"""Every gateway keeps every promise of a channel, in every mood of the other side."""

import asyncio
import json
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from twofifty.adapters.alerts.jwt import written
from twofifty.adapters.alerts.registry import GATEWAYS, channel_of, parsed
from twofifty.adapters.webpush.encrypted import point_of
from twofifty.clock import SystemClock
from twofifty.compose.alert.alert import Alert, encode
from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused
from twofifty.deliver.ports import Channel, Envelope, Verdict
from twofifty.deliver.refusal import is_of_a_dead_address, is_unwanted
from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import StandardWebhooks
from twofifty.testing.contracts.channel import Journal
from twofifty.testing.http_receiver import HttpReceiver, Request, Response

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0IQ=="
TOKEN = "token-0123456789"
BROWSER = ec.derive_private_key(1234567, ec.SECP256R1())
CALLBACK = "https://orders.example.com/events/gateway"
OWN = "m_" + "a2" * 13

ADDRESSES = {
    "twilio": f"twilio://ACsid:{TOKEN}@{{host}}?from=%2B15550100",
    "vonage": f"vonage://key:{TOKEN}@{{host}}?from=Shop",
    "messagebird": f"messagebird://:{TOKEN}@{{host}}?from=Shop",
    "sns": f"sns://AKIDEXAMPLE:{TOKEN}@{{host}}?region=eu-west-1",
    "webpush": "webpush://{host}?key={keys}/vapid.pem&subject=mailto:ops@example.com",
    "fcm": "fcm://{host}?key={keys}/account.here.json",
    "webhook": "http://{host}/hooks/alerts?to=customers",
}


def answer(status: int, body: object = None, **headers: str) -> Response:
    return Response(status, json.dumps(body if body is not None else {}).encode(), headers)


ACCEPTS: Mapping[str, Response] = {
    "twilio": answer(201, {"sid": "SM42", "status": "queued", "error_code": None}),
    "vonage": answer(202, {"message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"}),
    "messagebird": answer(201, {"id": "e8077d803532c0b5937c639b60216938"}),
    "sns": Response(
        200,
        b"<PublishResponse><PublishResult><MessageId>567910cd-659e</MessageId></PublishResult>"
        b"</PublishResponse>",
    ),
    "webpush": Response(201, b"", {"Location": "https://push.example/message/1"}),
    "fcm": answer(200, {"name": "projects/shop-1/messages/0:15001"}),
    "webhook": Response(204, b""),
}
RECIPIENT: Mapping[str, Response] = {
    "twilio": answer(400, {"code": 21614, "message": "not a mobile number", "status": 400}),
    "vonage": answer(
        422, {"type": "https://developer.vonage.com/api-errors/messages#1240", "title": "Illegal"}
    ),
    "messagebird": answer(
        422, {"errors": [{"code": 10, "description": "no (correct)", "parameter": "recipients"}]}
    ),
    "sns": Response(
        400,
        b"<ErrorResponse><Error><Type>Sender</Type><Code>OptedOut</Code>"
        b"<Message>opted out</Message></Error></ErrorResponse>",
    ),
    "webpush": Response(410, b""),
    "fcm": answer(
        404,
        {
            "error": {
                "code": 404,
                "status": "NOT_FOUND",
                "message": "gone",
                "details": [{"@type": "FcmError", "errorCode": "UNREGISTERED"}],
            }
        },
    ),
}
EVERY = sorted(GATEWAYS)


def recipient(provider: str, host: str) -> str:
    if provider == "webpush":
        point, secret = point_of(BROWSER), b"s" * 16
        pair = {"p256dh": written(point), "auth": written(secret)}
        return json.dumps({"endpoint": f"http://{host}/push/abc", "keys": pair})
    return {"fcm": "app-token:" + "x" * 140, "webhook": "5001"}.get(provider, "+4915123456789")


def alert(text: str = "Shop: Order #1001 is confirmed") -> Alert:
    return Alert(
        id=OWN,
        kind="confirmation",
        source="shop",
        order_id="77",
        number="#1001",
        locale="en",
        title="Shop",
        news="Order #1001 is confirmed",
        text=text,
        url="https://orders.example.com/o/abc",
        encoding="gsm",
        segments=1,
    )


class Other:
    """The other side: OAuth and the gateway itself."""

    def __init__(self, reply: Response) -> None:
        self.reply = reply

    def __call__(self, request: Request) -> Response:
        if request.target == "/token":
            return answer(200, {"access_token": TOKEN, "expires_in": 3599})
        return self.reply


Deed = Callable[[Channel, HttpReceiver, Envelope], Awaitable[None]]


def against(provider: str, reply: Response, keys: Path, deed: Deed, options: str = "") -> None:
    async def run() -> None:
        async with HttpReceiver(Other(reply)) as receiver:
            host = receiver.url.removeprefix("http://")
            told = json.loads((keys / "account.json").read_text())
            told["token_uri"] = f"{receiver.url}/token"
            (keys / "account.here.json").write_text(json.dumps(told))
            address = ADDRESSES[provider].format(host=host, keys=keys) + options
            channel = opened(provider, address)
            try:
                envelope = Envelope(OWN, "", recipient(provider, host), encode(alert()))
                await deed(channel, receiver, envelope)
            finally:
                await channel.close()

    asyncio.run(run())


def opened(provider: str, address: str) -> Channel:
    route = parsed(GATEWAYS[provider].channel, address, SECRET)
    assert TOKEN not in f"{route!r} {route}"
    return channel_of(route, SystemClock(), CALLBACK)


def outcome_of(provider: str, reply: Response, keys: Path, options: str = "") -> Outcome:
    found: list[Outcome] = []

    async def deed(channel: Channel, receiver: HttpReceiver, envelope: Envelope) -> None:
        journal = Journal()
        found.append(await channel.send(envelope, journal))
        assert journal.asked == 1

    against(provider, reply, keys, deed, options)
    return found[0]


@pytest.mark.parametrize("provider", EVERY)
def test_what_it_took_is_accepted(provider: str, keys: Path) -> None:
    assert isinstance(outcome_of(provider, ACCEPTS[provider], keys), Accepted)


@pytest.mark.parametrize("provider", sorted(RECIPIENT))
def test_a_refused_recipient_is_refused_for_good(provider: str, keys: Path) -> None:
    found = outcome_of(provider, RECIPIENT[provider], keys)
    assert isinstance(found, Refused)
    assert found.about == "recipient"


def test_who_answered_stop_is_no_dead_number(keys: Path) -> None:
    reply = answer(400, {"code": 21610, "message": "unsubscribed recipient", "status": 400})
    found = outcome_of("twilio", reply, keys)
    assert isinstance(found, Refused)
    assert found.about == "recipient"
    verdict = Verdict("failed", "refused_recipient", found.reason, found.reply)
    assert is_unwanted(verdict)
    assert not is_of_a_dead_address(verdict)
    dead = outcome_of("twilio", RECIPIENT["twilio"], keys)
    assert isinstance(dead, Refused)
    verdict = Verdict("failed", "refused_recipient", dead.reason, dead.reply)
    assert is_of_a_dead_address(verdict)
    assert not is_unwanted(verdict)


@pytest.mark.parametrize("provider", EVERY)
def test_a_refused_key_is_about_the_route(provider: str, keys: Path) -> None:
    found = outcome_of(provider, Response(401, b'{"detail": "no"}'), keys)
    assert isinstance(found, Refused)
    assert found.about == "route"


@pytest.mark.parametrize("provider", EVERY)
def test_who_is_busy_is_asked_later_as_it_says(provider: str, keys: Path) -> None:
    found = outcome_of(provider, Response(429, b"{}", {"Retry-After": "17"}), keys)
    assert isinstance(found, Deferred)
    assert found.retry_after == 17


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize(
    "reply",
    [
        Response(500, b"oops"),
        Response(502, b"<html>"),
        Response(drop=True),
        Response(200, b"", delay=5),
    ],
    ids=["500", "502", "dropped", "silent"],
)
def test_what_may_have_been_taken_is_in_doubt(provider: str, reply: Response, keys: Path) -> None:
    options = ("" if provider == "webhook" else "&timeout=0.5") if reply.delay else ""
    if reply.delay and provider == "webhook":
        pytest.skip("its address has no options")
    assert isinstance(outcome_of(provider, reply, keys, options), InDoubt)


@pytest.mark.parametrize("provider", EVERY)
def test_without_a_dot_nothing_is_sent(provider: str, keys: Path) -> None:
    async def deed(channel: Channel, receiver: HttpReceiver, envelope: Envelope) -> None:
        assert isinstance(await channel.send(envelope, Journal(answer=False)), Fenced)
        assert [one.target for one in receiver.requests if one.target != "/token"] == []

    against(provider, ACCEPTS[provider], keys, deed)


@pytest.mark.parametrize("provider", EVERY)
def test_nobody_there_is_deferred_and_surely_not_sent(provider: str, keys: Path) -> None:
    async def deed(channel: Channel, receiver: HttpReceiver, envelope: Envelope) -> None:
        await receiver.__aexit__()
        journal = Journal()
        found = await channel.send(envelope, journal)
        assert isinstance(found, Deferred)
        assert found.connection
        assert journal.asked == 0

    against(provider, ACCEPTS[provider], keys, deed)


def sent(provider: str, keys: Path) -> Request:
    found: list[Request] = []

    async def deed(channel: Channel, receiver: HttpReceiver, envelope: Envelope) -> None:
        await channel.send(envelope, Journal())
        found.append(receiver.requests[-1])

    against(provider, ACCEPTS[provider], keys, deed)
    return found[0]


def form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def test_twilio_gets_number_text_and_where_to_report(keys: Path) -> None:
    request = sent("twilio", keys)
    assert request.target == "/2010-04-01/Accounts/ACsid/Messages.json"
    assert b64decode(request.headers["authorization"].split()[1]) == f"ACsid:{TOKEN}".encode()
    assert form(request) == {
        "To": "+4915123456789",
        "From": "+15550100",
        "Body": alert().text,
        "StatusCallback": f"{CALLBACK}?id={OWN}",
    }


def test_a_messaging_service_is_no_number(keys: Path) -> None:
    channel = opened("twilio", f"twilio://ACsid:{TOKEN}@127.0.0.1:1?from=MG0123")
    assert channel is not None
    route = parsed("sms", f"twilio://ACsid:{TOKEN}@default?from=MG0123")
    assert route.url == "https://api.twilio.com"


def test_vonage_gets_our_id_as_its_reference(keys: Path) -> None:
    body = json.loads(sent("vonage", keys).body)
    assert body["client_ref"] == OWN
    assert body["to"] == "4915123456789"
    assert body["sms"] == {"encoding_type": "text"}
    assert body["webhook_url"] == CALLBACK


def test_sns_gets_a_signed_form(keys: Path) -> None:
    request = sent("sns", keys)
    assert form(request)["PhoneNumber"] == "+4915123456789"
    assert form(request)["MessageAttributes.entry.1.Value.StringValue"] == "Transactional"
    assert "/eu-west-1/sns/aws4_request" in request.headers["authorization"]
    assert TOKEN not in str(request)


def test_a_webhook_is_signed_by_the_standard(keys: Path) -> None:
    request = sent("webhook", keys)
    hook = Hook(request.headers, request.body, "", SystemClock().now())
    assert StandardWebhooks().verified(hook, Trust((SECRET,))) is True
    assert request.target == "/hooks/alerts?to=customers"
    assert request.headers["webhook-id"] == OWN
    said = json.loads(request.body)
    assert said["type"] == "alert.confirmation"
    assert said["data"]["customer_id"] == "5001"
    assert said["data"]["text"] == alert().text


def test_a_push_service_sees_nothing_of_what_is_said(keys: Path) -> None:
    request = sent("webpush", keys)
    assert request.target == "/push/abc"
    assert request.headers["content-encoding"] == "aes128gcm"
    assert request.headers["topic"] == OWN
    assert request.headers["authorization"].startswith("vapid t=")
    assert b"1001" not in request.body


def test_fcm_gets_a_token_once_and_uses_it_again(keys: Path) -> None:
    async def deed(channel: Channel, receiver: HttpReceiver, envelope: Envelope) -> None:
        for _ in range(3):
            assert isinstance(await channel.send(envelope, Journal()), Accepted)
        targets = [urlsplit(one.target).path for one in receiver.requests]
        assert targets == ["/token", *["/v1/projects/shop-1/messages:send"] * 3]
        said = json.loads(receiver.requests[-1].body)["message"]
        assert said["notification"] == {"title": "Shop", "body": "Order #1001 is confirmed"}
        assert said["android"]["notification"]["tag"] == OWN

    against("fcm", ACCEPTS["fcm"], keys, deed)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/push",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.example.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8080/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
    ],
)
def test_an_endpoint_leads_to_push_services_of_browsers_only(endpoint: str, keys: Path) -> None:
    async def run() -> Outcome:
        address = f"webpush://default?key={keys}/vapid.pem&subject=mailto:ops@example.com"
        channel = opened("webpush", address)
        pair = {"p256dh": written(point_of(BROWSER)), "auth": written(b"s" * 16)}
        told = json.dumps({"endpoint": endpoint, "keys": pair})
        journal = Journal()
        found = await channel.send(Envelope(OWN, "", told, encode(alert())), journal)
        assert journal.asked == 0
        await channel.close()
        return found

    found = asyncio.run(run())
    assert isinstance(found, Refused)
    assert found.about == "recipient"


def test_a_secret_that_a_gateway_repeats_is_not_shown(keys: Path) -> None:
    reply = answer(400, {"code": 21602, "message": f"bad token {TOKEN}"})
    found = outcome_of("twilio", reply, keys)
    assert isinstance(found, Refused)
    assert TOKEN not in repr(found)
