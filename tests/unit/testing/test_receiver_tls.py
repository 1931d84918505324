"""TLS, good and bad: what a client that verifies sees."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import uvloop

from tests.unit.testing.bare import Dial, client, message
from twofifty.testing.certificates import Authority, Certificate
from twofifty.testing.receiver import Offer, Receiver, running_receiver
from twofifty.testing.script import refuse_at


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(datetime.now(UTC))


def test_starttls_with_a_good_certificate(authority: Authority) -> None:
    offer = Offer(tls=authority.good().server_context())
    with running_receiver(offer=offer) as receiver, client(receiver) as smtp:
        smtp.starttls(context=authority.client_context())
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        smtp.sendmail("a@example.test", ["b@example.test"], message())
    assert len(receiver.ledger) == 1
    assert receiver.ledger.counts["starttls"] == 1


def test_implicit_tls(authority: Authority) -> None:
    offer = Offer(tls=authority.good().server_context(), implicit_tls=True)
    with running_receiver(offer=offer) as receiver:
        context = authority.client_context()
        with smtplib.SMTP_SSL("127.0.0.1", receiver.port, timeout=10, context=context) as smtp:
            smtp.sendmail("a@example.test", ["b@example.test"], message())
    assert len(receiver.ledger) == 1


BAD: dict[str, Callable[[Authority], Certificate]] = {
    "self-signed certificate": Authority.self_signed,
    "certificate has expired": Authority.expired,
    "IP address mismatch": Authority.wrong_host,
}


@pytest.mark.parametrize("complaint", BAD)
def test_a_bad_certificate_is_bad_in_just_that_way(authority: Authority, complaint: str) -> None:
    offer = Offer(tls=BAD[complaint](authority).server_context())
    with running_receiver(offer=offer) as receiver, client(receiver) as smtp:
        with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
            smtp.starttls(context=authority.client_context())
        assert receiver.wait_for_connections(0)
    assert receiver.ledger.counts["starttls.failed"] == 1
    assert len(receiver.ledger) == 0


def test_a_wrong_host_certificate_is_good_for_its_own_host(authority: Authority) -> None:
    offer = Offer(tls=authority.wrong_host().server_context(), implicit_tls=True)
    context = authority.client_context()
    with (
        running_receiver(offer=offer) as receiver,
        socket.create_connection(("127.0.0.1", receiver.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="elsewhere.example.test") as secure,
    ):
        assert secure.recv(3) == b"220"


def test_commands_injected_before_the_handshake_are_thrown_away(
    dial: Dial, authority: Authority
) -> None:
    with running_receiver(offer=Offer(tls=authority.good().server_context())) as receiver:
        line = dial(receiver)
        line.reply()
        line.ask(b"EHLO client.example.test")
        line.socket.sendall(b"STARTTLS\r\nMAIL FROM:<injected@example.test>\r\n")
        assert line.reply().startswith(b"220 ")
        context = authority.client_context()
        with context.wrap_socket(line.socket, server_hostname="127.0.0.1") as secure:
            secure.sendall(b"NOOP\r\n")
            assert secure.recv(100) == b"250 2.0.0 ok\r\n"
    assert receiver.ledger.counts["mail"] == 0


def test_starttls_may_be_refused_by_the_script(authority: Authority) -> None:
    offer = Offer(tls=authority.good().server_context())
    script = refuse_at("starttls", 554, "5.7.3", "not today")
    with running_receiver(script, offer=offer) as receiver, client(receiver) as smtp:
        assert smtp.docmd("EHLO", "client.example.test")[0] == 250
        assert smtp.docmd("STARTTLS") == (554, b"5.7.3 not today")
        assert smtp.noop()[0] == 250


def test_starttls_works_on_uvloop_too(authority: Authority) -> None:
    def talk(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            smtp.starttls(context=authority.client_context())
            smtp.sendmail("a@example.test", ["b@example.test"], message())

    async def serve() -> int:
        async with Receiver(offer=Offer(tls=authority.good().server_context())) as receiver:
            await asyncio.to_thread(talk, receiver.port)
        return len(receiver.ledger)

    assert uvloop.run(serve()) == 1
