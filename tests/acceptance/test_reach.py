"""Who is not reached by mail is told by another channel: real processes, a real SMTP receiver, and
a gateway on loopback."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest

from twofifty.intake.signature import TwilioForm
from twofifty.testing.clock import FrozenClock
from twofifty.testing.http_receiver import HttpReceiver, Request, Response
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

PHONE = "+4915123456789"
TOKEN = "token-0123456789"
REFUSE = "refuse:rcpt,550,5.1.1,no such user"
TAKEN = Response(201, b'{"sid": "SM42", "status": "queued"}')


class Gateway:
    """Twilio's API, as scripted, in a thread of its own. `texts`: what it was asked to send."""

    def __init__(self, *script: Response) -> None:
        self.requests: list[Request] = []
        self.url = ""
        self._script = list(script)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()])

    def __enter__(self) -> "Gateway":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()

    @property
    def texts(self) -> list[Mapping[str, str]]:
        """The forms of all requests."""
        return [dict(parse_qsl(request.body.decode())) for request in self.requests]

    def address(self, options: str = "") -> str:
        """For `SMS_URL`."""
        host = self.url.removeprefix("http://")
        return f"twilio://ACsid:{TOKEN}@{host}?from=%2B15550100{options}"

    async def _serve(self) -> None:
        async with HttpReceiver(self._answer) as receiver:
            self.url = receiver.url
            self._ready.set()
            await self._end.wait()

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        return self._script.pop(0) if self._script else TAKEN


def rule(after: float = 60.0, quiet: str = "", **more: str) -> str:
    stated = "".join(f'{name} = "{value}"\n' for name, value in more.items())
    return (
        f'[reach.confirmation]\nchannels = ["sms"]\nafter_minutes = {after}\n'
        f'quiet_hours = "{quiet}"\n{stated}'
    )


def order(i: int, *, consent: bool = True, phone: str = PHONE, **changes: Any) -> dict[str, object]:
    whole = sample_order(i)
    customer = {**whole["customer"], "phone": phone, "consent": {"sms": consent}}
    return {**whole, "state": {"payment": "paid"}, "customer": customer, **changes}


def posted(client: httpx2.Client, what: dict[str, object]) -> str:
    answer = client.post("/v1/orders", json=what)
    assert answer.status_code == 202, answer.text
    (identity,) = answer.json()["messages"]
    return str(identity)


def messages(client: httpx2.Client, what: dict[str, object]) -> dict[str, dict[str, Any]]:
    """The order's messages by channel."""
    found = client.get("/v1/messages", params={"order": str(what["id"])}).json()["items"]
    return {one["channel"]: one for one in found}


def until(client: httpx2.Client, what: dict[str, object], **statuses: str) -> dict[str, Any]:
    """The messages once each channel is in its status."""
    end = time.monotonic() + 40
    while True:
        found = messages(client, what)
        if all(found.get(name, {}).get("status") == said for name, said in statuses.items()):
            return found
        assert time.monotonic() < end, found
        time.sleep(0.05)


def history(client: httpx2.Client, identity: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"/v1/messages/{identity}/events").json()["items"]
    return items


@contextmanager
def shop(
    start: Start, folder: Path, gateway: Gateway, script: str, config: str, **told: str
) -> Iterator[tuple[ServiceProcess, httpx2.Client, ReceiverProcess]]:
    with ReceiverProcess(folder, script) as receiver:
        settings = {"TWOFIFTY_SMS_URL": gateway.address(), **told}
        service = start(receiver, query="tls=none&settle=5", config=config, **settings)
        with service.client() as client:
            yield service, client, receiver


def test_a_refused_mail_is_told_by_text_with_consent(start: Start, tmp_path: Path) -> None:
    what = order(1)
    with Gateway() as gateway, shop(start, tmp_path, gateway, REFUSE, rule()) as (_, client, _r):
        began = time.monotonic()
        posted(client, what)
        found = until(client, what, email="failed", sms="sent")
        took = time.monotonic() - began
        (text,) = gateway.texts
        why = history(client, found["sms"]["id"])[0]
    assert took < 30
    assert text["To"] == PHONE
    assert str(what["number"]).lstrip("#") in text["Body"]
    assert "by email" in json.dumps(why)


