"""Sample orders of a made-up shop, the same for the same number: canonical, and as webhooks."""

from twofifty.testing.samples.canonical import sample_order
from twofifty.testing.samples.shopify import shopify_webhook
from twofifty.testing.samples.signing import sign_shopify, sign_woocommerce
from twofifty.testing.samples.woocommerce import woocommerce_webhook

__all__ = [
    "sample_order",
    "shopify_webhook",
    "sign_shopify",
    "sign_woocommerce",
    "woocommerce_webhook",
]
