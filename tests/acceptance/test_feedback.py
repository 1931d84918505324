"""What became of mails, end to end: bounces by LMTP and IMAP, providers' webhooks, the link by
which mails end. Real processes; the addresses are those of real envelopes."""

import base64
import json
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.acceptance.bounces import notice
from tests.unit.adapters.inbound.dovecot import MAY_RUN, PASSWORD, USER, dovecot
from twofifty.testing.moment import PROCEED, Action, Delay, Moment
from twofifty.testing.ports import free_port
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.receiver import running_receiver
from twofifty.testing.samples import sample_order

BOUNCES = "bounces@b.example.com"
CANCELLED = {"payment": "paid", "cancelled_at": "2026-11-22T09:00:00Z"}


class Site:
    """A service that listens for bounces, and a next hop that takes every mail."""

    def __init__(
        self, service: ServiceProcess, lmtp: int, receiver: ReceiverProcess | None = None
    ) -> None:
        self.service = service
        self.lmtp = lmtp
        self._receiver = receiver
        self.client = service.client()

    @property
    def receiver(self) -> ReceiverProcess:
        """The next hop."""
        assert self._receiver is not None
        return self._receiver

    def order(self, i: int, email: str, **changes: object) -> str:
        """The id of the order's confirmation."""
        (identity,) = self.follow(i, email, **changes)
        return identity

    def follow(self, i: int, email: str, **changes: object) -> list[str]:
        """The ids of the order's messages after it changed."""
        order = {**sample_order(i), "state": {"payment": "paid"}, "revision": 1, **changes}
        order["customer"] = {"id": f"c{i}", "email": email}
        answer = self.client.post("/v1/orders", json=order)
        assert answer.status_code == 202, answer.text
        return list(answer.json()["messages"])

    def sent(self, i: int, email: str) -> str:
        """The id of the order's confirmation, once a server has it."""
        identity = self.order(i, email)
        self.reaches(identity, "sent")
        return identity

    def reaches(self, identity: str, status: str) -> dict[str, object]:
        """The message once it stands so."""
        until = time.monotonic() + 30
        while True:
            message: dict[str, object] = self.client.get(f"/v1/messages/{identity}").json()
            if message["status"] == status:
                return message
            assert time.monotonic() < until, message
            time.sleep(0.05)

    def stands(self, recipient: str, kind: str, status: str) -> None:
        """Returns once a message of that kind stands so."""
        asked = {"recipient": recipient, "kind": kind, "status": status}
        until = time.monotonic() + 30
        while not self.client.get("/v1/messages", params=asked).json()["items"]:
            assert time.monotonic() < until, self.client.get("/v1/messages").json()
            time.sleep(0.05)

    def moves(self, identity: str) -> list[str]:
        """Every entry of a message's history, by its cause."""
        items = self.client.get(f"/v1/messages/{identity}/events").json()["items"]
        return [str(one.get("cause")) for one in items]

    def path(self, identity: str) -> str:
        """The return path with which the message really went out."""
        (found,) = {taken.sender for taken in self.receiver.taken() if identity in taken.sender}
        return found

    def bounced(self, recipient: str, raw: bytes) -> list[tuple[int, bytes]]:
        """Hands a mail over by LMTP; what is said to it."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=30) as wire:
            wire.ehlo_or_helo_if_needed()
            assert wire.mail("")[0] == 250
            code, said = wire.rcpt(recipient)
            return [(code, said)] if code != 250 else [wire.data(raw)]


@pytest.fixture
def site(start: Start, tmp_path: Path) -> Iterator[Site]:
    lmtp = free_port()
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(
            receiver,
            TWOFIFTY_BOUNCE_ADDRESS=BOUNCES,
            TWOFIFTY_INBOUND_URL=f"lmtp://127.0.0.1:{lmtp}",
        )
        yield Site(service, lmtp, receiver)


def test_a_bounce_by_lmtp_is_told_of_the_message_that_it_came_back_from(site: Site) -> None:
    lost, taken = site.sent(1, "lost@example.net"), site.sent(2, "taken@example.net")
    assert site.bounced(site.path(lost), notice("lost@example.net"))[0][0] == 250
    assert site.reaches(lost, "bounced")["code"] == "hard"
    delivered = notice("taken@example.net", action="delivered", status="2.0.0")
    assert site.bounced(site.path(taken), delivered)[0][0] == 250
    site.reaches(taken, "delivered")
    assert site.moves(lost)[-1] == "bounced"
    assert site.moves(taken)[-1] == "delivered"


def test_a_bounce_that_comes_twice_counts_once(site: Site) -> None:
    lost = site.sent(1, "lost@example.net")
    for _ in range(3):
        assert site.bounced(site.path(lost), notice("lost@example.net"))[0][0] == 250
    site.reaches(lost, "bounced")
    assert site.moves(lost).count("bounced") == 1


def test_delivered_after_bounced_is_real_and_frees_the_address(site: Site) -> None:
    odd = site.sent(1, "odd@example.net")
    full = notice("odd@example.net", status="5.2.2", text="mailbox full")
    assert site.bounced(site.path(odd), full)[0][0] == 250
    assert site.reaches(odd, "bounced")["code"] == "soft"
    delivered = notice("odd@example.net", action="delivered", status="2.1.5")
    assert site.bounced(site.path(odd), delivered)[0][0] == 250
    site.reaches(odd, "delivered")


def test_an_address_that_does_not_work_gets_no_further_mail(site: Site) -> None:
    lost = site.sent(1, "lost@example.net")
    site.bounced(site.path(lost), notice("lost@example.net"))
    site.reaches(lost, "bounced")
    before = site.receiver.count()
    site.reaches(site.order(2, "Lost@example.net"), "suppressed")
    site.sent(3, "other@example.net")
    assert site.receiver.count() == before + 1


def test_nobody_else_gets_mail_through_the_listener(site: Site) -> None:
    lost = site.sent(1, "lost@example.net")
    token = site.path(lost)
    local, _, domain = token.partition("@")
    wrong = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    for recipient in (wrong, "somebody@example.org", f"postmaster@{domain}"):
        (said,) = site.bounced(recipient, notice("lost@example.net"))
        assert said[0] == 550
    assert site.client.get(f"/v1/messages/{lost}").json()["status"] == "sent"


def test_an_answering_machine_and_a_delay_change_nothing(site: Site) -> None:
    sent = site.sent(1, "away@example.net")
    vacation = (
        b"From: away@example.net\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n"
        b"\r\nI am back on Monday.\r\n"
    )
    delay = notice("away@example.net", action="delayed", status="4.4.1", text="no answer")
    for raw in (vacation, delay, b"From: away@example.net\r\n\r\nThank you!\r\n"):
        assert site.bounced(site.path(sent), raw)[0][0] == 250
    assert site.client.get(f"/v1/messages/{sent}").json()["status"] == "sent"
    assert site.order(2, "away@example.net")


def test_a_service_that_dies_under_a_bounce_gets_it_again_and_counts_it_once(site: Site) -> None:
    lost = site.sent(1, "lost@example.net")
    path, raw = site.path(lost), notice("lost@example.net")
    with socket.create_connection(("127.0.0.1", site.lmtp), timeout=30) as wire:
        stream = wire.makefile("rb")
        stream.readline()
        half = raw[: len(raw) // 2]
        for line in (b"LHLO mx.test", b"MAIL FROM:<>", f"RCPT TO:<{path}>".encode(), b"DATA"):
            wire.sendall(line + b"\r\n")
            while (said := stream.readline())[3:4] == b"-":
                pass
            assert said[:1] in (b"2", b"3")
        wire.sendall(half)
        site.service.kill()
    site.service.start()
    site.service.wait_ready()
    assert site.client.get(f"/v1/messages/{lost}").json()["status"] == "sent"
    for _ in range(2):
        assert site.bounced(path, raw)[0][0] == 250
    site.reaches(lost, "bounced")
    site.service.kill()
    site.service.start()
    site.service.wait_ready()
    assert site.bounced(path, raw)[0][0] == 250
    assert site.moves(lost).count("bounced") == 1


def test_a_bounce_that_overtakes_its_250_waits_for_it(start: Start) -> None:
    lmtp, dotted = free_port(), threading.Event()
    paths: list[str] = []

    def slow(moment: Moment) -> Action:
        if moment.phase != "dot":
            return PROCEED
        paths.append(moment.sender)
        dotted.set()
        return Delay(3)

    with running_receiver(slow) as receiver:
        service = start(
            TWOFIFTY_SMTP_URL=f"smtp://127.0.0.1:{receiver.port}?tls=none",
            TWOFIFTY_BOUNCE_ADDRESS=BOUNCES,
            TWOFIFTY_INBOUND_URL=f"lmtp://127.0.0.1:{lmtp}",
        )
        site = Site(service, lmtp)
        early = site.order(1, "early@example.net")
        assert dotted.wait(30)
        assert site.bounced(paths[0], notice("early@example.net"))[0][0] == 250
        assert site.client.get(f"/v1/messages/{early}").json()["status"] == "sending"
        site.reaches(early, "bounced")
        assert site.moves(early)[-2:] == ["accepted", "bounced"]


POSTMARK_LOGIN = "postmark:let-me-in"
CONFIG = f"""
[providers.postmark]
secret = "{POSTMARK_LOGIN}"

