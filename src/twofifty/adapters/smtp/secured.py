"""TLS as a route asks for it: what is trusted, and which certificate it has to be."""

import hashlib
import ssl

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from twofifty.adapters.smtp.route import SmtpRoute, Tls
from twofifty.errors import SettingsError


def tls_context(tls: Tls, ca: str = "", verify: bool = True) -> ssl.SSLContext | None:
    """TLS 1.2 or later. The system's certificate authorities, or those in the file `ca` alone; no
    verification where TLS is only opportunistic, which keeps out listeners and no impostors
    (RFC 7435). None where the route is never encrypted. Raises SettingsError for a bad file."""
    if tls == "none":
        return None
    context = _trusting(ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls == "opportunistic" or not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def route_context(route: SmtpRoute) -> ssl.SSLContext | None:
    """The same, of a route."""
    return tls_context(route.tls, route.ca, route.verify)


def is_pinned(certificate: bytes, pins: frozenset[str]) -> bool:
    """Whether the DER `certificate`, or its public key alone (which survives a renewal), has one of
    these SHA-256 digests."""
    return not pins.isdisjoint({_digest(certificate), _digest(_public_key(certificate))})


def _trusting(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        words = "has an option ca, and its file cannot be read as certificates in PEM"
        raise SettingsError(f"SMTP_URL {words}.") from None


def _public_key(certificate: bytes) -> bytes:
    key = x509.load_der_x509_certificate(certificate).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
