"""Certificates made on the fly, good and bad, for receivers under TLS.

Needs `cryptography`, which is not among the product's own dependencies; nothing else in this
package imports this module.
"""

import ipaddress
import ssl
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = ("localhost", "127.0.0.1")
DAY = timedelta(days=1)


class Certificate(msgspec.Struct, frozen=True):
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes

    def save(self, folder: Path, name: str = "receiver") -> tuple[Path, Path]:
        """Writes `NAME.pem` and `NAME.key`; returns their paths."""
        paths = folder / f"{name}.pem", folder / f"{name}.key"
        paths[0].write_bytes(self.certificate)
        paths[1].touch(mode=0o600)
        paths[1].write_bytes(self.key)
        return paths

    def server_context(self) -> ssl.SSLContext:
        """What a receiver's offer wants as `tls`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            context.load_cert_chain(*self.save(Path(folder)))
        return context


class Authority:
    """Issues certificates that are good, and the ways in which they can be bad. `now` is the
    moment at which the good ones are valid, for a day before and a day after."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Receiver laboratory")
        builder = self._builder(self._name, self._key.public_key(), (now - DAY, now + DAY))
        self._own = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        ).sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """The authority's own certificate: what a client has to trust."""
        return self._own.public_bytes(serialization.Encoding.PEM)

    def client_context(self) -> ssl.SSLContext:
        """A client that verifies, and trusts this authority alone."""
        return ssl.create_default_context(cadata=self.pem.decode())

    def good(self, names: tuple[str, ...] = LOOPBACK) -> Certificate:
        """Valid for `names`, host names or IP addresses."""
        return self._issue(names, (self._now - DAY, self._now + DAY))

    def expired(self, names: tuple[str, ...] = LOOPBACK) -> Certificate:
        """Right in all but its dates: it ended an hour ago."""
        return self._issue(names, (self._now - DAY, self._now - timedelta(hours=1)))

    def wrong_host(self) -> Certificate:
        """Valid for another host."""
        return self.good(("elsewhere.example.test",))

    def self_signed(self, names: tuple[str, ...] = LOOPBACK) -> Certificate:
        """Right in all but that nobody vouches for it."""
        return Authority(self._now)._issue(names, (self._now - DAY, self._now + DAY), alone=True)

    def _issue(
        self, names: tuple[str, ...], dates: tuple[datetime, datetime], alone: bool = False
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = self._name if alone else _name(names[0])
        signer = key if alone else self._key
        builder = self._builder(subject, key.public_key(), dates)
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
        signed = builder.add_extension(alternatives, critical=False).sign(signer, hashes.SHA256())
        return Certificate(
            signed.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, dates: tuple[datetime, datetime]
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(dates[0])
            .not_valid_after(dates[1])
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
