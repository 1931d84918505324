"""A Google service account, and the tokens that it gets (developers.google.com/identity, "Using
OAuth 2.0 for server to server applications")."""

from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from twofifty.adapters.alerts import jwt
from twofifty.adapters.alerts.url import is_loopback
from twofifty.adapters.mail_api.mail import Call
from twofifty.errors import SettingsError

SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
LIVES: Final = 3_600
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class _File(msgspec.Struct):
    project_id: str
    client_email: str
    private_key: str
    token_uri: str


class Account:
    """One service account."""

    def __init__(self, stated: _File, key: rsa.RSAPrivateKey) -> None:
        self._stated = stated
        self._key = key

    @property
    def project(self) -> str:
        """The project whose apps it may write to."""
        return self._stated.project_id

    def question(self, now: float) -> Call:
        """The request for an access token; `now`: seconds since the epoch."""
        claims = {
            "iss": self._stated.client_email,
            "scope": SCOPE,
            "aud": self._stated.token_uri,
            "iat": int(now),
            "exp": int(now) + LIVES,
        }
        assertion = jwt.token("RS256", claims, self._signature)
        body = urlencode({"grant_type": _GRANT, "assertion": assertion}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Call("POST", self._stated.token_uri, headers, body)

    def _signature(self, said: bytes) -> bytes:
        return self._key.sign(said, padding.PKCS1v15(), SHA256())


def account_of(file: str) -> Account:
    """Of the key file of a service account (JSON). Raises SettingsError."""
    try:
        stated = msgspec.json.decode(Path(file).read_bytes(), type=_File)
        key = load_pem_private_key(stated.private_key.encode(), None)
        parts = urlsplit(stated.token_uri)
    except (OSError, ValueError, TypeError, msgspec.DecodeError):
        raise SettingsError("PUSH_URL: its key file is none of a service account") from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not isinstance(key, rsa.RSAPrivateKey) or not safe:
        raise SettingsError("PUSH_URL: its key file has no RSA key, or its token_uri is no https")
    return Account(stated, key)
