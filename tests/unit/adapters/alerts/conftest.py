"""Key files as gateways give them, made for the test."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `vapid.pem`, `rsa.pem`, and `account.json` without its token_uri."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "vapid.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    (folder / "p384.pem").write_bytes(pem(ec.generate_private_key(ec.SECP384R1())))
    key = pem(rsa.generate_private_key(65_537, 2_048))
    (folder / "rsa.pem").write_bytes(key)
    account = {
        "project_id": "shop-1",
        "client_email": "sender@shop-1.example.com",
        "private_key": key.decode(),
    }
    (folder / "account.json").write_text(json.dumps(account))
    return folder
