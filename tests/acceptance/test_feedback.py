"""What became of mails, end to end: bounces by LMTP and IMAP, providers' webhooks, the link on which
mails are ended. Real processes; the addresses are those of real envelopes."""

import base64
import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.bounces import notice
from twofifty.testing.ports import free_port
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

BOUNCES = "bounces@b.example.com"


class Site:
    """A service that listens for bounces, and a next hop that takes every mail."""

    def __init__(self, service: ServiceProcess, receiver: ReceiverProcess, lmtp: int) -> None:
        self.service = service
        self.receiver = receiver
        self.lmtp = lmtp
        self.client = service.client()

    def order(self, i: int, email: str, **changes: object) -> str:
        """The id of the order's confirmation, once a server has it."""
        order = {**sample_order(i), "state": {"payment": "paid"}, **changes}
        order["customer"] = {"id": f"c{i}", "email": email}
        answer = self.client.post("/v1/orders", json=order)
        assert answer.status_code == 202, answer.text
        (identity,) = answer.json()["messages"]
        return str(identity)

    def sent(self, i: int, email: str) -> str:
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

    def moves(self, identity: str) -> list[str]:
        """Every entry of a message's history, by its cause."""
        items = self.client.get(f"/v1/messages/{identity}/events").json()["items"]
        return [str(one.get("cause")) for one in items]

    def path(self, identity: str) -> str:
        """The return path with which the message really went out."""
        (found,) = {
            taken.sender for taken in self.receiver.taken() if identity in taken.sender
        }
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
        yield Site(service, receiver, lmtp)


def test_a_bounce_by_lmtp_is_told_of_the_message_that_it_came_back_from(site: Site) -> None:
    lost, taken = site.sent(1, "lost@example.net"), site.sent(2, "taken@example.net")
    assert site.bounced(site.path(lost), notice("lost@example.net"))[0][0] == 250
    assert site.reaches(lost, "bounced")["code"] == "hard"
    delivered = notice("taken@example.net", action="delivered", status="2.0.0")
    assert site.bounced(site.path(taken), delivered)[0][0] == 250
    site.reaches(taken, "delivered")
    assert site.moves(lost)[-1] == "bounced"
    assert site.moves(taken)[-1] == "delivered"
