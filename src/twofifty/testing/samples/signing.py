"""The signatures with which shops sign their webhooks."""

import base64
import hashlib
import hmac


def sign_shopify(body: bytes, secret: str) -> str:
    """The value of `X-Shopify-Hmac-SHA256`: base64 of the HMAC-SHA256 over the raw body."""
    return _signed(body, secret)


def sign_woocommerce(body: bytes, secret: str) -> str:
    """The value of `X-WC-Webhook-Signature`: base64 of the HMAC-SHA256 over the raw body."""
    return _signed(body, secret)


def _signed(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