def test_without_consent_nobody_is_told_by_text_and_that_is_on_record(
    start: Start, tmp_path: Path
) -> None:
    what = order(2, consent=False)
    with Gateway() as gateway, shop(start, tmp_path, gateway, REFUSE, rule()) as (_, client, _r):
        mail = posted(client, what)
        until(client, what, email="failed")
        end = time.monotonic() + 20
        while not any(move["code"] == "unreached" for move in _causes(client, mail)):
            assert time.monotonic() < end, history(client, mail)
            time.sleep(0.1)
        time.sleep(2)
        assert list(messages(client, what)) == ["email"]
        assert gateway.requests == []


def _causes(client: httpx2.Client, identity: str) -> list[dict[str, Any]]:
    return [{"code": move.get("cause") or move.get("why")} for move in history(client, identity)]


def test_a_server_that_never_answers_is_stood_in_for_after_the_rules_time(
    start: Start, tmp_path: Path
) -> None:
    what = order(3)
    with (
        Gateway() as gateway,
        shop(start, tmp_path, gateway, "hang:mail", rule(after=0.05)) as (_, client, _r),
    ):
        began = time.monotonic()
        posted(client, what)
        until(client, what, sms="sent")
        took = time.monotonic() - began
        assert len(gateway.requests) == 1
    assert took >= 3


def test_a_mail_that_was_taken_is_told_nowhere_else(start: Start, tmp_path: Path) -> None:
    what = order(4)
    with Gateway() as gateway, shop(start, tmp_path, gateway, "accept", rule()) as (_, client, _r):
        posted(client, what)
        until(client, what, email="sent")
        time.sleep(3)
        assert list(messages(client, what)) == ["email"]
        assert gateway.requests == []


def test_a_report_that_the_text_arrived_settles_it(start: Start, tmp_path: Path) -> None:
    what = order(5)
    config = rule(evidence="delivered") + f'[providers.twilio]\nsecret = "{TOKEN}"\n'
    public = "http://orders.example.test"
    with (
        Gateway() as gateway,
        shop(start, tmp_path, gateway, REFUSE, config, TWOFIFTY_PUBLIC_URL=public) as (
            service,
            client,
            _r,
        ),
    ):
        posted(client, what)
        found = until(client, what, sms="sent")
        callback = gateway.texts[0]["StatusCallback"]
        assert callback == f"{public}/events/twilio?id={found['sms']['id']}"
        body = f"MessageSid=SM42&MessageStatus=delivered&To=%2B{PHONE[1:]}".encode()
        now = FrozenClock().now()
        headers = TwilioForm().signed(body, TOKEN, url=callback, at=now)
        target = service.url + callback.removeprefix(public)
        form = {"content-type": "application/x-www-form-urlencoded"}
        bad = httpx2.post(target, content=body + b"0", headers={**headers, **form})
        assert bad.status_code == 401
        good = httpx2.post(target, content=body, headers={**headers, **form})
        assert good.status_code < 300, good.text
        found = until(client, what, sms="delivered")
        end = time.monotonic() + 20
        while found["email"].get("reached_by") != "sms":
            assert time.monotonic() < end, found
            time.sleep(0.1)
            found = messages(client, what)


def test_a_gateway_that_is_busy_is_asked_again_and_tells_once(start: Start, tmp_path: Path) -> None:
    what = order(6)
    busy = Response(429, b'{"code": 20429}', {"Retry-After": "1"})
    with (
        Gateway(busy, busy) as gateway,
        shop(start, tmp_path, gateway, REFUSE, rule()) as (_, client, _r),
    ):
        posted(client, what)
        found = until(client, what, sms="sent")
        assert found["sms"]["attempts"] == 3
        assert len(gateway.requests) == 3


def test_a_doubt_at_the_gateway_is_never_a_second_text(start: Start, tmp_path: Path) -> None:
    what = order(7)
    with (
        Gateway(Response(drop=True)) as gateway,
        shop(start, tmp_path, gateway, REFUSE, rule()) as (_, client, _r),
    ):
        posted(client, what)
        until(client, what, sms="in_doubt")
        time.sleep(4)
        assert messages(client, what)["sms"]["status"] == "in_doubt"
        assert len(gateway.requests) == 1


