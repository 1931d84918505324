"""The sender's own domain signs, else the nearest one above it, else nobody."""

import pytest

from tests.unit.compose.dkim.mails import ED25519
from twofifty.compose.dkim.choice import signer_of
from twofifty.compose.dkim.sign import Signer
from twofifty.compose.mime import MimeError

SIGNERS = {
    domain: Signer(domain, [ED25519])
    for domain in ("example.com", "shop.example.com", "xn--bcher-kva.example")
}


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("orders@example.com", "example.com"),
        ("orders@EXAMPLE.com", "example.com"),
        ("orders@mail.example.com", "example.com"),
        ("orders@shop.example.com", "shop.example.com"),
        ("orders@a.b.shop.example.com", "shop.example.com"),
        ("grüße@Bücher.example", "xn--bcher-kva.example"),
        ('"a@b"@example.com', "example.com"),
    ],
)
def test_the_nearest_domain_signs(address: str, domain: str) -> None:
    signer = signer_of(SIGNERS, address)
    assert signer is not None
    assert signer.domain == domain


@pytest.mark.parametrize(
    "address", ["orders@example.net", "orders@notexample.com", "orders@com", "orders@[127.0.0.1]"]
)
def test_nobody_signs_for_a_stranger(address: str) -> None:
    assert signer_of(SIGNERS, address) is None


def test_an_address_without_a_domain_is_an_error() -> None:
    with pytest.raises(MimeError):
        signer_of(SIGNERS, "orders@")
