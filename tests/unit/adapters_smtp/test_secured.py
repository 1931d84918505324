"""What a route trusts: an authority of its own, a pinned certificate, and never an old TLS."""

import asyncio
import hashlib
import ssl
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.unit.adapters_smtp.sending import Journal, channel, envelope
from twofifty.adapters.smtp.handshake import Terms, open_connection
from twofifty.adapters.smtp.route import SmtpRoute, Tls
from twofifty.adapters.smtp.secured import route_context, tls_context
from twofifty.adapters.smtp.timeouts import timeouts_for
from twofifty.deliver.outcome import Accepted, Deferred, Outcome
from twofifty.errors import SettingsError
from twofifty.testing.certificates import Authority, Certificate
from twofifty.testing.receiver import Offer, Receiver

NOW = datetime.now(UTC)
AUTHORITY = Authority(NOW)
GOOD = AUTHORITY.good()
ENCRYPTED: list[Tls] = ["starttls", "implicit", "opportunistic"]
SCHEMES = pytest.mark.parametrize("scheme", ["smtp", "smtps"])


def digests(one: Certificate) -> tuple[str, str]:
    """Of the certificate, and of its public key alone."""
    read = x509.load_pem_x509_certificate(one.certificate)
    key = read.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    whole = read.public_bytes(Encoding.DER)
    return hashlib.sha256(whole).hexdigest(), hashlib.sha256(key).hexdigest()


def authority_file(folder: Path, authority: Authority = AUTHORITY) -> str:
    path = folder / "ca.pem"
    path.write_bytes(authority.pem)
    return quote(str(path), safe="")


def send(one: Certificate, options: str, scheme: str = "smtp") -> Outcome:
    async def scenario() -> Outcome:
        implicit = scheme == "smtps"
        offer = Offer(tls=one.server_context(), implicit_tls=implicit)
        async with Receiver(offer=offer) as server:
            tls = "" if implicit else "&tls=starttls"
            out = channel(server.port, f"{tls}&timeout=5{options}", scheme=scheme)
            outcome = await out.send(envelope(), Journal())
            await out.close()
            return outcome

    return asyncio.run(scenario())


@SCHEMES
def test_a_private_authority_is_trusted_where_the_route_names_it(
    scheme: str, tmp_path: Path
) -> None:
    ca = f"&ca={authority_file(tmp_path)}"
    assert isinstance(send(GOOD, ca, scheme), Accepted)
    for bad in (AUTHORITY.expired(), AUTHORITY.wrong_host(), AUTHORITY.self_signed()):
        outcome = send(bad, ca, scheme)
        assert isinstance(outcome, Deferred)
        assert (outcome.phase, outcome.connection) == ("starttls", True)


@SCHEMES
def test_it_is_trusted_by_nobody_else(scheme: str, tmp_path: Path) -> None:
    assert isinstance(send(GOOD, "", scheme), Deferred)
    other = f"&ca={authority_file(tmp_path, Authority(NOW))}"
    assert isinstance(send(GOOD, other, scheme), Deferred)


@SCHEMES
def test_a_pin_is_of_the_certificate_or_of_its_key(scheme: str, tmp_path: Path) -> None:
    ca = f"&ca={authority_file(tmp_path)}"
    for pin in digests(GOOD):
        assert isinstance(send(GOOD, f"{ca}&pin={'0' * 64},{pin}", scheme), Accepted)
    outcome = send(AUTHORITY.good(), f"{ca}&pin={digests(GOOD)[0]}", scheme)
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.connection) == ("starttls", True)
    assert "pinned" in outcome.reason


def test_a_pin_alone_vouches_for_nobody() -> None:
    outcome = send(GOOD, f"&pin={digests(GOOD)[0]}")
    assert isinstance(outcome, Deferred)
    assert "not valid" in outcome.reason


def test_on_this_machine_verification_can_be_left_out_and_a_pin_kept() -> None:
    odd = AUTHORITY.self_signed(("elsewhere.example.test",))
    assert isinstance(send(odd, "&verify=off"), Accepted)
    assert isinstance(send(odd, f"&verify=off&pin={digests(odd)[1]}"), Accepted)
    assert isinstance(send(odd, f"&verify=off&pin={'0' * 64}"), Deferred)


def test_a_file_of_certificates_that_is_none_is_a_settings_error(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pem", tmp_path):
        with pytest.raises(SettingsError, match="has an option ca") as caught:
            tls_context("starttls", str(path))
        assert str(tmp_path) not in str(caught.value)


def test_nothing_older_than_tls_1_2_is_spoken() -> None:
    for context in map(tls_context, ENCRYPTED):
        assert context is not None
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_off_this_machine_the_certificate_is_always_looked_at() -> None:
    context = route_context(SmtpRoute("mx.test", 25, "starttls"))
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert route_context(SmtpRoute("127.0.0.1", 25, "none")) is None


def test_a_server_that_speaks_old_tls_only_gets_no_mail() -> None:
    old = GOOD.server_context()
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    strict = AUTHORITY.client_context()
    strict.minimum_version = ssl.TLSVersion.TLSv1_3

    async def scenario() -> Outcome | None:
        async with Receiver(offer=Offer(tls=old)) as server:
            route = SmtpRoute("127.0.0.1", server.port, "starttls")
            terms = Terms("shop.example.com", timeouts_for(5.0), strict)
            opened = await open_connection(route, terms)
            return opened if isinstance(opened, Deferred) else None

    outcome = asyncio.run(scenario())
    assert isinstance(outcome, Deferred)
    assert outcome.phase == "starttls"
