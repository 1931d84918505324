"""Webhook signatures over raw bytes, compared in constant time."""

import base64
import hashlib
import hmac


def hmac_sha256_base64(body: bytes, given: str | None, secrets: tuple[str, ...]) -> bool:
    """Whether `given` is the base64 HMAC-SHA256 of `body` under one of `secrets`.

    An empty secret signs nothing, or anybody could.
    """
    if not given:
        return False
    claimed = given.strip().encode("utf-8", "replace")
    matches = [hmac.compare_digest(claimed, signed(body, secret)) for secret in secrets if secret]
    return any(matches)


def signed(body: bytes, secret: str) -> bytes:
    """The base64 HMAC-SHA256 of `body`, as Shopify and WooCommerce send it."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