[providers.sendgrid]
secret = "{{public}}"
"""


def test_providers_tell_by_their_webhooks_what_became_of_a_mail(
    start: Start, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = base64.b64encode(
        key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).decode()
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, config=CONFIG.format(public=public))
        site = Site(service, 0, receiver)
        one, other = site.sent(1, "one@example.net"), site.sent(2, "other@example.net")
        told = {
            "RecordType": "Delivery",
            "MessageID": "00000000-0000-0000-0000-000000000001",
            "Recipient": "one@example.net",
            "DeliveredAt": "2026-11-22T09:00:00Z",
            "Metadata": {"twofifty_id": one},
        }
        with httpx2.Client(base_url=service.url, timeout=30) as provider:
            url = "/events/postmark"
            assert provider.post(url, json=told).status_code == 401
            assert provider.post(url, json=told, auth=("postmark", "wrong")).status_code == 401
            login = ("postmark", "let-me-in")
            for known in (0, 1):
                answer = provider.post(url, json=told, auth=login)
                assert answer.json() == {"kept": 1 - known, "known": known}
            assert site.reaches(one, "delivered")
            assert [
                provider.post("/events/sendgrid", **sendgrid(key, other, spoilt)).status_code
                for spoilt in (True, False, False)
            ] == [401, 200, 200]
        assert site.reaches(other, "bounced")["code"] == "hard"
        site.reaches(site.order(3, "other@example.net"), "suppressed")


def sendgrid(key: ec.EllipticCurvePrivateKey, own_id: str, spoilt: bool) -> dict[str, Any]:
    """A request as SendGrid signs it: over the time and the raw body."""
    event = {
        "event": "bounce",
        "type": "bounce",
        "email": "other@example.net",
        "timestamp": int(time.time()),
        "sg_event_id": "event-1",
        "sg_message_id": "message-1.filter",
        "status": "5.1.1",
        "reason": "550 5.1.1 no such user",
        "twofifty_id": own_id,
    }
    body, at = json.dumps([event]).encode(), str(int(time.time()))
    signature = key.sign(at.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": at,
    }
    return {"content": body + b" " if spoilt else body, "headers": headers}


def test_who_wants_no_more_parcel_news_still_gets_every_receipt(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_PUBLIC_URL="https://mail.example.com")
        site = Site(service, 0, receiver)
        who = "buyer@example.net"
        site.sent(1, who)
        parcel = {"id": "p1", "carrier": "DHL", "tracking_number": "JD014", "status": "shipped"}
        site.follow(1, who, parcels=[parcel], revision=2)
        site.stands(who, "shipment", "sent")
        receipt, news = (message_from_bytes(mail) for mail in receiver.mails())
        assert "List-Unsubscribe" not in receipt
        assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = urlsplit(news["List-Unsubscribe"].strip("<>")).path
        with httpx2.Client(base_url=service.url, timeout=30) as program:
            assert program.get(path).status_code == 200
            site.follow(1, who, parcels=[{**parcel, "status": "delivered"}], revision=3)
            site.stands(who, "delivery", "sent")
            for _ in range(2):
                answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
                assert answer.status_code == 200
        site.sent(2, who)
        site.follow(2, who, parcels=[{**parcel, "id": "p2"}], revision=2)
        site.stands(who, "shipment", "suppressed")
        site.follow(2, who, state=CANCELLED, revision=3)
        site.stands(who, "cancellation", "sent")


@pytest.mark.skipif(not MAY_RUN, reason="needs dovecot, and root to start it")
def test_a_bounce_in_a_mailbox_is_fetched_and_no_log_shows_the_password(
    start: Start, tmp_path: Path
) -> None:
    login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    with dovecot() as mailbox, ReceiverProcess(tmp_path) as receiver:
        url = f"imaps://{login}@localhost:{mailbox.secure}/?ca={mailbox.ca}&every=5&delete=yes"
        service = start(
            receiver, TWOFIFTY_BOUNCE_ADDRESS=BOUNCES, TWOFIFTY_INBOUND_URL=url.replace("/?", "?")
        )
        site = Site(service, 0, receiver)
        lost = site.sent(1, "lost@example.net")
        to = f"Delivered-To: {site.path(lost)}\r\n".encode()
        mailbox.deliver([to + notice("lost@example.net")])
        site.reaches(lost, "bounced")
        mailbox.stop()
        assert service.terminate() == 0
        assert PASSWORD not in service.log.read_text()
        assert quote(PASSWORD, safe="") not in service.log.read_text()


def test_a_setting_that_cannot_be_used_is_named_without_its_password(tmp_path: Path) -> None:
    url = "imaps://me:hunter2@mail.example.com?delete=perhaps"
    service = ServiceProcess(tmp_path, {"TWOFIFTY_INBOUND_URL": url})
    done = service.cli("serve")
    assert done.returncode == 2
    assert "INBOUND_URL" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_what_comes_in_is_counted_by_who_told_it(site: Site) -> None:
    site.bounced(BOUNCES, b"From: a@example.net\r\n\r\nhello\r\n")
    metrics = site.client.get("/metrics").text
    assert 'twofifty_feedback_total{origin="inbound",type="inbound"} 1.0' in metrics


def test_nothing_heard_of_many_mails_is_an_alarm_until_something_is(
    start: Start, tmp_path: Path
) -> None:
    lmtp = free_port()
    told = {"TWOFIFTY_BOUNCE_ADDRESS": BOUNCES, "TWOFIFTY_SILENCE_AFTER": "2"}
    told["TWOFIFTY_INBOUND_URL"] = f"lmtp://127.0.0.1:{lmtp}"
    with ReceiverProcess(tmp_path) as receiver:
        site = Site(start(receiver, **told), lmtp, receiver)
        first, _ = site.sent(1, "one@example.net"), site.sent(2, "two@example.net")
        alarmed(site, "1.0")
        assert "feedback.silent" in site.service.log.read_text()
        site.bounced(site.path(first), notice("one@example.net"))
        alarmed(site, "0.0")


def alarmed(site: Site, value: str) -> None:
    """Returns once a service that has just begun says so: it looks at its start."""
    site.service.terminate()
    site.service.start()
    site.service.wait_ready()
    until = time.monotonic() + 30
    while f"twofifty_feedback_silent {value}" not in site.client.get("/metrics").text:
        assert time.monotonic() < until
        time.sleep(0.05)