def test_killed_again_and_again_everybody_is_told_once(start: Start, tmp_path: Path) -> None:
    """SIGKILL to every process while texts are on their way: a text that may have left is in doubt
    and never sent again, all others are sent once."""
    orders = [order(100 + i, phone=f"+4915123456{i:03}") for i in range(30)]
    slow = [Response(201, b'{"sid": "SM1"}', delay=(2, 0.5, 0)[i % 3]) for i in range(200)]
    with (
        Gateway(*slow) as gateway,
        shop(start, tmp_path, gateway, REFUSE, rule()) as (service, client, _r),
    ):
        for what in orders:
            posted(client, what)
        for _ in range(3):
            _another(gateway, 15.0 if gateway.requests else 60.0)
            time.sleep(0.3)  # some are answered at once
            service.kill()
            service.start()
            service.wait_ready()
        _settle(client, orders)
        callbacks = [dict(parse_qsl(one.body.decode())) for one in gateway.requests]
        found = [messages(client, what)["sms"] for what in orders]
        told = [text["Body"] for text in callbacks]
    assert len(told) == len(set(told)), "nobody is told twice"
    sure = [one for one in found if one["status"] == "sent"]
    doubts = [one for one in found if one["status"] == "in_doubt"]
    assert len(sure) + len(doubts) == len(orders)
    assert doubts
    assert len(sure) <= len(told) <= len(orders)
    print(f"texts: {len(told)} asked for, {len(sure)} sent, {len(doubts)} in doubt, 0 doubled")


def _another(gateway: Gateway, seconds: float) -> None:
    """Waits until the gateway was asked for another text, and has not answered yet; perhaps there
    is none to come."""
    before, end = len(gateway.requests), time.monotonic() + seconds
    while len(gateway.requests) == before and time.monotonic() < end:
        time.sleep(0.01)


def _settle(client: httpx2.Client, orders: list[dict[str, object]]) -> None:
    end = time.monotonic() + 120
    while True:
        found = [messages(client, what).get("sms", {}) for what in orders]
        told = [(one.get("status"), one.get("code")) for one in found]
        if all(status in ("sent", "in_doubt") for status, _ in told):
            return
        assert time.monotonic() < end, Counter(told)
        time.sleep(0.3)


def test_in_quiet_hours_a_text_is_scheduled_for_after_them(start: Start, tmp_path: Path) -> None:
    what = order(8, time_zone="Europe/Berlin")
    hour = time.gmtime().tm_hour
    quiet = f"{(hour - 2) % 24:02}:00-{(hour + 8) % 24:02}:00"  # whatever Berlin's offset is
    with (
        Gateway() as gateway,
        shop(start, tmp_path, gateway, REFUSE, rule(quiet=quiet)) as (_, client, _r),
    ):
        posted(client, what)
        found = until(client, what, sms="scheduled")
        time.sleep(2)
        assert found["sms"]["next_attempt_at"]
        assert gateway.requests == []


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ('[reach.confirmation]\nchannels = ["sms"]\n', "sms needs SMS_URL"),
        ('[reach.confirmation]\nchannels = ["pigeon"]\n', "known: sms, push, webhook"),
    ],
)
def test_a_rule_that_cannot_work_stops_the_start(tmp_path: Path, config: str, why: str) -> None:
    service = ServiceProcess(tmp_path, {}, config)
    service.start()
    with pytest.raises(RuntimeError, match=why):
        service.wait_ready()
    service.kill()


def test_the_text_is_bytes_that_do_not_change(start: Start, tmp_path: Path) -> None:
    what = order(9)
    with (
        Gateway(Response(429, b"{}", {"Retry-After": "1"})) as gateway,
        shop(start, tmp_path, gateway, REFUSE, rule()) as (_, client, _r),
    ):
        posted(client, what)
        found = until(client, what, sms="sent")["sms"]
        raw = json.loads(client.get(f"/v1/messages/{found['id']}/raw").content)
        assert [one["Body"] for one in gateway.texts] == [raw["text"]] * 2
        assert raw["segments"] == 1
        assert urlsplit(gateway.requests[0].target).path.endswith("/Messages.json")
        assert parse_qs(gateway.requests[0].body.decode())["To"] == [PHONE]
